"""Good times that the user chose, as tables that HEASoft's tasks read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.scripts.sections import Section
from nuwidgets.scripts.tutorial_data import Each, alike, why
from nuwidgets.scripts.values import call

if TYPE_CHECKING:
    from nuwidgets.scripts.tutorial_data import Observed


def times_section(datasets: tuple[Observed, ...]) -> Section:
    """Give the good times that the user chose, written as tables that nuproducts reads."""
    timed = [one for one in datasets if one.setting("screen", "user_gti") is not None]
    noted = [one for one in datasets if one not in timed]
    lines = [*why(*(one.record.steps["screen"] for one in noted))]
    if not timed:
        return Section("Good times and grades", "No times are left out by hand.", tuple(lines))
    lines += ['os.makedirs("gti", exist_ok=True)']
    for group in alike(
        timed,
        lambda one: (one.setting("screen", "user_gti"), _reference(one), _said(one), one.is_swift),
    ):
        lines += _times(group)
    words = (
        "Times to keep, chosen by hand: START and STOP in seconds since the mission's reference"
        " time, as nuproducts takes them with usrgtifile, and xrtproducts with gtifile."
    )
    return Section("Good times", words, tuple(lines))


def _said(one: Observed) -> tuple[bool, tuple[tuple[str, str], ...]]:
    return one.is_swift, tuple(one.record.steps["screen"].notes.items())


def _reference(one: Observed) -> tuple[int, float, str]:
    pointing = one.record.pointing
    days = int(pointing.mjdref_days)
    known = pointing.timesys in ("TT", "TDB", "UTC")  # a header takes no other text safely
    return days, round(pointing.mjdref_days - days, 12), pointing.timesys if known else "TT"


def _times(group: tuple[Observed, ...]) -> tuple[str, ...]:
    one = group[0]
    days, part, system = _reference(one)
    intervals = one.setting("screen", "user_gti").intervals
    table = {"rows": list(intervals), "names": ("START", "STOP"), "units": ("s", "s")}
    if not intervals:  # rows of nothing have no columns
        table = {"names": ("START", "STOP"), "dtype": ("f8", "f8"), "units": ("s", "s")}
    meta = {
        "EXTNAME": "STDGTI",
        "HDUCLASS": "OGIP",
        "HDUCLAS1": "GTI",
        "TELESCOP": "SWIFT" if one.is_swift else "NuSTAR",
        "MJDREFI": days,
        "MJDREFF": part,
        "TIMESYS": system,
        "TIMEUNIT": "s",
    }
    each = Each(other.row for other in group)
    file = each("gti/{stem}.gti")
    named = {"format": "fits", "overwrite": True}
    write = call("times.write", (file,), named, indent=each.indent)
    return (
        *why(*(other.record.steps["screen"] for other in group)),
        *call("Table", (), table, target="times"),
        *call("times.meta.update", (), meta),
        *each.lines(write),
    )
