"""Weights of chi-squared: Gehrels' and Churazov's variances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.science.weights import churazov, gehrels


def test_gehrels():
    assert gehrels(np.array([0.0, 1.0, 100.0])) == pytest.approx(
        [(1 + 0.75**0.5) ** 2, (1 + 1.75**0.5) ** 2, (1 + 100.75**0.5) ** 2]
    )
    assert gehrels(np.array([-4.0])) == gehrels(np.array([0.0]))


def test_churazov_takes_in_neighbours_until_there_are_twenty_counts():
    counts = np.array([5.0, 6.0, 30.0, 0.0, 19.0, 1.0, 0.0])
    expected = [(5 + 6 + 30) / 3, (5 + 6 + 30) / 3, 30, (30 + 0 + 19) / 3, (0 + 19 + 1) / 3,
                (19 + 1 + 0) / 3, (19 + 1 + 0) / 3]  # fmt: skip
    assert churazov(counts) == pytest.approx(expected)


def test_churazov_of_too_few_counts_is_their_mean():
    assert churazov(np.array([1.0, 0.0, 3.0])) == pytest.approx([4 / 3] * 3)
    assert churazov(np.array([])).size == 0


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60))
def test_churazov_is_the_plain_search(counts):
    def plain(i):
        for reach in range(len(counts)):
            inside = counts[max(i - reach, 0) : i + reach + 1]
            if sum(inside) >= 20 or len(inside) == len(counts):
                return sum(inside) / len(inside)
        raise AssertionError(i)

    expected = [plain(i) for i in range(len(counts))]
    assert churazov(np.array(counts, float)) == pytest.approx(expected)
