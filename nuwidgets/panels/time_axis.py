"""In which words a plot speaks of time: dates, MJD, or days since an event; read and written."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date

from nuwidgets.errors import InputError
from nuwidgets.steps.arguments import as_mjd
from nuwidgets.widgets.curve_dates import FIRST, LAST, MJD_ZERO

DATE, MJD, DAYS = "date", "MJD", "days"
KINDS = (("date", DATE), ("MJD", MJD), ("days since event", DAYS))
"""What the axis may count in: words and value."""
_ENDS = re.compile(r"\s*(?:\bto\b|\.{2,}|[;,\u2026\u2013\u2014])\s*")
_HYPHEN = re.compile(r"(?<=[\d.])\s*-\s*")
_YEAR_MONTH = re.compile(r"(\d{4})(?:-(\d{1,2}))?")


def moment(mjd: float) -> str:
    """Give date and minute of an MJD; empty for what is none.

    Examples
    --------
    >>> moment(57916.90770588788), moment(float("nan"))
    ('2017-06-12 21:47', '')
    """
    if not (math.isfinite(mjd) and FIRST < mjd < LAST):
        return ""
    day, minute = divmod(round(mjd * 86400) // 60, 1440)  # 12:00 is not 11:59:59.9999
    return f"{date.fromordinal(day + MJD_ZERO)} {minute // 60:02d}:{minute % 60:02d}"


@dataclass(frozen=True)
class TimeAxis:
    """How times are counted.

    Examples
    --------
    >>> days = TimeAxis("days", 55665.0)
    >>> days.read("123 to 151"), days.write(55788.0, 55816.0)
    ((55788.0, 55816.0), '123 to 151')
    """

    kind: str = DATE
    """One of the values of `KINDS`."""
    event_mjd: float | None = None
    """What days count from, MJD; without it they are shown as dates."""

    @property
    def counted(self) -> bool:
        """Whether days are counted from the event."""
        return self.kind == DAYS and self.event_mjd is not None

    @property
    def dates(self) -> bool:
        """Whether times are shown as dates."""
        return self.kind != MJD and not self.counted

    @property
    def origin_mjd(self) -> float:
        """Where the axis has its zero, MJD."""
        return self.event_mjd or 0.0 if self.counted else 0.0

    @property
    def label(self) -> str:
        """What stands below the axis."""
        if self.counted:
            day = moment(self.origin_mjd).removesuffix(" 00:00")
            return f"Start [days since MJD {self.origin_mjd:.10g}{day and f' = {day}'}]"
        if self.kind == DAYS:
            return "Start (in days as soon as the event has a date)"
        return "Start" if self.dates else "Start [MJD]"

    @property
    def example(self) -> str:
        """Two ends as one may type them."""
        if self.dates:
            return "2017-06-01 to 2017-07"
        return "123 to 151" if self.counted else "57905 to 57935"

    def write(self, lo_mjd: float, hi_mjd: float) -> str:
        """Give a window as one may type it."""
        return f"{self._word(lo_mjd)} to {self._word(hi_mjd)}"

    def _word(self, mjd: float) -> str:
        if self.dates and moment(mjd):
            return moment(mjd).removesuffix(" 00:00")
        return f"{mjd - self.origin_mjd:.3f}".rstrip("0").rstrip(".")

    def read(self, text: str) -> tuple[float, float]:
        """Give the ends of a typed window, MJD.

        Parameters
        ----------
        text : str
            Two numbers as the axis counts them, or two dates; a year or month is its beginning.

        Raises
        ------
        InputError
            If it is no window.
        """
        ends = _ENDS.split(text.strip())
        if len(ends) == 1 and not self.dates:
            ends = _HYPHEN.split(ends[0])
        if len(ends) == 1:
            ends = text.split()
        try:
            lo, hi = (self._mjd(end) for end in ends)
        except ValueError as error:
            raise InputError(
                f"Cannot choose times by {text!r}. Type two ends, such as {self.example!r}."
            ) from error
        if not lo < hi:
            raise InputError(f"Cannot choose times by {text!r}: the first must be the earlier one.")
        return lo, hi

    def _mjd(self, end: str) -> float:
        short = _YEAR_MONTH.fullmatch(end) if self.dates or "-" in end[1:] else None
        if short:
            end = f"{short[1]}-{int(short[2] or 1):02d}-01"
        try:
            return float(end) + self.origin_mjd
        except ValueError:
            return as_mjd(end) or 0.0  # never None: it was given a text
