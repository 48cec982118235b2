"""A control and a setting, from two threads, the step wins."""

import contextvars
import math
import sys
import threading
import time
from dataclasses import dataclass

import ipywidgets as w
import traitlets as t
from core_toys import Toy, answer

from nuwidgets.core.bind import bind


@dataclass(frozen=True)
class Circle:
    """A region."""

    x: float = 1.0
    radius_arcsec: float = 60.0

    def __post_init__(self):
        if self.radius_arcsec <= 0:
            raise ValueError("A radius must be positive.")


class Extract(Toy):
    """A step with a region."""

    region = t.Instance(Circle, args=())

    def request(self):
        return self.region


def test_step_wins_over_a_clamping_slider(door):
    step, slider = Extract(answer, door=door), w.FloatSlider(min=0, max=180)
    untie = bind(slider, step, "region", "radius_arcsec")
    step.region = Circle(radius_arcsec=300)
    assert slider.value == 180
    assert step.region.radius_arcsec == 300
    slider.set_state({"value": 42.0})
    assert step.region.radius_arcsec == 42
    said = []
    bind(w.FloatText(), step, "region", "radius_arcsec", say=said.append)
    untie()
    step.region = Circle()
    assert slider.value == 42


def test_refused_value_is_said_and_undone(door):
    step, box, said = Extract(answer, door=door), w.FloatText(), []
    bind(box, step, "region", "radius_arcsec", say=said.append)
    box.set_state({"value": -1.0})
    assert box.value == 60
    assert said == ["A radius must be positive."]


def test_two_fields_from_two_threads_none_lost(door):
    step = Extract(answer, door=door)
    one, two = w.FloatSlider(max=1e6), w.FloatSlider(max=1e6, min=1)
    bind(one, step, "region", "x")
    bind(two, step, "region", "radius_arcsec")

    def drag(slider, lost, field):
        for n in range(1, 1001):
            slider.set_state({"value": float(n)})
            if getattr(step.region, field) != n:
                lost.append(n)

    lost = []
    threads = [
        threading.Thread(target=drag, args=(s, lost, f))
        for s, f in [(one, "x"), (two, "radius_arcsec")]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert step.region == Circle(1000, 1000)
    assert not lost


def test_browser_and_kernel_at_once_end_equal(door):
    """One thread drags (messages), one sets values beyond the slider's range."""
    step, slider, wrong = Extract(answer, door=door), w.FloatSlider(max=180), []
    bind(slider, step, "region", "radius_arcsec")
    ended = threading.Event()

    def drag():
        while not ended.is_set():
            slider.set_state({"value": 42.0})

    thread = threading.Thread(target=drag)
    thread.start()
    end = time.monotonic() + 1
    while time.monotonic() < end:
        step.region = Circle(radius_arcsec=300)
        if (got := step.region.radius_arcsec) not in (300, 42):
            wrong.append(got)  # 180: the clamped value was pushed as if by a user
    ended.set()
    thread.join(10)
    assert not wrong
    assert slider.value == min(180, step.region.radius_arcsec)


def test_python_sets_control_and_setting_at_once(door):
    """Two threads, no browser: what was clamped is never pushed, they end equal."""
    step, slider, wrong = Extract(answer, door=door), w.FloatSlider(max=180), []
    bind(slider, step, "region", "radius_arcsec")
    ended = threading.Event()

    def drag():
        while not ended.is_set():
            slider.value = 42.0
            slider.value = 43.0

    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    thread = threading.Thread(target=drag)
    thread.start()
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        step.region = Circle(radius_arcsec=300)
        if (got := step.region.radius_arcsec) not in (300, 42, 43):
            wrong.append(got)
        assert step.region.radius_arcsec != 180
    ended.set()
    thread.join(10)
    sys.setswitchinterval(old)
    assert not wrong
    assert slider.value == min(180, step.region.radius_arcsec)


def test_two_fields_set_from_python_none_lost(door):
    step, one, two = Extract(answer, door=door), w.FloatText(), w.FloatText()
    bind(one, step, "region", "x")
    bind(two, step, "region", "radius_arcsec")

    def write(box):
        for n in range(1, 2001):
            box.value = float(n)

    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=write, args=(box,)) for box in (one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    sys.setswitchinterval(old)
    assert step.region == Circle(2000, 2000)
    assert (one.value, two.value) == (2000, 2000)


def test_a_value_overtaken_is_not_pushed(door):
    step, slider = Extract(answer, door=door), w.FloatSlider(max=180, value=1)

    def interfere(change):
        if change["new"] == 42:
            slider.unobserve(interfere, "value")
            step.region = Circle(radius_arcsec=300)

    slider.observe(interfere, "value")
    bind(slider, step, "region", "radius_arcsec")
    slider.value = 42
    assert step.region.radius_arcsec == 300
    assert slider.value == 180


def test_widgets_are_written_in_the_name_of_the_latest_message(door):
    shell = contextvars.ContextVar("shell", default="main")
    step, slider, seen = Extract(answer, door=door), w.FloatSlider(max=180), []
    bind(slider, step, "region", "radius_arcsec")

    def message():
        shell.set("subshell")
        slider.set_state({"value": 42.0})

    thread = threading.Thread(target=message)
    thread.start()
    thread.join(5)
    slider.observe(lambda _change: seen.append(shell.get()), "value")
    step.region = Circle(radius_arcsec=7)
    assert seen == ["subshell"]


def test_converters_and_a_value_no_control_can_show(door):
    step, slider, said = Extract(answer, door=door), w.FloatSlider(min=-3, max=3), []
    bind(
        slider,
        step,
        "region",
        "radius_arcsec",
        say=said.append,
        to_control=math.log10,
        from_control=lambda value: 10.0**value,
    )
    assert slider.value == math.log10(60)
    slider.set_state({"value": 2.0})
    assert (step.region.radius_arcsec, said) == (100.0, [""])
    step.region = Circle(radius_arcsec=1000)
    assert slider.value == 3
    whole, heard = w.IntText(), []
    bind(whole, step, "region", say=heard.append)
    assert "IntText" in heard[0]
    assert step.region == Circle(radius_arcsec=1000)


def test_a_field_of_nothing(door):
    class Maybe(Toy):
        region = t.Instance(Circle, allow_none=True)

    step, box, said = Maybe(answer, door=door), w.FloatText(7.0), []
    bind(box, step, "region", "x", say=said.append)
    assert box.value == 7
    box.set_state({"value": 3.0})
    assert "Cannot set x to 3.0: there is no region yet" in said[-1]
    step.region = Circle(x=4)
    assert box.value == 4


def test_a_whole_setting_and_no_observer_left(door):
    step, box = Toy(answer, door=door), w.IntText()
    untie = bind(box, step, "a")
    box.set_state({"value": 5})
    step.b = 2
    assert step.a == 5
    untie()
    assert not any(step._trait_notifiers.get("a", {}).get("change", []))
    box.value = 9
    assert step.a == 5
