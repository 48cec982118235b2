"""Contours: the statistic over one parameter or two, the others refitted."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.contours import Contours, StepAxis
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded import compare
from nuwidgets.engines.embedded.fit import best, result
from nuwidgets.engines.embedded.problem import opened, require_value
from nuwidgets.errors import InputError
from nuwidgets.science.models.parameters import find
from nuwidgets.science.profile import NEW_MINIMUM
from nuwidgets.science.stepping import Grid, axis_values

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.contours import ContoursRequest
    from nuwidgets.domain.fit import FitRequest, FitResult
    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.problem import Problem
    from nuwidgets.science.minimize import Minimum

STAGE = "contours"
REST_S = 0.1
"""What there is so far is given at most once in this time, s."""


def solve_contours(request: ContoursRequest, above: tuple[Spectrum, ...], token: Any) -> Contours:
    """Give the rise of the statistic over the axes, after making sure of the best fit.

    Raises
    ------
    InputError
        No axis, a parameter that does not exist or is not free, values outside its limits, or what
        a fit refuses.
    EngineFailedError
        The model has no finite value at the start.
    CancelledError
        Stopped through the token.
    """
    axes = tuple(map(StepAxis.parse, request.axes))
    stepped = _stepped(request.fit, axes)
    with opened(request.fit, above, token) as problem:
        given = problem.statistic(problem.start)
        require_value(given, request.fit)
        found = best(problem, problem.start, token)
        sweep = _Sweep(request, problem, found, stepped, _steps(problem, found, axes, stepped))
        sweep.run(token)
        lowest = sweep.grid.lowest()
        if lowest is not None and lowest.statistic < found.statistic - NEW_MINIMUM:
            token.report(None, STAGE, "a better fit was met")
            found = best(problem, lowest.x, token)
        better = given - found.statistic > NEW_MINIMUM
        return sweep.product(found, better_fit=result(problem, found) if better else None)


def _stepped(fit: FitRequest, axes: tuple[StepAxis, ...]) -> tuple[Parameter, ...]:
    """Give the parameters that are stepped; each must be free."""
    if not axes:
        raise InputError(
            "Cannot draw contours: no parameter is stepped. Set axes, e.g. to"
            " ('PhoIndex 1.6 2.2 20', 'norm 0.001 0.01 20'), or call around('PhoIndex', 'norm')."
        )
    found = tuple(find(fit.parameters, axis.parameter) for axis in axes)
    for parameter in found:
        if not parameter.free:
            why = f"linked to {parameter.link}" if parameter.link else "frozen"
            raise InputError(
                f"Cannot step {parameter.label} (parameter {parameter.number}): it is {why}."
                " Thaw or untie it, or step another one."
            )
    if len({p.number for p in found}) < len(found):
        raise InputError(
            f"Cannot step {found[0].label} along both axes. Give two different parameters."
        )
    return found


def _steps(
    problem: Problem, found: Minimum, axes: tuple[StepAxis, ...], stepped: tuple[Parameter, ...]
) -> tuple[Floats, ...]:
    """Give the values along each axis, inside the hard limits."""
    values = problem.full(found.x)
    steps = []
    for axis, parameter in zip(axes, stepped, strict=True):
        centre = float(values[parameter.number - 1]) if axis.relative else None
        points = axis_values(axis.lo, axis.hi, axis.n, log=axis.log, centre=centre)
        inside = (points >= parameter.hard_lo) & (points <= parameter.hard_hi)
        if not (inside.all() or axis.relative):
            raise InputError(
                f"Cannot step {parameter.label} from {points[0]:g} to {points[-1]:g}: it must stay"
                f" between its limits {parameter.hard_lo:g} and {parameter.hard_hi:g}."
                " Step less far, or set other limits."
            )
        steps.append(points[inside])
    return tuple(steps)


@dataclass(eq=False)
class _Sweep:
    """One walk over the grid, and what is made of it."""

    request: ContoursRequest
    """What was asked."""
    problem: Problem
    """The fit."""
    found: Minimum
    """Its minimum."""
    stepped: tuple[Parameter, ...]
    """What is stepped."""
    steps: tuple[Floats, ...]
    """Where."""

    drawn_s: float = 0.0
    """When what there is was given last, on the monotonic clock."""

    def __post_init__(self) -> None:
        """Make the grid."""
        numbers = [p.number - 1 for p in self.stepped]
        indices = tuple(int(np.flatnonzero(self.problem.free == n)[0]) for n in numbers)
        self.grid = Grid(self.problem, self.found, indices, self.steps)

    def run(self, token: Any) -> None:
        """Refit at every point, telling how far it is and what there is."""
        total = self.grid.statistic.size

        def told(number: int, place: tuple[int, ...]) -> None:
            at = ", ".join(
                f"{p.name} {step[i]:.4g}"
                for p, step, i in zip(self.stepped, self.steps, place, strict=True)
            )
            partial = None
            if time.monotonic() - self.drawn_s >= REST_S:
                partial, self.drawn_s = self.product(self.found), time.monotonic()
            token.report(number / (total + 1), STAGE, f"{number} of {total}: {at}", partial=partial)

        self.grid.run(told)
        self.grid.settle()
        token.report(1.0, STAGE, "", partial=self.product(self.found))

    def product(self, found: Minimum, *, better_fit: FitResult | None = None) -> Contours:
        """Give what there is."""
        problem, grid = self.problem, self.grid
        values = problem.full(found.x)
        return Contours(
            parameters=tuple(replace(p, value=float(values[p.number - 1])) for p in self.stepped),
            x=np.array(self.steps[0]),
            y=np.array(self.steps[1] if self.steps[1:] else []),
            rise=grid.statistic - found.statistic,
            refitted=self._refitted(),
            statistic=found.statistic,
            statistic_name=compare.words(problem.kinds),
            better_fit=better_fit,
            request=self.request,
            provenance=Provenance(
                warnings=(*self._troubles(), *problem.doubts),
                approximate=compare.approximate(problem.data),
            ),
        )

    def _refitted(self) -> Floats:
        """Give the values of all parameters at each point, shape (n_parameters, ...)."""
        flat = self.grid.x.reshape(-1, self.grid.x.shape[-1])
        full = np.full((len(self.problem.request.parameters), len(flat)), np.nan)
        for number in np.flatnonzero(np.isfinite(flat).all(axis=1)):
            full[:, number] = self.problem.full(flat[number])
        return full.reshape(-1, *self.grid.statistic.shape)

    def _troubles(self) -> tuple[str, ...]:
        """Give sentences about points that are not to be trusted."""
        n_unsure = len(self.grid.unsure)
        if not n_unsure:
            return ()
        sentence = (
            f"At {n_unsure} of {self.grid.statistic.size} points the refit ended before it reached"
            " a minimum: the rise there may be too large."
        )
        return (sentence,)
