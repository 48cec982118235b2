"""The meter: stages announced by a log, forward only, and when an estimate is given."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.missions.stages import Meter, heading, launch
from nuwidgets.missions.tasks import Stage

END = heading("end", r"\bExit with no errors\b", "Exit with")
TWICE = (
    heading("A", r"Stage I: .*A_uf", "Stage"),
    launch("one", 1, "A one"),
    launch("two", 3, "A two"),
    heading("B", r"Stage I: .*B_uf", "Stage"),
    launch("one", 1, "B one"),
    launch("two", 3, "B two"),
    END,
)


def fed(stages, *lines):
    meter = Meter(stages)
    for line in lines:
        meter.feed(line)
    return meter


def begins(task):
    return f"nupipeline_0.4.9: Info: Running '{task}'"


def test_nothing_is_said_before_anything_is_announced():
    meter = fed(TWICE, "hello", "Command: one infile=a", "Error: running 'one'")
    assert (meter.fraction, meter.stage, meter.left_s(1000.0)) == (None, "", None)


def test_a_log_moves_the_meter_through_both_modules_to_the_end():
    meter = Meter(TWICE)
    seen = []
    for line in (
        "Stage I: Calibrating 'nu1A_uf.evt'", begins("one"), begins("two"),
        "Stage I: Calibrating 'nu1B_uf.evt'", begins("one"), begins("two"),
        "nupipeline_0.4.9: Exit with no errors - Fri Nov 28 2025",
    ):  # fmt: skip
        meter.feed(line)
        seen.append((meter.stage, meter.fraction))
    assert seen == [
        ("A", 0.0), ("A one", 0.0), ("A two", 0.125), ("B", 0.5), ("B one", 0.5),
        ("B two", 0.625), ("end", 1.0),
    ]  # fmt: skip


def test_a_task_that_is_run_more_often_than_planned_does_not_leap_into_the_other_module():
    meter = fed(TWICE, "Stage I: nu1A_uf.evt", *[begins("two")] * 5)
    assert (meter.stage, meter.fraction) == ("A two", 0.125)
    meter.feed("Stage I: nu1B_uf.evt")
    meter.feed(begins("two"))
    assert (meter.stage, meter.fraction) == ("B two", 0.625)


def test_without_headings_in_the_log_the_order_leads():
    meter = fed(TWICE, begins("one"), begins("two"), begins("one"))
    assert (meter.stage, meter.fraction) == ("B one", 0.5)


def test_what_was_skipped_is_over():
    assert fed(TWICE, begins("two")).fraction == 0.125
    assert fed(TWICE, "Stage I: nu1B_uf.evt").fraction == 0.5


def test_only_the_end_is_the_whole():
    meter = fed(TWICE, *[begins(name) for name in ("one", "two") * 20])
    assert meter.fraction == 0.625
    meter.feed("Pipeline exit with errors")
    assert meter.fraction == 0.625
    assert fed((launch("one", 2), END), "Exit with no errors").fraction == 1.0


@given(st.lists(st.sampled_from([begins("one"), begins("two"), "Stage I: nu1A_uf", "x",
                                 "Stage I: nu1B_uf", "Exit with no errors"])))  # fmt: skip
def test_it_never_goes_back(lines):
    meter, parts = Meter(TWICE), [-1.0]
    for line in lines:
        meter.feed(line)
        parts.append(-1.0 if meter.fraction is None else meter.fraction)
    assert all(a <= b for a, b in itertools.pairwise(parts))
    assert (parts[-1] == 1.0) == ("Exit with no errors" in lines)


@pytest.mark.parametrize(
    ("line", "is_launch"),
    [
        ("nupipeline_0.4.6: Info: Running 'nuscreen'", True),
        ("RunNuScreen: Info:  Running   'nuscreen' task", True),
        ('Info: Running "nuscreen"', True),
        ("Info: Running nuscreen", True),
        ("Info: Running 'NUSCREEN'", True),
        (" Running 'nuscreen_0.3.1'", False),
        ("Running ' nuscreen version 0.3.1 '", False),
        ("nupipeline: Error: running 'nuscreen'", False),
        ("Info: 'nuscreen' exit with success.", False),
        ("Command: nuscreen infile=a", False),
        ("Info: Running 'nuscreener'", False),
    ],
)
def test_what_announces_a_task(line, is_launch):
    meter = fed((launch("nuscreen"), END), line)
    assert (meter.stage == "nuscreen") is is_launch


def test_no_stages_no_fraction():
    meter = fed((), begins("one"), "Exit with no errors")
    assert (meter.fraction, meter.stage) == (None, "")


def test_a_stage_without_a_word_has_every_line_looked_at():
    assert fed((Stage("a", r"^\d+$"), END), "12").stage == "a"


def test_an_estimate_needs_a_tenth_and_five_seconds():
    early = fed((launch("a", 1), launch("b", 19), END), begins("b"))
    assert early.fraction == pytest.approx(0.05)
    assert early.left_s(1000.0) is None
    meter = fed((launch("a", 1), launch("b", 3), END), begins("b"))
    assert meter.left_s(4.0) is None
    assert meter.left_s(6.0) == pytest.approx(4.0 / 0.25 - 6.0)


def test_the_estimate_counts_down_and_keeps_what_is_still_to_come():
    meter = fed((launch("a", 2), launch("b", 1), launch("c", 1), END), begins("a"), begins("b"))
    left = [meter.left_s(at) for at in (100.0, 110.0, 150.0, 400.0)]
    assert left == pytest.approx([100.0, 90.0, 50.0, 50.0])
    meter.feed(begins("c"))
    assert meter.left_s(450.0) == pytest.approx(150.0)
    assert meter.left_s(700.0) is None
    meter.feed("Exit with no errors")
    assert meter.left_s(700.0) == 0.0
