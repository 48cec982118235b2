"""Sums of parts that only a few values hold together, against the same taken as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.science.arrow import Factors, find
from nuwidgets.science.minimize import Slopes

USES = [(0, 1, 2, 3), (0, 1, 2, 3), (0, 4, 5, 6), (0, 7, 8, 9)]


def test_blocks_are_found_with_what_they_share():
    arrow, terms = find(USES, 10)
    assert arrow.shared.tolist() == [0]
    assert [block.tolist() for block in arrow.blocks] == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert terms == ((0, 1), (2,), (3,))
    assert arrow.own(1).tolist() == [0, 4, 5, 6]
    assert arrow.block_of(5) == 1
    assert arrow.block_of(0) is None


@pytest.mark.parametrize(
    ("uses", "n"),
    [
        (USES, 9),  # few values
        (USES[2:], 10),  # few terms
        ([range(10)] * 4, 10),  # one block
        ([(*range(9), 9 + one) for one in range(5)], 14),  # too much is shared
    ],
)
def test_blocks_that_are_not_worth_it(uses, n):
    assert find(uses, n) is None


def slopes():
    rng, n = np.random.default_rng(1), 10
    curvature = np.zeros((n, n))
    for used in USES:
        part = rng.normal(size=(len(used), len(used)))
        curvature[np.ix_(used, used)] += part @ part.T
    return Slopes(0.0, rng.normal(size=n), curvature)


@pytest.mark.parametrize("held", [[], [0], [5], [4, 5, 6]])
@pytest.mark.parametrize("damping", [0.0, 1e-2])
def test_steps_block_by_block_are_those_of_the_whole(held, damping):
    given, moving = slopes(), ~np.isin(np.arange(10), held)
    arrow, _ = find(USES, 10)
    step = Factors(given, moving, arrow).step(damping)
    assert step == pytest.approx(Factors(given, moving, None).step(damping), rel=1e-6, abs=1e-9)
    assert not step[held].any()
    unit = given.curvature + damping * np.diag(np.diag(given.curvature))
    rest = np.ix_(moving, moving)
    assert unit[rest] @ step[moving] == pytest.approx(-given.gradient[moving], rel=1e-6)


def test_a_value_without_slope_does_not_step():
    given, (arrow, _) = slopes(), find(USES, 10)
    given.curvature[5], given.curvature[:, 5], given.gradient[5] = 0.0, 0.0, 0.0
    step = Factors(given, np.ones(10, bool), arrow).step(0.0)
    assert step[5] == 0.0
    assert np.isfinite(step).all()


def test_a_block_may_be_damped_alone():
    given, (arrow, _) = slopes(), find(USES, 10)
    factors = Factors(given, np.ones(10, bool), arrow)
    step = factors.step(0.0, np.array([0.0, 1e6, 0.0]))
    assert np.abs(step[4:7]).max() < 1e-4
    assert np.abs(step[[1, 7]]).min() > 1e-3
