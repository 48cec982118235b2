"""Upscattered tails: the integral behind them, and rules of integration they share."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.science.models.grid import Array, Grid

N_NODE = 256
"""Nodes of the spline through a smooth function of ln x."""
FAR = 45.0
"""exp(-this) is left out of integrals."""
DEEPEST = 28.0
"""At exp(-this) of its peak's place an integrand has become a power law."""


def log_upscattered(x: Array, index: float) -> Array:
    """Give ln of the integral of t^(a - 1) exp(-t) (1 + t/x)^(a + 3) dt, shape of `x`.

    In s = ln t the integrand has one peak; where it has become exp(a s) the rest is added.
    """
    peak = _peak(x, index)[:, None]
    x = x[:, None]
    share = peak / (x + peak)
    reach = 9.0 / np.sqrt(peak - (index + 3.0) * share * (1.0 - share) + 1e-9)
    lowest = np.minimum(reach + FAR / index, DEEPEST)
    highest = np.log1p((FAR + 9.0 * np.sqrt(2.0 * index + 3.0)) / peak)
    nodes, weights = panels()
    s = np.log(peak) - lowest + (lowest + highest) * nodes
    height = index * s - np.exp(s) + (index + 3.0) * np.log1p(np.exp(s) / x)
    top = height.max(axis=1, keepdims=True)
    start = index * (np.log(peak) - lowest) - top
    total = (np.exp(height - top) @ weights) * (lowest + highest)[:, 0]
    return np.asarray(top[:, 0] + np.log(total + np.exp(start[:, 0]) / index))


def _peak(x: Array, index: float) -> Array:
    """Give the t of the peak, the positive root of t^2 + (x - 2 a - 3) t = a x."""
    half = (x - 2.0 * index - 3.0) / 2.0
    root = np.sqrt(half**2 + index * x)
    return np.asarray(np.where(half > 0, index * x / (root + np.abs(half)), root - half))


def smooth(x: Array, function: Callable[[Array], Array]) -> Array:
    """Give a function that is smooth in ln x, by a spline where there are many x."""
    from scipy.interpolate import CubicSpline

    if x.size <= N_NODE:
        return function(x)
    logarithm = np.log(x)
    nodes = np.linspace(logarithm.min(), logarithm.max(), N_NODE)
    return np.asarray(CubicSpline(nodes, function(np.exp(nodes)))(logarithm))


def trapezoid(grid: Grid, density: Array) -> Array:
    """Integrate a density at the edges over each bin with the trapezoidal rule, as XSPEC."""
    return np.asarray((density[:-1] + density[1:]) / 2 * grid.width_kev)


@cache
def panels() -> tuple[Array, Array]:
    """Give nodes and weights on 0 to 1: 24 Gauss-Legendre points in each of 5 parts."""
    nodes, weights = np.polynomial.legendre.leggauss(24)
    parts = (np.arange(5)[:, None] + (nodes + 1) / 2) / 5
    return parts.ravel(), np.tile(weights / 10, 5)
