"""Parts of a statistic alone, and the minimum of all of them, against the same without blocks."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.science.arrow import find
from nuwidgets.science.blockwise import Block, keep_better
from nuwidgets.science.confidence import NewMinimumError, Search
from nuwidgets.science.joint_confidence import JointSearch
from nuwidgets.science.minimize import Slopes, minimize
from nuwidgets.science.reduced import Around, Reduced


class Curves:
    """Decays with a common time and an offset: each has a height and a floor of its own."""

    def __init__(self, n=6, *, blocks=True):
        rng, self.at = np.random.default_rng(4), np.arange(8.0)
        self.n, self.size = n, 1 + 2 * n
        self.lo = np.array([0.1, *[0.0, -5.0] * n])
        self.hi = np.array([50.0, *[1e3, 50.0] * n])
        truth = [(10.0 + 5 * one, 1.0 + one) for one in range(n)]
        self.data = [h * np.exp(-self.at / 3.0) + f + rng.normal(size=8) for h, f in truth]
        found = find([(0, 1 + 2 * k, 2 + 2 * k) for k in range(n)], self.size)
        self.arrow = found[0] if blocks else None

    def _residuals(self, block, x):
        height, floor = x[1 + 2 * block], x[2 + 2 * block]
        return height * np.exp(-self.at / x[0]) + floor - self.data[block]

    def part_statistic(self, block, x):
        return float(np.sum(self._residuals(block, x) ** 2))

    def part_slopes(self, block, x):
        fall = np.exp(-self.at / x[0])
        bend = x[1 + 2 * block] * fall * self.at / x[0] ** 2
        jacobian, r = np.array([bend, fall, np.ones(8)]), self._residuals(block, x)
        return Slopes(float(r @ r), 2 * jacobian @ r, 2 * jacobian @ jacobian.T)

    def statistic(self, x):
        return sum(self.part_statistic(block, x) for block in range(self.n))

    def slopes(self, x):
        total, gradient, curvature = 0.0, np.zeros(self.size), np.zeros((self.size, self.size))
        for block in range(self.n):
            part, own = self.part_slopes(block, x), [0, 1 + 2 * block, 2 + 2 * block]
            total += part.statistic
            gradient[own] += part.gradient
            curvature[np.ix_(own, own)] += part.curvature
        return Slopes(total, gradient, curvature)


START = np.array([1.0, *[1.0, 0.0] * 6])


@pytest.fixture(scope="module")
def both():
    """The same with and without blocks, and their minima."""
    one, other = Curves(), Curves(blocks=False)
    return one, minimize(one, START), other, minimize(other, START)


def test_the_minimum_is_that_of_the_whole(both):
    _, found, _, whole = both
    assert found.converged
    assert whole.converged
    assert found.statistic == pytest.approx(whole.statistic, abs=1e-5)
    assert found.x == pytest.approx(whole.x, rel=1e-3)


def test_a_limit_in_one_block_holds():
    one, other = Curves(), Curves(blocks=False)
    for objective in (one, other):
        objective.hi[3] = 12.0
    found, whole = minimize(one, START), minimize(other, START)
    assert found.x[3] == whole.x[3] == 12.0
    assert found.held.tolist() == whole.held.tolist()
    assert found.statistic == pytest.approx(whole.statistic, abs=1e-5)


@pytest.mark.parametrize("index", [0, 1, 2, 7, 12])
@pytest.mark.parametrize("delta", [1.0, 9.0])
def test_intervals_are_those_of_the_whole(both, index, delta):
    one, found, other, whole = both
    joint = JointSearch(Around(one, one.arrow, found.x), found, index, delta, 0.1)
    plain = Search(other, whole, index, delta, 0.1)
    for sign in (-1, 1):
        end, wanted = joint.end(sign), plain.end(sign)
        assert end == pytest.approx(wanted, abs=3e-3 * abs(wanted - whole.x[index]))
    assert joint.problems == plain.problems


def test_intervals_that_end_at_a_limit(both):
    one, found, _, _ = both
    lo, one.lo = one.lo, one.lo.copy()
    one.lo[2] = found.x[2] - 0.1
    joint = JointSearch(Around(one, one.arrow, found.x), found, 2, 9.0, 0.1)
    assert joint.end(-1) == one.lo[2]
    assert joint.problems == {"hard_low", "low_failed"}
    one.lo = lo


def test_a_better_fit_is_told(both):
    one, found, _, _ = both
    worse = found.x.copy()
    worse[1] -= 3.0
    slopes = one.slopes(worse)
    beside = type(found)(worse, slopes.statistic, slopes, found.held, converged=True)
    with pytest.raises(NewMinimumError, match="better fit") as caught:
        JointSearch(Around(one, one.arrow, worse), beside, 2, 1.0, 0.1).end(+1)
    assert one.statistic(caught.value.x) < slopes.statistic - 0.01


def test_the_others_follow_as_they_would(both):
    one, found, _, _ = both
    reduced = Reduced(Around(one, one.arrow, found.x), 0)
    own = found.x[:3] * [1.05, 1.0, 1.0]
    refitted = Reduced(reduced.refitted(own, 1.0), 0)
    assert refitted.statistic(own) == pytest.approx(one.statistic(refitted.full(own)), abs=1e-4)
    assert reduced.statistic(own) == pytest.approx(refitted.statistic(own), rel=0.05)
    assert reduced.misses(own, refitted) < 0.1 * (reduced.statistic(own) - found.statistic)


def test_a_block_alone_is_its_part(both):
    one, found, _, _ = both
    block = Block(one, one.arrow, 2, found.x)
    assert block.indices.tolist() == [5, 6]
    assert block.statistic(found.x[5:7]) == one.part_statistic(2, found.x)
    assert block.slopes(found.x[5:7]).gradient == pytest.approx([0, 0], abs=0.1)
    one_out = block.full(np.array([1.0, 2.0]))
    assert (one_out != found.x).sum() == 2


def test_one_block_does_not_hold_up_the_others(both):
    one, found, _, _ = both
    x, trial = found.x.copy(), found.x.copy()
    x[[1, 3]] += 1.0
    trial[3] += 4.0
    mixed, stay = keep_better(one, one.arrow, x, [trial])
    assert mixed[1] == trial[1]
    assert mixed[3] == x[3]
    assert stay == [False, True, False, False, False, False]
