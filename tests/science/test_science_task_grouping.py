"""The ways of ftgrouppha: against grppha's columns, against each promise, against `grouping`."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nuwidgets.errors import InputError
from nuwidgets.science import grouping as g
from nuwidgets.science.task_grouping import WAYS, Counted, group_as

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = hnp.arrays(float, st.integers(1, 80), elements=st.integers(0, 9).map(float))


def counted(counts: np.ndarray, **more: object) -> Counted:
    quality = np.zeros(len(counts), np.int64)
    return Counted(np.asarray(counts, float), **({"quality": quality} | more))


def bins_of(grouping: np.ndarray) -> list[tuple[int, int]]:
    starts = [*np.flatnonzero(grouping == 1).tolist(), len(grouping)]
    return list(itertools.pairwise(starts))


def unpacked(runs: list) -> np.ndarray:
    return np.concatenate([np.full(number, value) for value, number in runs])


def test_min_and_constant_are_grpphas_but_for_what_is_left_over(shared_reference: Path) -> None:
    book = json.loads((shared_reference / "grouping.json").read_text())
    tried = 0
    for case in book["results"]:
        counts = np.array(book["inputs"][case["input"]]["counts"], float)
        theirs, quality = unpacked(case["GROUPING"]), unpacked(case["QUALITY"])
        words = case["command"].split()
        marks = np.where(quality == 2, 0, quality)
        if words[-2] == "min":
            mine = group_as("min", float(words[-1]), counted(counts, quality=marks))
        elif "bad" not in words:
            mine = group_as("constant", float(words[-1]), counted(counts))
        else:
            continue
        whole = quality == 0
        if words[-2] != "min":  # grppha leaves out what is left over of steps
            whole[len(counts) - len(counts) % int(words[-1]) :] = False
        np.testing.assert_array_equal(mine[whole], theirs[whole])
        # grppha leaves the rest alone and calls it dubious; here it is one last bin
        left = np.flatnonzero(quality == 2)
        if len(left):
            assert mine[left[0]] == 1
            assert (mine[left[1:]] == -1).all()
        tried += 1
    assert tried >= 8


@given(COUNTS, st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_min_is_group_min_up_to_the_last_bin(counts: np.ndarray, n: int) -> None:
    usual = g.group_min(counts, n)
    mine = group_as("min", n, counted(counts))
    complete = usual.quality == 0
    np.testing.assert_array_equal(mine[complete], usual.grouping[complete])
    assert all(counts[a:b].sum() >= n for a, b in bins_of(mine)[:-1])
    assert sum(b - a for a, b in bins_of(mine)) == len(counts)


@given(COUNTS, st.floats(1.0, 5.0), st.floats(1.0, 12.0))
@settings(max_examples=60, deadline=None)
def test_optsnmin_is_group_optsnmin(counts: np.ndarray, s: float, width: float) -> None:
    widths = np.full(len(counts), width)
    mine = group_as("optsnmin", s, counted(counts, width_channels=widths))
    np.testing.assert_array_equal(mine, g.group_optsnmin(counts, widths, s).grouping)


@given(COUNTS, st.floats(1.0, 4.0))
@settings(max_examples=60, deadline=None)
def test_snmin_reaches_its_signal_to_noise_as_soon_as_it_can(counts: np.ndarray, s: float) -> None:
    back = g.Background(np.full(len(counts), 2.0), np.full(len(counts), 0.25))
    for background in (None, back):
        net = counts - (0.5 if background else 0.0)
        variance = counts + (0.125 if background else 0.0)

        def enough(a: int, b: int, net=net, variance=variance) -> bool:
            signal = net[a:b].sum()
            return signal > 0 and signal**2 >= s**2 * variance[a:b].sum() * (1 - 1e-8)

        mine = group_as("snmin", s, counted(counts, background=background))
        for a, b in bins_of(mine)[:-1]:
            assert enough(a, b)
            assert b - a == 1 or not any(
                net[a:c].sum() ** 2 > s**2 * variance[a:c].sum() * (1 + 1e-8) and net[a:c].sum() > 0
                for c in range(a + 1, b)
            )


def test_snmin_without_background_is_min_of_the_square() -> None:
    counts = np.random.default_rng(1).poisson(3.0, 300).astype(float)
    np.testing.assert_array_equal(
        group_as("snmin", 4.0, counted(counts)), group_as("min", 16.0, counted(counts))
    )


def test_bmin_counts_the_background_as_its_file_does() -> None:
    rng = np.random.default_rng(3)
    counts, behind = rng.poisson(5.0, 100).astype(float), rng.poisson(1.0, 100).astype(float)
    back = g.Background(behind, np.full(100, 0.1))
    mine = group_as("bmin", 3, counted(counts, background=back))
    np.testing.assert_array_equal(mine, group_as("min", 3, counted(behind)))


def test_opt_is_the_optimal_width_shrunk_where_a_narrower_one_begins() -> None:
    counts, widths = np.full(200, 1e-3), np.where(np.arange(200) < 100, 20.0, 6.0)
    edges = [a for a, _ in bins_of(group_as("opt", 0.0, counted(counts, width_channels=widths)))]
    assert edges[:5] == [0, 20, 40, 60, 80]
    assert edges[5:8] == [100, 106, 112]


def test_optmin_groups_more_and_never_less_than_both() -> None:
    counts = np.random.default_rng(5).poisson(2.0, 400).astype(float)
    widths = np.full(400, 9.0)
    one = counted(counts, width_channels=widths)
    joined = bins_of(group_as("optmin", 40, one))
    assert all(counts[a:b].sum() >= 40 for a, b in joined)
    least = g.optimal_channels(counts, widths)
    assert all(b - a >= least[a:b].min() for a, b in joined)
    assert len(joined) < len(bins_of(group_as("opt", 0, one)))


def test_bad_channels_and_those_outside_stay_alone() -> None:
    counts = np.full(12, 5.0)
    quality = np.array([0, 0, 0, 0, 1, 0, 0, 2, 0, 0, 5, 0])
    mine = group_as("min", 10, counted(counts, quality=quality), 1, 9)
    np.testing.assert_array_equal(mine, [1, 1, -1, 1, 1, 1, -1, 1, -1, 1, 1, 1])
    beyond = group_as("constant", 3, counted(counts), 10, 99)
    np.testing.assert_array_equal(beyond, [1] * 10 + [1, -1])


def test_every_way_has_its_words() -> None:
    counts, widths = np.full(8, 4.0), np.full(8, 2.0)
    one = counted(counts, width_channels=widths, background=g.Background(counts, np.full(8, 0.1)))
    for way in WAYS:
        if way != "file":
            assert set(np.unique(group_as(way, 2.0, one))) <= {1, -1}


def test_what_is_missing_is_said() -> None:
    one = counted(np.ones(4))
    with pytest.raises(InputError, match=r"Cannot group by 'mim'\. Did you mean 'min'"):
        group_as("mim", 3, one)
    with pytest.raises(InputError, match=r"by 'min' with groupscale=0\.0: at least groupscale"):
        group_as("min", 0.0, one)
    with pytest.raises(InputError, match="by 'bmin' without a background"):
        group_as("bmin", 3, one)
    with pytest.raises(InputError, match="by 'opt' without a response"):
        group_as("opt", 0, one)
