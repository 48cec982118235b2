"""The runs of a mission's pipeline for an observation's folder, and what they would miss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.errors import FileError
from nuwidgets.files.beside import AGAIN, candidates, check_once, home_of
from nuwidgets.missions.base import mission_of
from nuwidgets.missions.heasoft import plain_runs
from nuwidgets.missions.targets import resolved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from pathlib import Path

    from nuwidgets.domain.task import Parameters, TaskRequest
    from nuwidgets.missions.base import Mission


def pipeline_plan(
    mission: Mission | str,
    folder: str | PathLike[str],
    obs_id: str,
    instrument: str = "both",
    parameters: Parameters = (),
) -> tuple[TaskRequest, ...]:
    """Give the runs of a mission's pipeline for an observation, one for each module.

    That files are missing stops nothing here: `missing_of` says which, and so does the pipeline.

    Raises
    ------
    FileError
        If there is no such folder.
    InputError
        If mission or instrument is not known, or a parameter is one that is filled in.
    """
    home, one = str(home_of(folder)), _mission(mission)
    named, target = one.instruments_of(instrument), one.processing.runs
    if not target:
        return plain_runs(one, home, obs_id, named, parameters)
    runs = resolved(one, target, "pipeline")
    planned: tuple[TaskRequest, ...] = runs(home, obs_id, instrument, parameters)
    return planned


def _mission(mission: Mission | str) -> Mission:
    return mission_of(mission) if isinstance(mission, str) else mission


def missing_of(
    mission: Mission | str, folder: str | PathLike[str], obs_id: str, instrument: str = "both"
) -> str:
    """Say what a pipeline would miss in an observation's folder, in one sentence; empty if nothing.

    Raises
    ------
    FileError
        If there is no such folder.
    InputError
        If mission or instrument is not known.
    """
    home, one = home_of(folder), _mission(mission)
    letters = dict(zip(one.instruments, one.modules, strict=True))
    modules = tuple(letters[name] for name in one.instruments_of(instrument))
    checks = one.processing.checks
    try:
        missing = list(dict.fromkeys(_missing(home, one, obs_id, modules)))
        if checks and not missing:
            resolved(one, checks, "check of files")(home, obs_id)
    except FileError as error:
        return str(error)
    said = f"The pipeline cannot run in {str(folder)!r}: there is no {', no '.join(missing)}."
    return f"{said} {AGAIN}" if missing else ""


def _missing(home: Path, mission: Mission, obs_id: str, modules: tuple[str, ...]) -> Iterator[str]:
    for module in modules:
        for needed in mission.processing.needs:
            name = needed.pattern.format(obs_id=obs_id, module=module)
            files = candidates(home, name, needed.places)
            check_once(files)
            if not files:
                yield f"{needed.places[-1]}/{name}"
