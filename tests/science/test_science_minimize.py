"""Minima and intervals of functions whose minima and intervals are known."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nuwidgets.science.confidence import LETTERS, NewMinimumError, Search, flags
from nuwidgets.science.minimize import Minimum, Slopes, covariance, minimize
from nuwidgets.science.probe import lower_nearby
from nuwidgets.science.profile import profile_end


class Squares:
    """A sum of squared residuals with limits."""

    def __init__(self, residuals, n, lo=-np.inf, hi=np.inf):
        self.residuals, self.lo, self.hi = residuals, np.broadcast_to(lo, n), np.broadcast_to(hi, n)

    def statistic(self, x):
        value = float(np.sum(np.square(self.residuals(x))))
        return value if np.isfinite(value) else np.inf

    def slopes(self, x):
        r, steps = self.residuals(x), 1e-7 * np.eye(len(x))
        jacobian = np.array([(self.residuals(x + d) - r) / 1e-7 for d in steps])
        return Slopes(float(r @ r), 2 * jacobian @ r, 2 * jacobian @ jacobian.T)


def line(x):
    at = np.arange(5.0)
    return (x[0] + x[1] * at - (2.0 + 3.0 * at)) / 0.5


def banana(x):
    return np.array([10 * (x[1] - x[0] ** 2), 1 - x[0]])


def test_a_line_gives_the_covariance_of_linear_regression():
    found = minimize(Squares(line, 2), np.array([0.0, 0.0]))
    assert found.converged
    assert found.x == pytest.approx([2.0, 3.0])
    matrix, distinct = covariance(found)
    assert distinct
    design = np.array([np.ones(5), np.arange(5.0)]) / 0.5
    assert matrix == pytest.approx(np.linalg.inv(design @ design.T), rel=1e-5)


def test_the_banana_of_rosenbrock():
    steps = []
    found = minimize(Squares(banana, 2), np.array([-1.2, 1.0]), report=lambda *a: steps.append(a))
    assert found.converged
    assert found.x == pytest.approx([1.0, 1.0], abs=1e-3)
    assert steps[0][0] == 1
    assert all(a[1] >= b[1] for a, b in pairwise(steps))


def test_limits_hold_and_take_the_error_away():
    found = minimize(Squares(line, 2, hi=[9.0, 2.5]), np.array([0.0, 0.0]))
    assert found.converged
    assert found.x[1] == 2.5
    assert found.held.tolist() == [False, True]
    matrix, _ = covariance(found)
    assert matrix[0, 0] == pytest.approx(0.05, rel=1e-5)
    assert np.isnan(matrix[1]).all()


def test_a_start_on_a_limit_leaves_it():
    found = minimize(Squares(line, 2, lo=0.0, hi=[1e24, 9.0]), np.array([0.0, 9.0]))
    assert found.converged
    assert found.x == pytest.approx([2.0, 3.0], abs=1e-3)


def test_a_limit_on_the_way_does_not_stop_the_walk():
    # a root away from the limit, a slope that at first leads to it
    found = minimize(Squares(banana, 2, lo=[-5.0, 0.0]), np.array([-1.2, 1.0]))
    assert found.converged
    assert found.x == pytest.approx([1.0, 1.0], abs=1e-3)


def test_what_is_fixed_stays():
    found = minimize(Squares(line, 2), np.array([0.0, 1.0]), np.array([False, True]))
    assert found.x.tolist()[1] == 1.0
    assert found.x[0] == pytest.approx(6.0, abs=1e-3)
    both = minimize(Squares(line, 2), np.array([0.0, 1.0]), np.array([True, True]))
    assert both.converged
    assert np.isnan(covariance(both)[0]).all()


def test_values_that_mean_the_same_are_not_distinct():
    found = minimize(Squares(lambda x: line(np.array([x[0] + x[1], 3.0])), 2), np.zeros(2))
    assert found.x.sum() == pytest.approx(2.0, abs=1e-4)
    assert not covariance(found)[1]


def test_migrad_goes_on_where_the_curvature_misleads():
    class Misled(Squares):
        def slopes(self, x):
            plain = super().slopes(x)
            skew = np.array([[1.0, 0.0], [0.0, 1e-12]])
            return plain._replace(curvature=-plain.curvature @ skew)

    found = minimize(Misled(line, 2), np.array([30.0, -20.0]))
    assert found.statistic < 1e-3


def test_an_interval_of_a_line_is_exact():
    objective = Squares(line, 2)
    best = minimize(objective, np.zeros(2))
    sigma = np.sqrt(np.diag(covariance(best)[0]))
    for index in (0, 1):
        search = Search(objective, best, index, 4.0, 0.1)
        assert search.end(-1) == pytest.approx(best.x[index] - 2 * sigma[index], rel=1e-3)
        assert search.end(+1) == pytest.approx(best.x[index] + 2 * sigma[index], rel=1e-3)
        assert search.problems == set()


def test_newton_and_the_refits_agree_on_a_crooked_valley():
    objective = Squares(banana, 2)
    best = minimize(objective, np.array([-1.2, 1.0]))
    along = Search(objective, best, 0, 2.706, 0.1)
    for sign in (-1, 1):
        point = profile_end(objective, best, 0, 2.706, sign)
        assert point.found
        assert point.x[0] == pytest.approx(along.walk(sign), rel=1e-2)
        assert point.statistic == pytest.approx(best.statistic + 2.706, rel=5e-3)
        # along the first value the second follows for nothing
        assert point.x[0] == pytest.approx(1 + sign * 2.706**0.5, rel=1e-2)
    # along the second the valley turns round, which is left to the refits
    across = Search(objective, best, 1, 2.706, 0.1)
    assert not profile_end(objective, best, 1, 2.706, -1).found
    assert across.end(-1) == across.walk(-1)
    assert across.end(-1) < 0
    assert across.end(+1) > 1


def test_an_end_takes_a_handful_of_slopes():
    class Counted(Squares):
        number = 0

        def slopes(self, x):
            self.number += 1
            return super().slopes(x)

    objective = Counted(banana, 2)
    best = minimize(objective, np.array([-1.2, 1.0]))
    objective.number = 0
    assert profile_end(objective, best, 0, 1.0, +1).found
    assert objective.number < 12


@pytest.mark.parametrize("high", [3.01, 2.5])
def test_newton_leaves_ends_at_limits_to_the_refits(high):
    objective = Squares(line, 2, hi=[9.0, high])
    best = minimize(objective, np.zeros(2))
    assert not profile_end(objective, best, 1, 1.0, +1).found


def test_another_value_at_its_limit_stays_there():
    objective = Squares(line, 2, lo=[1.99, 0.0])
    best = minimize(objective, np.ones(2))
    found = profile_end(objective, best, 1, 9.0, +1)
    assert found.found
    assert found.x[0] == 1.99
    assert found.x[1] == pytest.approx(Search(objective, best, 1, 9.0, 0.1).walk(+1), rel=1e-3)


def dips(x):
    # a bowl whose first value has a second, deeper dip 0.3 away
    y = x[0] - 0.1
    return np.array([x[0], x[1], 0.15 * np.sqrt(1 - np.exp(-(((y - 0.2) / 0.1) ** 2)))])


def test_a_dip_beside_a_minimum_is_seen():
    objective = Squares(dips, 2)
    first = Minimum(np.zeros(2), objective.statistic(np.zeros(2)),
                    Slopes(0.0, np.zeros(2), 2 * np.eye(2)), np.zeros(2, bool), True)  # fmt: skip
    deeper = replace(first, statistic=first.statistic + 0.09)
    assert lower_nearby(objective, first, 0.01) is None
    assert lower_nearby(objective, deeper, 0.01).tolist() == [0.3, 0.0]
    held = replace(deeper, held=np.array([True, False]))
    assert lower_nearby(objective, held, 0.2) is None
    assert lower_nearby(objective, deeper, 0.01, np.array([False, True])) is None


def test_an_end_beyond_a_limit_is_the_limit():
    objective = Squares(line, 2, hi=[9.0, 3.01])
    best = minimize(objective, np.zeros(2))
    search = Search(objective, best, 1, 1.0, 0.1)
    assert search.end(+1) == 3.01
    assert flags(search.problems) == "FFFFTFFTF"


def test_a_value_without_influence_fails_both_ways():
    objective = Squares(lambda x: line(np.array([x[0], 3.0])), 2)
    search = Search(objective, minimize(objective, np.zeros(2)), 1, 1.0, 0.1)
    search.end(-1)
    search.end(+1)
    assert flags(search.problems) == "FFFFFFTTF"


def test_a_deeper_valley_is_reported():
    def double(x):
        return np.array([4 * (x[0] ** 2 - 1), x[0] - 1.0])

    objective = Squares(double, 1)
    shallow = minimize(objective, np.array([-1.1]))
    assert shallow.statistic > 3
    with pytest.raises(NewMinimumError, match="better fit") as caught:
        Search(objective, shallow, 0, 100.0, 0.1).end(+1)
    assert caught.value.x[0] > 0


def test_a_valley_inside_the_interval_is_not_monotonic():
    def ripple(x):
        return np.array([np.sqrt(x[0] ** 2 + 1.5 * np.sin(3 * x[0]) ** 2)])

    objective = Squares(ripple, 1)
    search = Search(objective, minimize(objective, np.array([0.01])), 0, 9.0, 0.1)
    assert search.end(+1) == pytest.approx(2.95, abs=0.2)
    assert len(LETTERS) == 9
