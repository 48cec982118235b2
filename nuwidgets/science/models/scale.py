"""Factors without energy dependence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid


def constant(grid: Grid, factor: float) -> Array:
    """Give the same factor in every bin, shape (n_bin,)."""
    return np.full(grid.edges_kev.size - 1, factor)
