"""Stepping over functions whose profiles are known."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.science.minimize import Slopes, minimize
from nuwidgets.science.stepping import Grid, axis_values, winding


class Parabola:
    """A correlated parabola around 1, 2, 3."""

    lo, hi = np.full(3, -100.0), np.full(3, 100.0)
    matrix = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.5, -1.0, 2.0]])

    def statistic(self, x):
        away = x - [1.0, 2.0, 3.0]
        return float(away @ self.matrix @ away) + 7.0

    def slopes(self, x):
        return Slopes(self.statistic(x), 2 * self.matrix @ (x - [1.0, 2.0, 3.0]), 2 * self.matrix)


class TwoValleys(Parabola):
    """Along the second value valleys near 0 and 4; that at 0 is no more where the first is 3.3."""

    lo, hi = np.full(2, -10.0), np.full(2, 10.0)

    def statistic(self, x):
        a, b = x
        return float((a - 1) ** 2 + tilted(a, b))

    def slopes(self, x):
        a, b = x
        first = np.array([2 * (a - 1) - b, 0.4 * b * (b - 2) * (b - 4) + (2.0 - a)])
        second = max(0.4 * (3 * b**2 - 12 * b + 8), 0.5)
        return Slopes(self.statistic(x), first, np.diag([2.0, second]))


def tilted(a, b):
    return 0.1 * b**2 * (b - 4) ** 2 + (2.0 - a) * b + 20


class Hole(Parabola):
    """No value where the first value is above 2."""

    def statistic(self, x):
        return super().statistic(x) if x[0] <= 2 else np.inf


def profile_of(matrix, kept):
    """Curvature of a parabola with all but some values refitted (Schur complement)."""
    gone = [i for i in range(len(matrix)) if i not in kept]
    inner = matrix[np.ix_(kept, kept)]
    across = matrix[np.ix_(kept, gone)]
    return inner - across @ np.linalg.inv(matrix[np.ix_(gone, gone)]) @ across.T


def grid(objective, start, indices, steps):
    best = minimize(objective, np.array(start, float))
    made = Grid(objective, best, indices, steps)
    seen = []
    made.run(lambda number, place: seen.append((number, place)))
    made.settle()
    return best, made, seen


def test_each_place_of_the_path_is_beside_the_one_before():
    for shape in ((5,), (4, 3)):
        places = list(winding(shape))
        assert len(set(places)) == np.prod(shape)
        steps = np.abs(np.diff(np.array(places), axis=0)).sum(axis=1)
        assert (steps == 1).all()


def test_axes_are_linear_logarithmic_or_around_a_value():
    assert axis_values(1, 3, 2).tolist() == [1, 2, 3]
    assert axis_values(1e-4, 1e-2, 2, log=True) == pytest.approx([1e-4, 1e-3, 1e-2])
    assert axis_values(-1, 1, 2, centre=5).tolist() == [4, 5, 6]


def test_the_profile_of_a_parabola_is_its_schur_complement():
    x = np.linspace(-1.0, 3.0, 9)
    best, made, seen = grid(Parabola(), [0, 0, 0], (0,), (x,))
    curvature = profile_of(Parabola.matrix, [0])[0, 0]
    assert made.statistic - best.statistic == pytest.approx(curvature * (x - 1) ** 2, abs=1e-3)
    assert [number for number, _ in seen] == list(range(1, 10))
    assert not made.unsure


def test_two_values_are_stepped_and_the_third_is_refitted():
    x, y = np.linspace(0, 2, 4), np.linspace(2, 4, 5)
    best, made, _ = grid(Parabola(), [0, 0, 0], (0, 2), (x, y))
    inner = profile_of(Parabola.matrix, [0, 2])
    for i, a in enumerate(x):
        for j, b in enumerate(y):
            away = np.array([a - 1, b - 3])
            rise = made.statistic[i, j] - best.statistic
            assert rise == pytest.approx(away @ inner @ away, abs=1e-3)
            assert made.x[i, j, [0, 2]] == pytest.approx([a, b])


def test_where_there_is_no_value_there_is_none():
    x = np.linspace(0, 4, 5)
    _, made, _ = grid(Hole(), [0, 0, 0], (0,), (x,))
    assert np.isfinite(made.statistic).tolist() == [True, True, True, False, False]
    assert made.lowest().x[0] == 1.0


def test_a_grid_without_any_value_has_no_lowest_point():
    _, made, _ = grid(Hole(), [0, 0, 0], (0,), (np.array([3.0, 4.0]),))
    assert made.lowest() is None


def test_the_better_valley_is_found_from_a_neighbour():
    x = np.linspace(-2, 4, 31)
    best = minimize(TwoValleys(), np.array([1.0, 0.1]))
    made = Grid(TwoValleys(), best, (0,), (x,))
    made.run(lambda *_: None)
    b = np.linspace(-3, 6, 9001)
    lowest = np.array([(a - 1) ** 2 + tilted(a, b).min() for a in x])
    hung = made.statistic > lowest + 0.1
    assert hung[(x > 2.5) & (x < 3.0)].all()  # on the way up it stays in the first valley
    made.settle()
    assert made.statistic == pytest.approx(lowest, abs=1e-3)
