from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.science import locate
from nuwidgets.science.locate import brightest


def sky(at, n=3000, seed=1):
    rng = np.random.default_rng(seed)
    x, y = (np.rint(rng.normal(c, 4, n)).astype(np.int16) for c in at)
    flat = rng.integers(0, 200, (2, 2000)).astype(np.int16)
    return np.append(x, flat[0]), np.append(y, flat[1])


@pytest.mark.parametrize("block", [64, 1 << 20])
def test_the_centroid_of_the_brightest_source(block, monkeypatch):
    monkeypatch.setattr(locate, "_BLOCK", block)
    x, y = sky((120.0, 61.0))
    assert brightest(x, y, (200, 200), None) == pytest.approx((120, 61), abs=0.3)
    close = (x - 120.0) ** 2 + (y - 61.0) ** 2 <= 15**2
    mean = x[close].mean(), y[close].mean()
    assert brightest(x, y, (200, 200), None) == pytest.approx(mean, abs=0.1)


def test_only_the_surroundings_of_the_target_are_searched():
    bright, faint = sky((150.0, 150.0), 9000), sky((40.0, 60.0), 800, seed=2)
    x, y = (np.append(a, b) for a, b in zip(bright, faint, strict=True))
    assert brightest(x, y, (200, 200), (50.0, 70.0)) == pytest.approx((40, 60), abs=1)
    assert brightest(x, y, (200, 200), None) == pytest.approx((150, 150), abs=0.3)


def test_without_events_the_expected_place_or_the_middle():
    none = np.zeros(0, np.int16)
    assert brightest(none, none, (100, 200), None) == (99.5, 49.5)
    assert brightest(none, none, (100, 200), (3.0, 4.0)) == (3.0, 4.0)
