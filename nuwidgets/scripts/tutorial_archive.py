"""The tutorial's beginning: find an observation, download it, and calibrate it with nupipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import TASK, Each, alike, why
from nuwidgets.scripts.values import STEP, call, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.scripts.tutorial_data import Observed


def archive_section(datasets: tuple[Observed, ...]) -> Section:
    """Give how the observations are found and downloaded, each once."""
    lines: list[str] = []
    for group in alike(datasets, lambda one: one.obs_id):
        lines += [*([""] if lines else []), *_download(group)]
    words = (
        "The master catalogue of NuSTAR is searched around the source; the folder of the"
        " observation comes from HEASARC's archive, unless it is here already."
    )
    return Section("Find and download", words, tuple(lines))


def _download(group: tuple[Observed, ...]) -> tuple[str, ...]:
    obs_id = text(group[0].obs_id)
    paths = dict.fromkeys(one.record.steps["events"].settings.get("path", "") for one in group)
    read = ", ".join(path for path in paths if path)
    return (
        *why(*(one.record.steps["events"] for one in group)),
        *(comment(f"The session read {read}.") if read else ()),
        f"obs_id = {obs_id}",
        *_position(group[0]),
        'catalog = "numaster"  # from Heasarc.list_catalogs(master=True, keywords="nustar")',
        "observations = Heasarc.query_region(position, catalog=catalog)",
        'observation = observations[observations["obsid"] == obs_id]',
        'os.makedirs("data", exist_ok=True)',
        'if not os.path.exists(f"data/{obs_id}"):',
        f"{STEP}links = Heasarc.locate_data(observation, catalog_name=catalog)",
        f'{STEP}Heasarc.download_data(links, host="heasarc", location="data")',
    )


def _position(one: Observed) -> tuple[str, ...]:
    pointing = one.record.pointing
    if pointing.ra_obj_deg is None or pointing.dec_obj_deg is None:
        return call("SkyCoord.from_name", (pointing.object_name,), target="position")
    at = (float(pointing.ra_obj_deg), float(pointing.dec_obj_deg))
    said = f"{pointing.object_name}: " if pointing.object_name else ""
    return (
        *comment(
            f"{said}the target's position in the event file; SkyCoord.from_name finds others."
        ),
        *call("SkyCoord", at, {"unit": "deg"}, target="position"),
    )


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
