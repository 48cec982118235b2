"""In which words a light curve speaks of time: ks, MJD, dates, or phase; shown, typed and brushed.

Seconds are mission seconds of one dataset, the reference; those of others are brought to them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError
from nuwidgets.science.time_scales import from_mjd, phase, to_mjd, to_time
from nuwidgets.steps.arguments import as_mjd

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.ephemeris import Ephemeris

    Pair = tuple[float, float]

KS, MJD, DATE, PHASE = "ks", "MJD", "date", "phase"
KINDS = (("ks since start", KS), ("MJD", MJD), ("date", DATE), ("phase", PHASE))
"""What the axis may count in: words and value."""
DAY_S, KILO = 86400.0, 1000.0
MOST_WRITTEN = 12
"""More stretches than this are not written out."""
_ENDS = re.compile(r"\s*(?:\bto\b|\.{2,}|[\u2026\u2013\u2014])\s*")
_HYPHEN = re.compile(r"(?<=[\d.])\s*-\s*(?=[\d.])")
_EXAMPLES = {
    KS: "1.2-3.4, 6-8.5",
    MJD: "56123.10 to 56123.25",
    DATE: "2012-07-15 12:00 to 2012-07-15 13:30",
    PHASE: "0.2-0.4",
}


@dataclass(frozen=True)
class CurveAxis:
    """How times are counted along x.

    Examples
    --------
    >>> axis = CurveAxis(start_s=1000.0)
    >>> axis.read("1-2, 3.5 to 4"), axis.write(Gti(((2000.0, 3000.0),)))
    (Gti(intervals=((2000.0, 3000.0), (4500.0, 5000.0))), '1-2')
    """

    kind: str = KS
    """One of the values of `KINDS`."""
    start_s: float = 0.0
    """Where ks are counted from, s of the reference."""
    pointing: Pointing = field(default_factory=Pointing)
    """The reference: its seconds are those that are counted."""
    ephemeris: Ephemeris | None = None
    """What phases are counted by; without it they are not shown."""

    @property
    def folded(self) -> bool:
        """Whether x is a phase."""
        return self.kind == PHASE and self.ephemeris is not None

    @property
    def dates(self) -> bool:
        """Whether x is MJD in UTC, to be shown as dates."""
        return self.kind == DATE

    @property
    def at_barycentre(self) -> bool:
        """Whether times are those at the barycentre of the solar system."""
        return self.pointing.timeref.strip().upper() == "SOLARSYSTEM"

    @property
    def label(self) -> str:
        """What stands below the axis."""
        where = ", at the barycentre" if self.at_barycentre else ""
        if self.folded and self.ephemeris is not None:
            return f"Phase ({self.ephemeris.words})"
        if self.kind == MJD:
            return f"MJD ({self.pointing.timesys.strip() or 'TT'}{where})"
        if self.kind == DATE:
            return f"Date (UTC{where})"
        missing = "; type a period to see phases" if self.kind == PHASE else ""
        return f"Time since start{where} [ks]{missing}"

    @property
    def example(self) -> str:
        """Stretches as one may type them."""
        return _EXAMPLES[self.kind if self.folded or self.kind != PHASE else KS]

    def straight(self) -> CurveAxis:
        """Give an axis that shows stretches of time: of phases that in ks."""
        return replace(self, kind=KS) if self.kind == PHASE else self

    def shift_s(self, pointing: Pointing) -> float:
        """Give what brings mission seconds of a dataset to those of the reference, s."""
        return (pointing.mjdref_days - self.pointing.mjdref_days) * DAY_S

    def of_dataset(self, gti: Gti, pointing: Pointing) -> Gti:
        """Give times of the reference in the mission seconds of a dataset."""
        shift = self.shift_s(pointing)
        return gti.shifted(-shift) if shift else gti

    def of_reference(self, gti: Gti, pointing: Pointing) -> Gti:
        """Give times of a dataset in the seconds of the reference."""
        shift = self.shift_s(pointing)
        return gti.shifted(shift) if shift else gti

    def x_of(self, time_s: Floats) -> Floats:
        """Give where seconds of the reference lie along x; phases from 0 to 1."""
        time = np.asarray(time_s, float)
        if self.folded:
            cycles = self._cycles(time)
            return cycles - np.floor(cycles)
        if self.kind in (MJD, DATE):
            return to_mjd(time, self.pointing) + self._utc_days
        return (time - self.start_s) / KILO

    def _cycles(self, time_s: Floats) -> Floats:
        if self.ephemeris is None:
            return np.zeros_like(time_s)
        known = self.ephemeris
        return phase(time_s, self.pointing, known.epoch_mjd, known.period_s, known.pdot)

    @property
    def _utc_days(self) -> float:
        return utc_minus(self.start_s, self.pointing) if self.kind == DATE else 0.0

    def pairs(self, gti: Gti) -> list[Pair]:
        """Give stretches as they lie along x; none in phase."""
        if self.folded or not gti.intervals:
            return []
        ends = self.x_of(np.array(gti.intervals)).tolist()
        return [(a, b) for a, b in ends]

    def times(self, x: Pair, whole: Gti) -> Gti:
        """Give the times of a range of x; of phases those in `whole`, cycle by cycle.

        Raises
        ------
        InputError
            If there are too many cycles.
        """
        lo, hi = x
        if self.folded and self.ephemeris is not None:
            turns = self._cycles(np.array(whole.intervals).reshape(-1, 2))
            since = self.ephemeris.stretches(lo, hi, turns)
            epoch_s = float(from_mjd(self.ephemeris.epoch_mjd, self.pointing))
            pairs = (since + epoch_s).tolist()
            return Gti(tuple((a, b) for a, b in pairs)).intersect(whole)
        return Gti(((self._s(lo), self._s(hi)),)) if lo < hi else Gti()

    def _s(self, x: float) -> float:
        if self.kind in (MJD, DATE):
            return float(from_mjd(x - self._utc_days, self.pointing))
        return self.start_s + KILO * x

    def write(self, gti: Gti) -> str:
        """Give stretches as one may type them; empty where there are too many to read."""
        pairs = self.pairs(gti)
        if len(pairs) > MOST_WRITTEN:
            return ""
        joint = " to " if self.kind in (MJD, DATE) else "-"
        return ", ".join(f"{self.word(a)}{joint}{self.word(b)}" for a, b in pairs)

    def word(self, x: float) -> str:
        """Write one place along x."""
        if self.kind == DATE:
            return second(x)
        digits = 6 if self.kind == MJD else 4
        return f"{x:.{digits}f}".rstrip("0").rstrip(".")

    def read(self, text: str, whole: Gti | None = None) -> Gti:
        """Give typed stretches.

        Parameters
        ----------
        text : str
            Stretches parted by commas or lines, each two ends as the axis counts them.
        whole : Gti, optional
            All good times, for phases.

        Raises
        ------
        InputError
            If one is no stretch.
        """
        found = Gti()
        for part in filter(None, map(str.strip, re.split(r"[,;\n]", text))):
            found = found.union(self.times(self._ends(part), whole or Gti()))
        return found

    def _ends(self, part: str) -> Pair:
        ends = _ENDS.split(part)
        if len(ends) == 1 and self.kind != DATE:
            ends = _HYPHEN.split(part)
        try:
            lo, hi = (self._place(end) for end in ends)
        except (TypeError, ValueError) as error:
            raise InputError(
                f"Cannot choose times by {part!r}. Type two ends, such as {self.example!r}."
            ) from error
        if not (lo < hi and math.isfinite(lo) and math.isfinite(hi)):
            raise InputError(f"Cannot choose times by {part!r}: the first must be the earlier one.")
        return lo, hi

    def _place(self, end: str) -> float:
        return float(as_mjd(end) or math.nan) if self.kind == DATE else float(end)


@lru_cache(maxsize=64)
def utc_minus(time_s: float, pointing: Pointing) -> float:
    """Give UTC minus the time scale of the data, days: 32.184 s and the leap seconds for TT."""
    time = to_time(time_s, pointing)
    utc = time.utc
    return float((utc.jd1 - time.jd1) + (utc.jd2 - time.jd2))


def second(mjd: float) -> str:
    """Give date and second of an MJD, the seconds only where they are needed.

    Examples
    --------
    >>> second(57916.9), second(57916.0)
    ('2017-06-12 21:36', '2017-06-12 00:00')
    """
    from astropy.time import Time

    text = Time(round(mjd * DAY_S) / DAY_S, format="mjd", scale="utc").iso[:19]
    return text.removesuffix(":00")
