"""The tutorial's calibration: nupipeline for each observation, and good times chosen by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import TASK, Each, alike, why
from nuwidgets.scripts.values import call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.scripts.tutorial_data import Observed


def pipeline_section(datasets: tuple[Observed, ...]) -> Section:
    """Give the calls of nupipeline, one for each folder of screened events."""
    lines: list[str] = []
    for group in alike(datasets, lambda one: (one.obs_id, one.folder)):
        lines += [*([""] if lines else []), *_pipeline(group)]
    words = (
        "nupipeline calibrates and screens the events. It takes half an hour or so for each"
        " observation; what it says is in nupipeline.log."
    )
    return Section("Calibrate and screen the events", words, tuple(lines))


def _pipeline(group: tuple[Observed, ...]) -> tuple[str, ...]:
    one = group[0]
    modules = sorted({other.module for other in group})
    obs_id = one.obs_id
    named: dict[str, object] = {
        "indir": f"data/{obs_id}",
        "outdir": one.folder.format(obs_id=obs_id),
        "steminputs": f"nu{obs_id}",
        "instrument": "ALL" if len(modules) > 1 else f"FPM{modules[0]}",
    }
    grade = one.setting("screen", "max_grade")
    named |= {} if grade is None else {"gradeexpr": f"0-{int(grade)}"}
    named |= {"runsplitsc": True} if any("_chu" in other.infile for other in group) else {}
    named |= {"verbose": 20, "logfile": "nupipeline.log", **TASK}
    return (*_odd_files(group), *call("hsp.nupipeline", (), named))


def _odd_files(group: Iterable[Observed]) -> tuple[str, ...]:
    """Say where the session read a file that is not named as the pipeline names its own."""
    lines: list[str] = []
    for one in group:
        expected = one.infile or f"nu{one.obs_id}{one.module}01_cl.evt"
        if one.file_name != expected:
            lines += comment(
                f"The session read {one.file_name} for {one.record.name}: what made it of the"
                f" pipeline's {expected} is not known here and not repeated."
            )
    return tuple(lines)


def times_section(datasets: tuple[Observed, ...]) -> Section:
    """Give the good times that the user chose, written as tables that nuproducts reads."""
    timed = [one for one in datasets if one.setting("screen", "user_gti") is not None]
    noted = [one for one in datasets if one not in timed]
    lines = [*why(*(one.record.steps["screen"] for one in noted))]
    if not timed:
        return Section("Good times and grades", "No times are left out by hand.", tuple(lines))
    lines += ['os.makedirs("gti", exist_ok=True)']
    for group in alike(
        timed, lambda one: (one.setting("screen", "user_gti"), _reference(one), _said(one))
    ):
        lines += _times(group)
    words = (
        "Times to keep, chosen by hand: START and STOP in seconds since the mission's reference"
        " time, as nuproducts takes them with usrgtifile."
    )
    return Section("Good times", words, tuple(lines))


def _said(one: Observed) -> tuple[tuple[str, str], ...]:
    return tuple(one.record.steps["screen"].notes.items())


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
        "TELESCOP": "NuSTAR",
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
