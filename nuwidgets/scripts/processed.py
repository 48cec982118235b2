"""Which run of the pipeline made the events of a dataset, or opened them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import TYPE_CHECKING

from nuwidgets.domain.pipeline import BOTH, Pipeline, PipelineRequest
from nuwidgets.missions.base import missions
from nuwidgets.missions.choice import modes_opened
from nuwidgets.scripts.makers import HEASOFT
from nuwidgets.scripts.origins import answered, place_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.record import DatasetRecord, SessionRecord
    from nuwidgets.domain.task import TaskRun
    from nuwidgets.missions.base import Mission

PRODUCTS = "products"
"""Folder of what a run has made, in the folder of the run."""


def pipelines(record: SessionRecord) -> tuple[PipelineRequest, ...]:
    """Give what the pipeline has answered, the last first."""
    earlier = (deed.request for deed in record.history if deed.step == "pipeline")
    known = (answered(record, "pipeline"), *reversed(tuple(earlier)))
    return tuple(dict.fromkeys(one for one in known if isinstance(one, PipelineRequest)))


def runs_of(record: SessionRecord, request: PipelineRequest) -> tuple[TaskRun, ...] | None:
    """Give the runs of a request; None where they are not known any more."""
    step = record.steps.get("pipeline")
    product = step.product if step is not None else None
    known = isinstance(product, Pipeline) and step is not None and step.answered == request
    return product.runs if known and isinstance(product, Pipeline) else None


def processed(
    record: SessionRecord, datasets: Iterable[DatasetRecord]
) -> dict[str, PipelineRequest]:
    """Give the request whose run gave each dataset its events, by its name.

    The one that was answered last counts first, then those of the history, the newest first.
    """
    found = {}
    for dataset in datasets:
        makers = (one for one in pipelines(record) if _makes(record, one, dataset))
        request = next(makers, None)
        if request is not None:
            found[dataset.name] = request
    return found


def leads_elsewhere(
    record: SessionRecord, requests: Iterable[PipelineRequest], dataset: DatasetRecord
) -> bool:
    """Whether one of these requests lets the dataset go on with other events than it has."""
    subject = f"{dataset.pointing.obs_id} {dataset.pointing.instrument}"
    for one in requests:
        runs = runs_of(record, one)
        over = covers(one, dataset) if runs is None else _well(runs, subject)
        if one.engine == HEASOFT and over and not _makes(record, one, dataset):
            return True
    return False


def _well(runs: Iterable[TaskRun], subject: str) -> bool:
    return any(run.ok and run.subject == subject for run in runs)


def covers(request: PipelineRequest, dataset: DatasetRecord) -> bool:
    """Whether a request means the observation and the module of a dataset."""
    obs_id, instrument = dataset.pointing.obs_id, dataset.pointing.instrument
    mission = mission_of_events(dataset)
    if mission is None or request.instrument not in (BOTH, instrument):
        return False
    if request.download is None:
        return obs_id in (PurePath(folder).name for folder in request.folders)
    files = request.download.files
    return files.find.mission == mission.name and obs_id in files.selected


def mission_of_events(dataset: DatasetRecord) -> Mission | None:
    """Give the mission that an event dataset is of, by name; None where it goes by another name."""
    pointing = dataset.pointing
    for mission in missions().values():
        known = pointing.obs_id and pointing.instrument in mission.instruments
        if known and mission.is_of(pointing.telescope):
            return mission
    return None


def _makes(record: SessionRecord, request: PipelineRequest, dataset: DatasetRecord) -> bool:
    mission = mission_of_events(dataset)
    if mission is None or dataset.name != mission.name_of(dataset.pointing):
        return False
    runs = runs_of(record, request)
    if runs is None:
        return covers(request, dataset) and any(
            _would_be(request, dataset, mission, PurePath(path)) for path in _paths(dataset)
        )
    return any(_opened(run, request, dataset) for run in runs if run.ok)


def _paths(dataset: DatasetRecord) -> tuple[str, ...]:
    path = str(dataset.steps["events"].settings.get("path") or "")
    return (path,) if path else ()


def _hk_path(dataset: DatasetRecord) -> str:
    return str(dataset.steps["events"].settings.get("hk_path") or "")


def _filled(
    mission: Mission, patterns: tuple[str, ...], obs_id: str, instrument: str
) -> tuple[str, ...]:
    """Give names of files below the observation, globs filled in."""
    letters = dict(zip(mission.instruments, mission.modules, strict=True))
    return tuple(one.format(obs_id=obs_id, module=letters[instrument]) for one in patterns)


def _fits(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path.removesuffix(".gz"), one) for one in patterns)


def _opened(run: TaskRun, request: PipelineRequest, dataset: DatasetRecord) -> bool:
    """Whether a dataset goes on with the events that a run left."""
    obs_id, _, instrument = run.subject.partition(" ")
    mission = {one.pipeline: one for one in missions().values()}.get(run.task)
    if mission is None or instrument not in mission.instruments:
        return False
    patterns = mission.event_patterns(modes_opened(mission, request))
    wanted = [PurePath(one).name for one in _filled(mission, patterns, obs_id, instrument)]
    found = (name for name in run.files if _fits(PurePath(name).name, tuple(wanted)))
    events = [f"{run.folder}/{name}" for name in found]
    (hk_name,) = _filled(mission, (mission.hk_pattern,), obs_id, instrument)
    hk = run.path(PurePath(hk_name).name or "-")
    same = any(PurePath(path) == PurePath(one) for path in _paths(dataset) for one in events)
    chosen = _hk_path(dataset)
    return same and (chosen == hk if hk else _is_of_before(request, chosen))


def _is_of_before(request: PipelineRequest, hk_path: str) -> bool:
    """Whether housekeeping was there before, with the events that the download opened."""
    return not hk_path or (
        request.download is not None and place_in(request.download, hk_path) is not None
    )


def _would_be(
    request: PipelineRequest, dataset: DatasetRecord, mission: Mission, path: PurePath
) -> bool:
    """Whether a file lies where the runs of a request have theirs."""
    obs_id, instrument = dataset.pointing.obs_id, dataset.pointing.instrument
    hk_path = _hk_path(dataset)
    if request.engine == HEASOFT:
        run = path.parent.parent.name
        named = run.startswith(f"{obs_id}-{instrument}_{mission.pipeline}_")
        beside = not hk_path or PurePath(hk_path).parent == path.parent
        return named and path.parent.name == PRODUCTS and beside
    inside = [
        str(path.relative_to(folder)) for folder in request.folders if path.is_relative_to(folder)
    ]
    at = place_in(request.download, str(path)) if request.download is not None else None
    inside += [at.path] if at is not None and at.obs_id == obs_id else []
    globs = mission.event_patterns(modes_opened(mission, request))
    patterns = _filled(mission, globs, obs_id, instrument)
    return any(_fits(one, patterns) for one in inside) and _is_of_before(request, hk_path)
