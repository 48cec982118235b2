"""Bring back a component that a fit has put out, where the data want it most.

A norm that comes down to 0 leaves the component's shape without a slope, so no minimiser finds the
way back. The score test (Rao 1948, Proc. Camb. Phil. Soc. 44, 50) foretells, for any shape, how
far the statistic would fall if the component came back; the shape where it falls most is the
place to start again (Davies 1987, Biometrika 74, 33).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.science.minimize import Minimum, covariance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.model import Parameter
    from nuwidgets.engines.embedded.problem import Problem
    from nuwidgets.engines.embedded.problem_block import ProblemBlock

SHAPES = 16
"""Shapes that are tried."""
UNSEEN = 1e-6
"""Rise of the statistic without a component, below which it is not there."""
GAIN = 0.1
"""Fall of the statistic that is worth another fit."""


def revived(problem: Problem | ProblemBlock, found: Minimum) -> Floats | None:
    """Give a start with an absent component back where it helps most, None where none would.

    Parameters
    ----------
    problem : Problem or ProblemBlock
        What is fitted.
    found : Minimum
        Its minimum, with the norms at 0 held.
    """
    most, start = GAIN, None
    parameters = [problem.request.parameters[i] for i in problem.free]
    for index, norm in enumerate(parameters):
        if norm.name != "norm" or not _absent(problem, found, index):
            continue
        shapes = [
            i for i, p in enumerate(parameters) if _component(p) == _component(norm) and i != index
        ]
        for value in _values(problem, shapes[0]) if shapes else ():
            x = found.x.copy()
            x[shapes], x[shapes[0]], x[index] = problem.start[shapes], value, problem.lo[index]
            gain, step = _gain(problem, found, x, index, shapes)
            if gain > most and step > 0:
                x[index] += step
                most, start = gain, x
    return start


def _absent(problem: Problem | ProblemBlock, found: Minimum, index: int) -> bool:
    """Whether a norm has come down to 0, or its component away from where anything is seen."""
    if found.x[index] == problem.lo[index]:
        return bool(found.held[index])
    return bool(found.slopes.curvature[index, index] * found.x[index] ** 2 < UNSEEN)


def _component(parameter: Parameter) -> tuple[str, int, int]:
    return parameter.model, parameter.group, parameter.component_number


def _values(problem: Problem | ProblemBlock, index: int) -> Floats:
    """Give the values of a shape: energies of the data and a tenth below, or its soft range."""
    parameter = problem.request.parameters[problem.free[index]]
    lo, hi = parameter.soft_lo, parameter.soft_hi
    if parameter.unit != "keV":
        return np.linspace(lo, hi, SHAPES)
    edges = problem.data[0].edges_kev
    return np.clip(np.geomspace(max(edges[0], 1e-2), edges[-1], SHAPES), lo, hi)


def _gain(
    problem: Problem | ProblemBlock, found: Minimum, x: Floats, index: int, shapes: list[int]
) -> tuple[float, float]:
    """Give the foretold fall of the statistic, and how much of the component brings it."""
    held = found.held.copy()
    held[shapes], held[index] = True, False
    slopes = problem.slopes(x)
    matrix, _ = covariance(replace(found, slopes=slopes, held=held))
    step = -0.5 * np.nan_to_num(matrix) @ slopes.gradient
    return -0.5 * float(slopes.gradient @ step), float(step[index])
