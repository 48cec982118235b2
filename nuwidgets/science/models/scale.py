"""Factors without energy dependence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.science.models.component import Component, same

if TYPE_CHECKING:
    from nuwidgets.science.models.grid import Array, Grid


def constant(grid: Grid, factor: float) -> Array:
    """Give the same factor in every bin, shape (n_bin,)."""
    return np.full(grid.edges_kev.size - 1, factor)


_FACTOR = ParameterDefinition("factor", "", 1.0, 0.0, 0.0, 1e10, 1e10, 0.01)
COMPONENTS = (Component("constant", "mul", (_FACTOR,), same, constant),)
