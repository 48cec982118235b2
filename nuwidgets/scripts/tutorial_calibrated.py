"""Which runs of the missions' pipelines the tutorial needs: observation, instrument, parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from nuwidgets.domain.download import DownloadRequest
from nuwidgets.domain.pipeline import BOTH, PipelineRequest
from nuwidgets.missions.base import missions
from nuwidgets.scripts.archive import request_of_now
from nuwidgets.scripts.makers import HEASOFT, choice_of
from nuwidgets.scripts.origins import answered
from nuwidgets.scripts.processed import mission_of_events, processed, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nuwidgets.domain.record import SessionRecord
    from nuwidgets.domain.task import Parameters
    from nuwidgets.missions.base import Mission
    from nuwidgets.scripts.tutorial_data import Observed


@dataclass(frozen=True)
class Calibrated:
    """One run of a mission's pipeline."""

    mission: str
    """Name of the mission."""
    obs_id: str
    """Number of the observation."""
    instrument: str
    """Which module."""
    outdir: str
    """Folder of the screened events, to be filled in."""
    indir: str = ""
    """Folder of the observation; empty for what this script downloads."""
    apart: bool = False
    """Whether the session ran each module by itself."""
    parameters: Parameters = ()
    """What the session told the pipeline."""
    observed: Observed | None = None
    """The dataset that goes on with the events, if there is one."""


def calibrated(
    record: SessionRecord, observations: Iterable[Observed], only: tuple[str, ...]
) -> tuple[Calibrated, ...]:
    """Give the runs of the pipelines, those of datasets first.

    Parameters
    ----------
    record : SessionRecord
        The session.
    observations : iterable of Observed
        Those of the script.
    only : tuple of str
        Paths of steps; () is all.
    """
    observations = tuple(observations)
    makers = processed(record, (one.record for one in observations))
    found = [_of_dataset(one, makers.get(one.record.name)) for one in observations]
    known = {(one.obs_id, one.instrument) for one in found}
    last = _of_now(record) if only else answered(record, "pipeline")
    asked = "pipeline" in only if only else getattr(last, "engine", "") == HEASOFT
    if asked and isinstance(last, PipelineRequest):
        every = _of_request(record, last)
        found += [one for one in every if (one.obs_id, one.instrument) not in known]
    return tuple(found)


def folder_of(record: SessionRecord, request: PipelineRequest | None, obs_id: str) -> str:
    """Give the folder of an observation, where the session named one; else empty."""
    if request is None or not request.folders:
        return ""
    told = (
        str(run.request.given.get("indir", ""))
        for run in runs_of(record, request) or ()
        if run.request is not None and run.subject.startswith(f"{obs_id} ")
    )
    named = (folder for folder in request.folders if PurePath(folder).name == obs_id)
    alone = request.folders[:1] if len(request.folders) == 1 else ()
    return next(filter(None, (*told, *named, *alone)), "")


def at_home(record: SessionRecord, observations: Iterable[Observed]) -> tuple[Observed, ...]:
    """Let datasets know the folder of their observation, where the pipeline was told one."""
    observations = tuple(observations)
    makers = processed(record, (one.record for one in observations))
    return tuple(
        replace(one, indir=folder_of(record, makers.get(one.record.name), one.obs_id))
        for one in observations
    )


def _of_dataset(one: Observed, request: PipelineRequest | None) -> Calibrated:
    mission = "Swift" if one.is_swift else "NuSTAR"
    plain = Calibrated(mission, one.obs_id, one.instrument, one.folder, one.indir, observed=one)
    if request is None:
        return plain
    return replace(
        plain,
        apart=request.engine == HEASOFT,
        parameters=request.parameters,
    )


def _of_request(record: SessionRecord, request: PipelineRequest) -> Iterator[Calibrated]:
    """Give the runs of a request, whatever became of their events."""
    for mission, obs_id, instrument in _meant(record, request):
        if re.fullmatch(mission.obsid_pattern, obs_id, re.ASCII):
            yield Calibrated(
                mission.name,
                obs_id,
                instrument,
                "events/{obs_id}",
                folder_of(record, request, obs_id),
                request.engine == HEASOFT,
                request.parameters,
            )


def _meant(record: SessionRecord, request: PipelineRequest) -> Iterator[tuple[Mission, str, str]]:
    """Give mission, observation and instrument of each run."""
    runs = runs_of(record, request)
    names = {one.pipeline: one for one in missions().values()}
    for run in runs or ():
        mission = names.get(run.task)
        obs_id, _, instrument = run.subject.partition(" ")
        if mission is not None and instrument in mission.instruments:
            yield mission, obs_id, instrument
    for mission, obs_id in _observations(record, request) if runs is None else ():
        for instrument in mission.instruments:
            if request.instrument in (BOTH, instrument) or len(mission.instruments) == 1:
                yield mission, obs_id, instrument


def _observations(record: SessionRecord, request: PipelineRequest) -> Iterator[tuple[Mission, str]]:
    if request.download is not None:
        files = request.download.files
        yield from ((missions()[files.find.mission], obs_id) for obs_id in files.selected)
    for folder in request.folders:
        obs_id = PurePath(folder).name
        yield _mission_of(record, folder, obs_id), obs_id


def _mission_of(record: SessionRecord, folder: str, obs_id: str) -> Mission:
    """Give the mission of a folder: that of a dataset of its number, else the one in its path."""
    of_datasets = (mission_of_events(d) for d in record.datasets if d.pointing.obs_id == obs_id)
    words = {part.lower() for part in PurePath(folder).parts}
    in_path = (one for one in missions().values() if one.name.lower() in words)
    return next(filter(None, (*of_datasets, *in_path)), missions()["NuSTAR"])


def _of_now(record: SessionRecord) -> PipelineRequest | None:
    """Give what the pipeline is asked with the settings of now; None where that is nothing."""
    step = record.steps.get("pipeline")
    if step is None:
        return None
    last = answered(record, "pipeline")
    settings = step.settings
    folders = settings.get("folders", ())
    download = request_of_now(record, ("download",)) if not folders else None
    if not folders and not isinstance(download, DownloadRequest):
        return None
    by_heasoft = HEASOFT in (choice_of(step), getattr(last, "engine", ""))
    now = PipelineRequest(
        download if isinstance(download, DownloadRequest) else None,
        folders,
        settings.get("instrument", BOTH),
        settings.get("parameters", ()),
        HEASOFT if by_heasoft else "",
    )
    same = isinstance(last, PipelineRequest) and replace(last, stamp=()) == now
    return last if same and isinstance(last, PipelineRequest) else now
