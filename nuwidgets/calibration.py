"""The pipeline of each mission over observations, and what becomes of the events it makes."""

from __future__ import annotations

import time
from dataclasses import replace
from fnmatch import fnmatch
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from nuwidgets import __version__
from nuwidgets.dataset import EventDataset
from nuwidgets.domain.pipeline import BOTH, Pipeline
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.task import FAILED, SKIPPED, TaskRequest, TaskRun
from nuwidgets.errors import BusyError, CancelledError, FileError, InputError, NuwidgetsError
from nuwidgets.files.observation_folder import observation_of
from nuwidgets.missions.base import missions
from nuwidgets.missions.choice import modes_missed, modes_opened

if TYPE_CHECKING:
    from nuwidgets.core.door import Door
    from nuwidgets.dataset import Dataset
    from nuwidgets.domain.download import Download
    from nuwidgets.domain.pipeline import PipelineRequest
    from nuwidgets.engines.heasoft.engine import HeasoftEngine
    from nuwidgets.missions.base import Mission
    from nuwidgets.steps.pipeline import PipelineStep


class _Place(NamedTuple):
    """Whose event files are meant: an observation by one module."""

    obs_id: str
    module: str


class Holder(Protocol):
    """What holds the datasets: a session."""

    door: Door
    datasets: dict[str, Dataset]
    pipeline: PipelineStep

    def add_events(self, path: str | Path, hk_path: str | Path = "") -> EventDataset:
        """Open an event file."""


def calibrate(
    session: Holder, engine: HeasoftEngine | None, request: PipelineRequest, above: Any, token: Any
) -> Pipeline:
    """Calibrate and screen observations, and open what came out; in a thread of the pool.

    Parameters
    ----------
    session : Session
        Whose settings say how, and in which datasets the events end.
    engine : HeasoftEngine or None
        Who does it; None takes what the archive has cleaned.
    request : PipelineRequest
        What is asked.
    above : tuple
        The download, where the observations are its.
    token : Token
        Stops it, and hears how far it is.

    Raises
    ------
    InputError
        If there are no observations.
    """
    began_s = time.perf_counter()
    step, came = session.pipeline, above[0] if above else None
    if engine is None:
        runs, name, version = archived(request, came), "embedded", __version__
    else:
        wanted, lost = plan(request, came)
        runs = engine.runs.run_all(
            wanted,
            token,
            at_once=step.at_once or None,
            order=lambda: step.order,
            stops=lambda: step.stops,
            timeout_s=step.timeout_s or None,
            anew=token.anew,
        )
        runs = (*runs, *lost)
        name, version = engine.name, engine.version
    runs = (*runs, *(() if request.folders else _not_here(came)))
    said = _opened(session, request, runs, token) if step.opens else ()
    seconds = time.perf_counter() - began_s
    origin = Provenance(name, version, seconds, request=request, warnings=said)
    return Pipeline(runs, request, origin)


def folders_of(request: PipelineRequest, came: Download | None) -> tuple[str, ...]:
    """Give the folders of the observations that are meant.

    Raises
    ------
    InputError
        If there are none.
    """
    whole = [one for one in came.observations if one.state != FAILED] if came else []
    found = request.folders or tuple(one.folder for one in whole)
    if not found:
        raise InputError(
            "Cannot run the pipeline: there are no observations. Download some, or name"
            " folders: s.pipeline.folders = ('60001110002',)."
        )
    return found


def plan(
    request: PipelineRequest, came: Download | None
) -> tuple[tuple[TaskRequest, ...], tuple[TaskRun, ...]]:
    """Give the runs of the missions' pipelines, and those that cannot even begin.

    Raises
    ------
    InputError
        If there are no observations, or what is asked is refused for all.
    """
    from nuwidgets.files.task_inputs import pipeline_plan

    planned: list[TaskRequest] = []
    lost: list[TaskRun] = []
    refused: list[InputError] = []
    for folder in folders_of(request, came):
        try:
            mission, obs_id = observation_of(folder)
            planned += pipeline_plan(
                mission, folder, obs_id, request.instrument, request.parameters
            )
        except FileError as error:
            lost.append(_lost(folder, error))
        except InputError as error:  # of this mission: there may be others
            lost.append(_lost(folder, error))
            refused.append(error)
    if refused and not planned:
        raise refused[0]
    return tuple(replace(one, engine=request.engine) for one in planned), tuple(lost)


def archived(request: PipelineRequest, came: Download | None) -> tuple[TaskRun, ...]:
    """Give the cleaned events of the archive, in place of runs of the pipeline.

    Raises
    ------
    InputError
        If there are no observations.
    """
    runs: list[TaskRun] = []
    for folder in folders_of(request, came):
        try:
            mission, obs_id = observation_of(folder)
            places = (_Place(obs_id, module) for module in _modules(mission, request))
            runs += [_cleaned(request, folder, mission, place) for place in places]
        except FileError as error:
            runs.append(_lost(folder, error))
    if not request.parameters:
        return tuple(runs)
    names = ", ".join(name for name, _ in request.parameters)
    said = f"Nothing was calibrated or screened anew, so {names} had no effect: that needs HEASoft."
    return tuple(replace(run, provenance=Provenance(warnings=(said,))) for run in runs)


def _not_here(came: Download | None) -> tuple[TaskRun, ...]:
    """Give a run for each observation that could not be downloaded."""
    lost = [one for one in came.observations if one.state == FAILED] if came else []
    why = "It could not be downloaded whole, so nothing was run. {}"
    return tuple(
        TaskRun("pipeline", one.obs_id, FAILED, problem=why.format(one.problem)) for one in lost
    )


def _lost(folder: str, error: NuwidgetsError) -> TaskRun:
    """Give the run of a folder that cannot be used: the others go on."""
    return TaskRun("pipeline", Path(folder).name, FAILED, problem=str(error))


def _opened(
    session: Holder, request: PipelineRequest, runs: tuple[TaskRun, ...], token: Any
) -> tuple[str, ...]:
    """Open the cleaned events of runs that ended well; say what cannot be opened."""
    from nuwidgets.archive.client import leave_on_stop

    said = list(dict.fromkeys(w for run in runs for w in run.provenance.warnings))
    for n, run in enumerate(runs):
        if not run.ok:
            continue
        token.check()
        token.report(n / len(runs), "opening", run.subject)
        try:
            pairs = _events_of(request, run)
            leave_on_stop(partial(_open, session, pairs), token)
            if not pairs:
                said.append(_nothing_of(request, run))
        except (CancelledError, BusyError):
            raise
        except NuwidgetsError as error:
            said.append(f"{run.subject} ended well, but cannot be opened: {error}")
    return tuple(said)


def _open(session: Holder, pairs: list[tuple[str, str]]) -> None:
    """Let a dataset of this observation and module go on with the new events, or make one."""
    for path, hk_path in pairs:
        there = _there(session, path)
        if there is None:
            session.add_events(path, hk_path)
        elif Path(there.events.path) != Path(path):
            session.door.do(_point_to, there, path, hk_path)
            there.events.run()


def _there(session: Holder, path: str) -> EventDataset | None:
    """Give the dataset of the same observation and module, if there is one."""
    datasets = session.door.do(lambda: tuple(session.datasets.values()))
    known = [one for one in datasets if isinstance(one, EventDataset)]
    same = [one for one in known if Path(one.events.path) == Path(path)]
    stem = _stem(path)
    return next(iter(same or [one for one in known if _stem(one.events.path) == stem]), None)


def _point_to(dataset: EventDataset, path: str, hk_path: str) -> None:
    dataset.events.path, dataset.events.hk_path = path, hk_path or dataset.events.hk_path


def _stem(path: str) -> str:
    name = PurePath(path).name
    return next(filter(None, (mission.stem(name) for mission in missions().values())), name)


def _modules(mission: Mission, request: PipelineRequest) -> tuple[str, ...]:
    letters = dict(zip(mission.instruments, mission.modules, strict=True))
    alone = request.instrument != BOTH and request.instrument in letters
    return (letters[request.instrument],) if alone else mission.modules


def _cleaned(request: PipelineRequest, folder: str, mission: Mission, place: _Place) -> TaskRun:
    """Give the archive's own cleaned events of one module as a run."""
    modes = modes_opened(mission, request)
    instrument = dict(zip(mission.modules, mission.instruments, strict=True))[place.module]
    home = Path(folder) / PurePath(mission.events_pattern).parent
    there = sorted(path.name for path in home.glob("*"))
    found = tuple(name for name in there if _is_event_file(name, mission, place, modes))
    run = TaskRun(mission.pipeline, f"{place.obs_id} {instrument}", SKIPPED, str(home), found)
    if found:
        return run
    missed = _missed(mission, tuple(there), request)
    problem = (
        f"There are no cleaned events in {str(home)!r}. Download them (preset 'cleaned events'), or"
        " install HEASoft, which makes them of the unfiltered ones."
    )
    if missed:
        problem = f"In {str(home)!r} there are {missed}."
    return replace(run, state=FAILED, folder="", problem=problem)


def _missed(mission: Mission, names: tuple[str, ...], request: PipelineRequest) -> str:
    """Say that there are no events in the modes that are opened, and how others are chosen."""
    missed = modes_missed(mission, names, modes_opened(mission, request))
    word = mission.heasoft.mode_parameter if mission.heasoft is not None else ""
    how = f" for the download, or name them as {word} among the pipeline's parameters"
    return missed and missed + (how if word else " for the download")


def _is_event_file(name: str, mission: Mission, place: _Place, modes: tuple[str, ...]) -> bool:
    words = {"obs_id": place.obs_id, "module": place.module}
    plain = PurePath(name).name.removesuffix(".gz")
    patterns = mission.event_patterns(modes)
    return any(fnmatch(plain, PurePath(pattern.format(**words)).name) for pattern in patterns)


def _events_of(request: PipelineRequest, run: TaskRun) -> list[tuple[str, str]]:
    """Give the cleaned events among the products of a run, each with its housekeeping or ""."""
    obs_id, _, instrument = run.subject.partition(" ")
    pairs: list[tuple[str, str]] = []
    for mission in missions().values():
        letters = dict(zip(mission.instruments, mission.modules, strict=True))
        if run.task != mission.pipeline or instrument not in letters:
            continue
        place, modes = _Place(obs_id, letters[instrument]), modes_opened(mission, request)
        hk = PurePath(mission.hk_pattern.format(**place._asdict())).name or "-"
        found = (n for n in run.files if _is_event_file(n, mission, place, modes))
        pairs += [(str(Path(run.folder) / name), run.path(hk)) for name in found]
    return pairs


def _nothing_of(request: PipelineRequest, run: TaskRun) -> str:
    """Say that a run made no events that are opened, and what else there is."""
    known = (one for one in missions().values() if one.pipeline == run.task)
    missed = (_missed(one, run.files, request) for one in known)
    why = next(filter(None, missed), "made no events that are opened here")
    return f"{run.subject} ended well, but {why if why.startswith('made') else f'made {why}'}."
