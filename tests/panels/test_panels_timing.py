"""The panels of power spectra and periods, without a browser."""

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.errors import InputError
from nuwidgets.panels.frequency_text import read_range, write_range
from nuwidgets.panels.period import PeriodPanel
from nuwidgets.panels.power import PowerPanel
from nuwidgets.science.peaks import thinned

pytestmark = pytest.mark.filterwarnings("ignore:The recommended numba package")


def named(panel, description):
    """Give a control by what stands beside it."""
    found = []

    def look(widget):
        if getattr(widget, "description", None) == description:
            found.append(widget)
        for child in getattr(widget, "children", ()):
            look(child)

    look(panel)
    assert len(found) == 1
    return found[0]


@pytest.fixture
def power(session):
    panel = PowerPanel(session)
    yield panel
    panel.close()


@pytest.fixture
def period(session):
    panel = PeriodPanel(session)
    yield panel
    panel.close()


def test_power_is_run_drawn_and_described(session, power):
    for dataset in session.datasets.values():
        dataset.power.dt_s, dataset.power.segment_s = 0.5, 100.0
    named(power, "Run").click()
    for dataset in session.datasets.values():
        dataset.power.run()
    power.session.settle()
    first = next(iter(session.datasets.values())).power.product
    assert f"{first.n_segments} segments of 100 s" in power.summary.value
    assert "Power spectrum." in power.plot.alt
    table = power._table()()
    assert len(table) == sum(len(d.power.product.power) for d in session.datasets.values())
    assert str(table["power"].unit) == "1 / Hz"
    assert len(power._figure()().axes) == 1


def test_rms_range_is_typed_and_empty_is_all(session, power):
    step = next(iter(session.datasets.values())).power
    assert power.rms.value == ""
    power.rms.value = "2 to 0.5"
    assert step.rms_range_hz == (0.5, 2.0)
    assert power.rms.value == "0.5 to 2 Hz"
    power.rms.value = "often"
    assert "Cannot read" in power.message.value
    assert power.rms.value == "0.5 to 2 Hz"
    power.rms.value = ""
    assert step.rms_range_hz == (0.0, 0.0)


def test_period_is_searched_drawn_and_folds_the_light_curve(session, period):
    assert period.fold.disabled
    named(period, "search").value = "20 to 22 s"
    step = next(iter(session.datasets.values())).period
    assert step.range_hz == pytest.approx((1 / 22, 1 / 20))
    for dataset in session.datasets.values():
        dataset.period.run()
    assert not period.fold.disabled
    assert "barycorr" in period.message.value
    assert "s (" in period.summary.value
    period.fold.click()
    view = session.views["lightcurve"]
    best = max(
        (d.period.product for d in session.datasets.values()), key=lambda p: p.best_statistic
    )
    assert view["axis"] == "phase"
    assert view["period_s"] == best.period_s
    assert view["epoch_mjd"] == best.epoch_mjd
    assert len(period._table()()) == 32 * len(session.datasets)
    assert len(period._figure()().axes) == 3


def test_a_search_that_cannot_be_read_is_said_and_undone(session, period):
    box = named(period, "search")
    box.value = "fast"
    assert "Cannot read" in period.message.value
    assert box.value == "0.01 to 1 Hz"


def test_nothing_to_save_yet(period, power):
    with pytest.raises(InputError, match="There is no period yet"):
        period._table()
    with pytest.raises(InputError, match="There is no power spectrum yet"):
        power._figure()


def test_without_event_files():
    with nw.Session() as empty:
        for make in (PowerPanel, PeriodPanel):
            panel = make(empty)
            assert "No event files" in panel.children[1].value
            panel.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.01 to 1 Hz", (0.01, 1.0)),
        ("0.01-1", (0.01, 1.0)),
        ("1e-3 .. 1e-2 Hz", (1e-3, 1e-2)),
        ("4 - 5 s", (0.2, 0.25)),
        ("200, 250 ms", (4.0, 5.0)),
        ("20 mHz", (0.02, 0.02)),
        ("5 ks", (2e-4, 2e-4)),
    ],
)
def test_ranges_are_read(text, expected):
    assert read_range(text) == pytest.approx(expected)
    assert read_range(write_range(expected)) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "0 to 1 Hz", "1 to 2 to 3 Hz", "fast", "0 s", "-1 to 2"])
def test_what_is_no_range_is_refused(text):
    with pytest.raises(InputError, match="as a range of frequencies or periods"):
        read_range(text)


def test_thinning_loses_no_peak():
    x, y = np.linspace(1, 2, 10_001), np.zeros(10_001)
    y[7777] = 50.0
    edges, top = thinned(x, y, 100)
    assert len(top) <= 100
    assert len(edges) == len(top) + 1
    at = int(np.argmax(top))
    assert top[at] == 50
    assert edges[at] <= x[7777] <= edges[at + 1]
