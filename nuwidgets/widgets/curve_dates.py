"""Ticks of a time axis as calendar dates: years, months, days, hours or minutes, as fits the range.

Days are civil days of 86400 s counted as MJD, whatever the time scale; MJD 0 is 1858-11-17.
"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

from nuwidgets.widgets.curve_maths import script_number, ticks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MJD_ZERO = date(1858, 11, 17).toordinal()
FIRST, LAST = (date(year, 1, 1).toordinal() - MJD_ZERO for year in (2, 9000))
"""Beyond these days, and below the range above, numbers are shown."""
MINUTES_OF_DAY, LEAST_MIN = 1440, 3
SCALES = (
    ("minutes", 78, 1 / 1440, ((1, 1), (5, 1), (15, 5), (30, 10), (60, 15), (180, 60), (360, 60))),
    ("days", 78, 1.0, ((0.5, 0.125), (1, 0.25), (2, 1), (5, 1), (10, 2))),
    ("months", 62, 365.25 / 12, ((1, 1), (2, 1), (3, 1), (6, 1))),
    ("years", 48, 365.25, ((1, 0.25), (2, 1), (5, 1), (10, 2), (20, 5), (50, 10), (100, 20))),
    ("years", 48, 365.25, ((200, 50), (500, 100), (1000, 200), (2000, 500))),
)
"""Unit, room for a label in pixels, days of the unit, distances of ticks with and without label."""
SHORT = {"months": 7, "years": 4}
"""Characters of an ISO date that say it."""
WIDE_PX = 400
"""The plot area is at least about so wide."""


def date_ticks(lo_mjd: float, hi_mjd: float) -> tuple[list[float], dict[str, str]]:
    """Say where an axis in MJD has ticks, and their labels as dates.

    Returns
    -------
    values : list of float
        All ticks, MJD, rising, within the limits.
    labels : dict
        Number as JavaScript writes it -> ISO date; empty for the short ticks.

    Examples
    --------
    >>> [text for text in date_ticks(55197, 57023)[1].values() if text]
    ['2010', '2011', '2012', '2013', '2014', '2015']
    """
    if not FIRST < lo_mjd < hi_mjd < LAST or (hi_mjd - lo_mjd) * MINUTES_OF_DAY < LEAST_MIN:
        return ticks(lo_mjd, hi_mjd, log=False)
    unit, step, small = _fitting(hi_mjd - lo_mjd)
    places = list(_places(lo_mjd, hi_mjd, unit, step))
    long = dict(zip(places, _words(places, unit), strict=True))
    room = (hi_mjd - lo_mjd) / WIDE_PX
    values = sorted({*long, *_places(lo_mjd, hi_mjd, unit, small)})
    cut = {v for v, word in long.items() if v + 3 * len(word) * room > hi_mjd + 16 * room}
    return values, {script_number(v): "" if v in cut else long.get(v, "") for v in values}


def date_pieces(
    pieces: Sequence[tuple[float, float]], width_days: float
) -> tuple[dict[float, str], dict[float, str], list[float]]:
    """Say where a broken axis has ticks: labels that are best, those that may fill in, and all.

    Parameters
    ----------
    pieces : sequence of (float, float)
        What is shown of the axis, MJD.
    width_days : float
        Its whole width, days.
    """
    unit, step, small = _fitting(max(width_days, LEAST_MIN / MINUTES_OF_DAY))
    long = [v for piece in pieces for v in _places(*piece, unit, step)]
    short = [v for piece in pieces for v in _places(*piece, unit, small)]
    more = [v for v in short if v not in long]
    best, fill = (dict(zip(v, _words(v, unit), strict=True)) for v in (long, more))
    return best, fill, short


def _fitting(span_days: float) -> tuple[str, float, float]:
    """Choose the finest unit and steps, with and without label, whose labels have room."""
    return next(
        (unit, step, small)
        for unit, word_px, days, steps in SCALES
        for step, small in steps
        if span_days * word_px <= WIDE_PX * step * days
    )


def _places(lo: float, hi: float, unit: str, step: float) -> Iterator[float]:
    if unit in SHORT:
        apart = round(step * (12 if unit == "years" else 1))
        months = range(apart * (_month(lo) // apart), _month(hi) + 1, apart)
        yield from (day for day in map(_first_day, months) if lo <= day <= hi)
        return
    per_day = MINUTES_OF_DAY if unit == "minutes" else 1
    lowest, highest = lo * per_day / step, hi * per_day / step
    for count in range(math.ceil(lowest - 1e-9), math.floor(highest + 1e-9) + 1):
        yield count * step / per_day


def _month(mjd: float) -> int:
    day = date.fromordinal(math.floor(mjd) + MJD_ZERO)
    return day.year * 12 + day.month - 1


def _first_day(month: int) -> float:
    return float(date(max(1, month // 12), month % 12 + 1, 1).toordinal() - MJD_ZERO)


def _words(places: list[float], unit: str) -> list[str]:
    """Write each date as far as it is needed: of a time its day only where none begins in view."""
    when = [divmod(round(place * MINUTES_OF_DAY), MINUTES_OF_DAY) for place in places]
    days = [date.fromordinal(day + MJD_ZERO).isoformat() for day, _ in when]
    if unit in SHORT:
        return [day[: SHORT[unit]] for day in days]
    times = [f"{minute // 60:02d}:{minute % 60:02d}" if minute else "" for _, minute in when]
    words = [time or day for time, day in zip(times, days, strict=True)]
    return [f"{days[0]}T{words[0]}", *words[1:]] if all(times) and times else words
