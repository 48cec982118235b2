"""One parameter of one observation: when, how much, how sure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nuwidgets.domain.fit import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.events import Pointing
    from nuwidgets.domain.fit import FitResult
    from nuwidgets.domain.gti import Gti
    from nuwidgets.domain.model import Parameter

DAY_S = 86400.0
FLUX = "flux"
"""Label of the flux among the parameters."""
LAST = 1_000_000
"""Place of what comes after all parameters."""
NOTHING = math.nan, math.nan
LO_LETTERS, HI_LETTERS = ("hard_low", "low_failed"), ("hard_high", "high_failed")
"""Which of XSPEC's letters say that an end of an interval was not found."""


@dataclass(frozen=True)
class Moment:
    """When an observation was."""

    name: str
    """Short name of the dataset."""
    middle_mjd: float
    """Middle of the good times, MJD (TT); NaN where no time is known."""
    half_mjd: float
    """Half of the time from the first good time to the last, days."""
    exposure_s: float
    """Live time, s."""

    @classmethod
    def of(cls, name: str, pointing: Pointing, gti: Gti | None, exposure_s: float) -> Moment:
        """Take it from good times, else from TSTART and TSTOP."""
        found = span_mjd(pointing, gti)
        middle, half = (found[0] + found[1]) / 2, (found[1] - found[0]) / 2
        return cls(name, middle, half, exposure_s)


def span_mjd(pointing: Pointing, gti: Gti | None) -> tuple[float, float]:
    """Give start and end of an observation, MJD (TT); NaN where they are not known.

    Parameters
    ----------
    pointing : Pointing
        Says the reference time, and TSTART and TSTOP where there are no good times.
    gti : Gti or None
        Good times, s since the reference time.

    Notes
    -----
    TDB differs from TT by less than 2 ms and is taken as TT.
    """
    if gti is not None and gti.intervals:
        ends_s = gti.intervals[0][0], gti.intervals[-1][1]
    else:
        ends_s = pointing.tstart_s, pointing.tstop_s
    if not (pointing.mjdref_days > 0 and ends_s[1] > ends_s[0]):
        return NOTHING
    start, stop = (pointing.mjdref_days + end_s / DAY_S for end_s in ends_s)
    if pointing.timesys.upper() != "UTC":
        return start, stop
    from astropy.time import Time

    start, stop = Time([start, stop], format="mjd", scale="utc").tt.mjd
    return float(start), float(stop)


@dataclass(frozen=True)
class EvolutionRow:
    """One parameter of one observation."""

    name: str
    """Short name of the dataset."""
    middle_mjd: float
    """Middle of the good times, MJD (TT); NaN where no time is known."""
    half_mjd: float
    """Half of the time from the first good time to the last, days."""
    exposure_s: float
    """Live time, s."""
    label: str
    """Component and name without the data group, e.g. ``"bbodyrad.kT"``; ``"flux"`` for it."""
    unit: str
    """Unit of the values; empty when dimensionless."""
    value: float
    """Best fit, or what it was frozen at or tied to."""
    sigma: float = math.nan
    """One-sigma error from the covariance; NaN where there is none."""
    lo: float = math.nan
    """Lower end of the interval; NaN where there is none."""
    hi: float = math.nan
    """Upper end of the interval; NaN where there is none."""
    flags: str = ""
    """XSPEC's nine problem letters; empty without an interval."""
    status: str = "free"
    """``"free"``, ``"frozen"``, ``"tied"``, or ``"at its limit"``."""
    place: int = 0
    """Where the parameter stands in the model, from 1."""

    @property
    def problems(self) -> str:
        """What the letters say, in sentences."""
        return " ".join(self._interval.problems) if self.flags else ""

    @property
    def bound(self) -> str:
        """What the interval says: ``"both"`` ends, an ``"upper"`` or ``"lower"`` limit, or none."""
        if not (math.isfinite(self.lo) and math.isfinite(self.hi)):
            return ""
        letters = self._interval.named_problems if self.flags else {}
        low, high = (any(n in letters for n in names) for names in (LO_LETTERS, HI_LETTERS))
        return {(False, False): "both", (True, False): "upper", (False, True): "lower"}.get(
            (low, high), ""
        )

    @property
    def end_lo(self) -> float:
        """Where an error bar ends below: at the interval, else one sigma below the value."""
        return self.lo if self.flags or math.isfinite(self.lo) else self.value - self.sigma

    @property
    def end_hi(self) -> float:
        """Where an error bar ends above: at the interval, else one sigma above the value."""
        return self.hi if self.flags or math.isfinite(self.hi) else self.value + self.sigma

    @property
    def _interval(self) -> Interval:
        return Interval(self.place, self.lo, self.hi, self.flags)


def rows_of(
    moment: Moment, fit: FitResult, intervals: Iterable[Interval], group: int = 1
) -> list[EvolutionRow]:
    """Give a row for each parameter of a data group.

    What is tied has the errors of what it is tied to; by a formula, none.
    """
    known = {one.number: one for one in intervals}
    sigma = {p.number: s for p, s in zip(fit.parameters, fit.sigma, strict=True)}
    own = [p for p in fit.parameters if p.group == group]
    found = []
    for place, (label, p) in enumerate(zip(_labels(own), own, strict=True), start=1):
        root = _root(p, fit.parameters)
        one = known.get(root) if not p.frozen else None
        found.append(
            EvolutionRow(
                moment.name,
                moment.middle_mjd,
                moment.half_mjd,
                moment.exposure_s,
                label,
                p.unit,
                p.value,
                sigma.get(root, math.nan),
                *((one.lo, one.hi, one.flags) if one else (*NOTHING, "")),
                status=_status(p, sigma[p.number]),
                place=place,
            )
        )
    return found


def flux_row(moment: Moment, flux: float, lo: float, hi: float) -> EvolutionRow:
    """Give the row of a flux and its interval, erg/cm2/s."""
    when = moment.name, moment.middle_mjd, moment.half_mjd, moment.exposure_s
    return EvolutionRow(*when, FLUX, "erg/cm2/s", flux, lo=lo, hi=hi, place=LAST)


def _labels(parameters: list[Parameter]) -> list[str]:
    """Give names without the data group; of components that are there twice with a number."""
    plain = [replace(p, group=1).label for p in parameters]
    return [
        replace(p, group=1, component=f"{p.component}_{p.component_number}").label
        if plain.count(label) > 1
        else label
        for p, label in zip(parameters, plain, strict=True)
    ]


def _root(p: Parameter, every: tuple[Parameter, ...]) -> int:
    """Give the number of what a parameter is tied to at last; 0 for a formula."""
    seen = set[int]()
    while p.link and p.number not in seen:
        seen.add(p.number)
        found = re.fullmatch(r"p?(\d+)", p.link.strip())
        if not found or not 1 <= int(found[1]) <= len(every):
            return 0
        p = every[int(found[1]) - 1]
    return p.number


def _status(p: Parameter, sigma: float) -> str:
    if p.link:
        return "tied"
    if p.frozen:
        return "frozen"
    at_limit = p.value <= p.hard_lo or p.value >= p.hard_hi
    return "at its limit" if at_limit and not sigma > 0 else "free"
