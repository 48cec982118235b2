"""Hardness by hand, and its errors against draws."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.science.hardness import difference, ratio


def arrays(*values):
    return [np.atleast_1d(np.asarray(v, float)) for v in values]


def test_by_hand():
    value, error = difference(*arrays(3, 0.3, 1, 0.2))
    assert value == pytest.approx([-0.5])
    assert error == pytest.approx([2 * np.hypot(1 * 0.3, 3 * 0.2) / 16])
    value, error = ratio(*arrays(4, 0.4, 2, 0.1))
    assert value == pytest.approx([0.5])
    assert error == pytest.approx([np.hypot(0.1, 0.5 * 0.4) / 4])


@pytest.mark.parametrize("formula", [difference, ratio])
def test_errors_are_the_scatter_of_draws(formula):
    rng = np.random.default_rng(8)
    soft, hard = 400.0, 150.0
    drawn_soft, drawn_hard = rng.poisson(soft, 40_000) * 1.0, rng.poisson(hard, 40_000) * 1.0
    zero = np.zeros(40_000)
    values, _ = formula(drawn_soft, zero, drawn_hard, zero)
    _, error = formula(*arrays(soft, np.sqrt(soft), hard, np.sqrt(hard)))
    assert np.std(values) == pytest.approx(error[0], rel=0.03)


def test_without_rates_there_is_no_hardness():
    for formula, soft in ((difference, [0.0, -2.0, np.nan]), (ratio, [0.0, -1.0, np.nan])):
        value, error = formula(*arrays(soft, [1, 1, 1], [0.0, 1.0, 1.0], [1, 1, 1]))
        assert np.isnan(value).all()
        assert np.isnan(error).all()
