"""Contours: how the statistic rises when one parameter or two are stepped, the others refitted."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from astropy.table import Table

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import FitRequest, FitResult
    from nuwidgets.domain.model import Parameter

LEVELS = {1: (1.0, 2.706, 6.635), 2: (2.30, 4.61, 9.21)}
"""Rises of the statistic for 68.3, 90 and 99 %, by how many parameters are stepped.

XSPEC's manual, ``steppar`` and ``plot contour``; Avni 1976 (1976ApJ...210..642A).
"""
CONFIDENCE = ("68.3 %", "90 %", "99 %")
"""What the levels stand for."""
MOST_STEPS = 1000
"""Steps along an axis."""
USUAL_STEPS = 10
"""Steps where none are given, as in XSPEC."""
MOST_AXES = 2


@dataclass(frozen=True)
class StepAxis:
    """Where one parameter is stepped: from `lo` to `hi` in `n` steps, so at n + 1 points."""

    parameter: str
    """Its number or name, e.g. ``"PhoIndex"``."""
    lo: float
    """First value; the distance from the best value where it is `relative`."""
    hi: float
    """Last value, likewise."""
    n: int = USUAL_STEPS
    """Number of steps."""
    log: bool = False
    """Whether the steps are equal in the logarithm."""
    relative: bool = False
    """Whether the ends are distances from the best value, known once the fit is."""

    @classmethod
    def parse(cls, text: str) -> StepAxis:
        """Give the axis that a text means, written as for XSPEC's ``steppar``.

        Parameters
        ----------
        text : str
            ``"PhoIndex 1.6 2.2 20"`` (parameter, from, to, steps), ``"log norm 1e-4 1e-2 20"``, or
            ``"PhoIndex delta 0.1 10"`` (10 steps of 0.1 to either side of the best value).

        Raises
        ------
        InputError
            If it is written otherwise, or its ends do not rise.

        Examples
        --------
        >>> StepAxis.parse("PhoIndex delta 0.1 10")
        StepAxis(parameter='PhoIndex', lo=-1.0, hi=1.0, n=20, log=False, relative=True)
        """
        words = text.split()
        log = bool(words) and words[0].lower() == "log"
        words = words[1:] if words and words[0].lower() in ("log", "nolog") else words
        axis = _axis(words, log=log)
        if axis is None:
            raise InputError(
                f"Cannot step {text!r}: give a parameter, first and last value and a number of"
                " steps, as 'PhoIndex 1.6 2.2 20', or steps around the best value, as 'PhoIndex"
                " delta 0.1 10'. 'log' may stand before."
            )
        return _checked(axis, text)

    def __str__(self) -> str:
        """Give the text that means this axis."""
        if self.relative:
            return f"{self.parameter} delta {2 * self.hi / self.n:.12g} {self.n // 2}"
        head = "log " if self.log else ""
        return f"{head}{self.parameter} {self.lo:.12g} {self.hi:.12g} {self.n}"


def _axis(words: list[str], *, log: bool) -> StepAxis | None:
    """Give the axis of words; None for what is none."""
    if len(words) not in (3, 4):
        return None
    name, first, last = words[:3]
    relative = first.lower() == "delta"
    try:
        n = int(words[3]) if words[3:] else USUAL_STEPS
        lo, hi = 0.0 if relative else float(first), float(last)
    except ValueError:
        return None
    if relative:
        return StepAxis(name, -hi * n, hi * n, 2 * n, log, relative=True)
    return StepAxis(name, lo, hi, n, log)


def _checked(axis: StepAxis, text: str) -> StepAxis:
    """Refuse ends that do not rise, too many steps, and logarithms of what is not above 0."""
    problem = ""
    if not (math.isfinite(axis.lo) and math.isfinite(axis.hi) and axis.lo < axis.hi):
        problem = "the first value must be below the last one, and both finite"
    elif not 1 <= axis.n <= MOST_STEPS:
        problem = f"there must be 1 to {MOST_STEPS} steps"
    elif axis.log and (axis.relative or axis.lo <= 0):
        problem = "logarithmic steps need a first and a last value above 0"
    if problem:
        raise InputError(f"Cannot step {text!r}: {problem}.")
    return axis


def as_axes(value: Any) -> tuple[str, ...]:
    """Take one axis or two, each a text or a `StepAxis`; give them as texts of one form.

    Raises
    ------
    InputError
        If it is neither, there are more than two, or both are of one parameter.
    """
    given = (value,) if isinstance(value, str | StepAxis) else value
    known = isinstance(given, tuple | list) and all(isinstance(a, str | StepAxis) for a in given)
    if not known or len(given) > MOST_AXES:
        raise InputError(
            f"Cannot step {value!r}: give one axis or two, each a text such as"
            " 'PhoIndex 1.6 2.2 20'."
        )
    axes = [StepAxis.parse(str(axis)) for axis in given]
    names = [axis.parameter.lower() for axis in axes]
    if len(set(names)) < len(names):
        raise InputError(
            f"Cannot step {axes[0].parameter!r} along both axes: give two different parameters."
        )
    return tuple(map(str, axes))


@dataclass(frozen=True)
class ContoursRequest:
    """Ask how the statistic rises along one axis, or over two."""

    fit: FitRequest
    """The fit whose parameters are meant."""
    axes: tuple[str, ...] = ()
    """One or two, as ``StepAxis.parse`` reads them; the first runs along x."""


@dataclass(frozen=True, eq=False)
class Contours:
    """The rise of the statistic on a line or a grid of values; NaN where there is none (yet)."""

    parameters: tuple[Parameter, ...]
    """The parameters that are stepped, one or two, at their best values."""
    x: Floats
    """Values of the first one, shape (n_x,)."""
    y: Floats
    """Values of the second one, shape (n_y,); empty where only one is stepped."""
    rise: Floats
    """Statistic minus that of the best fit, shape (n_x,) or (n_x, n_y)."""
    refitted: Floats
    """Values of all parameters of the model, shape (n_parameters, n_x) or (.., n_x, n_y)."""
    statistic: float
    """Statistic of the best fit."""
    statistic_name: str = ""
    """What the statistic is in words."""
    better_fit: FitResult | None = None
    """A better fit that was met on the way, if any; the rise is above that one."""
    request: ContoursRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def steps(self) -> tuple[Floats, ...]:
        """Values along each axis."""
        return (self.x, self.y)[: len(self.parameters)]

    @property
    def levels(self) -> tuple[float, ...]:
        """Rises for 68.3, 90 and 99 % confidence in as many parameters as are stepped."""
        return LEVELS[len(self.parameters)]

    @property
    def best(self) -> tuple[float, ...]:
        """Best values of the stepped parameters."""
        return tuple(p.value for p in self.parameters)

    @property
    def n_done(self) -> int:
        """Number of points that have a value."""
        return int(np.isfinite(self.rise).sum())

    def crossings(self, level: float) -> tuple[float, ...]:
        """Give the values of the one stepped parameter at which the rise crosses a level.

        Between points the root of the rise is taken as straight, as it is near the best fit.

        Raises
        ------
        InputError
            If two parameters are stepped.
        """
        if len(self.parameters) > 1:
            raise InputError(
                "Cannot give crossings of two parameters: step one. For two, draw the contours."
            )
        with np.errstate(invalid="ignore"):
            root = np.sqrt(np.maximum(self.rise, 0.0)) - math.sqrt(level)
        here, there = root[:-1], root[1:]
        at = np.flatnonzero(np.isfinite(here * there) & ((here < 0) != (there < 0)))
        share = here[at] / (here[at] - there[at])
        return tuple((self.x[at] + share * (self.x[at + 1] - self.x[at])).tolist())

    def at(self, x: float, y: float | None = None) -> float:
        """Give the rise at the point nearest to these values."""
        place: tuple[int, ...] = (int(np.argmin(abs(self.x - x))),)
        if y is not None and len(self.parameters) > 1:
            place = (*place, int(np.argmin(abs(self.y - y))))
        return float(self.rise[place])

    @property
    def table(self) -> Table:
        """One row for each point: the stepped values, the rise, the statistic, all parameters."""
        from astropy.table import Table

        mesh = np.meshgrid(*self.steps, indexing="ij")
        table = Table()
        for parameter, values in zip(self.parameters, mesh, strict=True):
            table[parameter.label] = values.ravel()
        table["rise"] = self.rise.ravel()
        table["statistic"] = self.statistic + self.rise.ravel()
        for number, values in enumerate(self.refitted, start=1):
            table[f"p{number}"] = values.ravel()
        table.meta["statistic"] = self.statistic_name
        return table

    def __repr__(self) -> str:
        names = " and ".join(p.label for p in self.parameters)
        done = "" if self.n_done == self.rise.size else f", {self.n_done} done"
        return (
            f"<Contours: {names}, {' x '.join(str(len(v)) for v in self.steps)} points{done},"
            f" best {self.statistic:.2f}>"
        )
