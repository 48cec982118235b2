"""The tutorial's calibration: nupipeline and xrtpipeline for each observation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.missions.task_book import task_of
from nuwidgets.scripts.sections import Section, comment
from nuwidgets.scripts.tutorial_data import TASK, Each, alike
from nuwidgets.scripts.tutorial_tasks import hsp_call

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from nuwidgets.scripts.tutorial_calibrated import Calibrated
    from nuwidgets.scripts.tutorial_data import Observed
    from nuwidgets.scripts.values import Raw

NUSTAR_WORDS = (
    "nupipeline calibrates and screens the events. It takes half an hour or so for each"
    " observation; what it says is in nupipeline.log."
)
SWIFT_WORDS = "xrtpipeline calibrates and screens the events; what it says is in xrtpipeline.log."


def pipeline_section(runs: tuple[Calibrated, ...]) -> Section:
    """Give the calls of the pipelines, one for each folder of screened events or each module."""
    lines: list[str] = []
    for group in alike(runs, _key):
        lines += [*([""] if lines else []), *_pipeline(group)]
    names = dict.fromkeys(one.mission for one in runs)
    words = {"NuSTAR": NUSTAR_WORDS, "Swift": SWIFT_WORDS}
    said = " ".join(words[name] for name in names)
    return Section("Calibrate and screen the events", said, tuple(lines))


def _key(one: Calibrated) -> Hashable:
    """Give what runs share that are one call, or one loop."""
    loops = _loops(one)
    alone = "" if loops and not one.indir else one.obs_id
    shared = (one.mission, loops, one.indir, one.outdir, one.parameters, alone)
    return (*shared, *_screening((one,)).items()) if loops else shared


def _loops(one: Calibrated) -> bool:
    """Say whether each run is a call of its own: then observations share a loop."""
    return one.apart or one.mission == "Swift"


def _pipeline(group: tuple[Calibrated, ...]) -> tuple[str, ...]:
    one = group[0]
    task = "xrtpipeline" if one.mission == "Swift" else "nupipeline"
    rows = [{"obs_id": run.obs_id, "instrument": run.instrument} for run in group]
    obs_ids = {run.obs_id for run in group}
    each = Each(rows if _loops(one) else rows[:1])

    def filled(template: str) -> Raw:
        alone = template.replace("{obs_id}", one.obs_id) if len(obs_ids) == 1 else template
        return each(alone)

    stem = "sw{obs_id}" if one.mission == "Swift" else "nu{obs_id}"
    named: dict[str, object] = {
        "indir": one.indir or filled("data/{obs_id}"),
        "outdir": filled(one.outdir),
        "steminputs": filled(stem),
    }
    if one.mission != "Swift":
        modules = sorted({run.instrument for run in group})
        several = "ALL" if len(modules) > 1 else modules[0]
        named["instrument"] = each("{instrument}") if one.apart else several
    usual = {name: value for name, value in task_of(task).usual if name not in TASK}
    named |= {**usual, **_screening(group), **dict(one.parameters)}
    own = {"verbose": 20, "logfile": f"{task}.log", **TASK}
    datasets = [run.observed for run in group if run.observed is not None]
    return (*_odd_files(datasets), *each.lines(hsp_call(task, named, own, indent=each.indent)))


def _screening(group: Iterable[Calibrated]) -> dict[str, object]:
    """Give what the choices about events mean for the pipeline."""
    datasets = [run.observed for run in group if run.observed is not None]
    if not datasets:
        return {}
    grade = datasets[0].grade
    name = "exprpcgrade" if datasets[0].is_swift else "gradeexpr"
    named: dict[str, object] = {} if grade is None else {name: f"0-{int(grade)}"}
    if any("_chu" in other.infile for other in datasets):
        named["runsplitsc"] = True
    return named


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
