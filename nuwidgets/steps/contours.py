"""Step one parameter of the fit or two, and refit the others at every point."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.contours import Contours, ContoursRequest, StepAxis, as_axes
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.steps.fit import FitStep

DIGITS = 4
"""Digits of the ends of an axis, counted from the width of its range."""


class ContoursStep(Step[ContoursRequest, Contours]):
    """Gives the rise of the statistic along one parameter, or over two, as XSPEC's ``steppar``."""

    examples: ClassVar = {"axes": (("1 0.1 1 4",), ("2 1.6 2.2 4", "1 delta 0.1 2"))}

    axes = Value(as_axes, (), "one axis or two, such as 'PhoIndex 1.6 2.2 20'")

    beside: tuple[FitStep]

    def request(self) -> ContoursRequest:
        """Give what the contours depend on."""
        return ContoursRequest(self.beside[0].request(), self.axes)

    def absorb(self, product: Contours) -> None:
        """Let the fit go on from a better one met on the way: the rise is above that."""
        if better := product.better_fit:
            signed = replace(product.provenance, warnings=better.provenance.warnings)
            self.beside[0].adopt(replace(better, provenance=signed))

    def around(self, *names: str | int, n: int = 20, sigmas: float = 3.0) -> None:
        """Set axes around the best fit: ``s.contours.around("PhoIndex", "norm")``.

        Parameters
        ----------
        *names : str or int
            One parameter or two, by name or number; the first runs along x.
        n : int
            Steps along each.
        sigmas : float
            One-sigma errors of the fit to either side; limits end an axis earlier.

        Raises
        ------
        InputError
            If there is no fit yet, or a parameter is not known or has no error.
        """
        self.door.do(self._set_around, names, n, sigmas)

    def _set_around(self, names: tuple[str | int, ...], n: int, sigmas: float) -> None:
        self.axes = tuple(self.axis_around(name, n, sigmas) for name in names)

    def axis_around(self, name: str | int, n: int = 20, sigmas: float = 3.0) -> StepAxis:
        """Give an axis around the best value of a parameter, not beyond its hard limits.

        Raises
        ------
        InputError
            If the parameter is not known, or the fit has no error for it.
        """
        if not sigmas > 0:
            raise InputError(f"Cannot step {sigmas!r} sigma away: give a number above 0, e.g. 3.")
        fit = self.beside[0]
        parameter, found = fit.parameter(name), fit.product
        pairs = zip(found.parameters, found.sigma, strict=True) if found else ()
        sigma = {p.number: error for p, error in pairs}.get(parameter.number, math.nan)
        if not sigma > 0:
            raise InputError(
                f"Cannot step around {parameter.label}: the fit gives no error for it. Run the fit"
                " with this parameter free, or give the ends: axes = '"
                f"{parameter.number} 1 2 {n}'."
            )
        lo = max(parameter.value - sigmas * sigma, parameter.hard_lo)
        hi = min(parameter.value + sigmas * sigma, parameter.hard_hi)
        # few digits read better; rounded inwards, so that limits hold
        unit = 10.0 ** (math.floor(math.log10(hi - lo)) - DIGITS)
        first, last = math.ceil(lo / unit) * unit, math.floor(hi / unit) * unit
        return StepAxis(str(name), max(first, parameter.hard_lo), last, n)
