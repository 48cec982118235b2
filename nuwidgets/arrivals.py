"""From the archive and from files to datasets: what answers a search, and how files are opened."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nuwidgets import __version__
from nuwidgets.archive.client import leave_on_stop
from nuwidgets.dataset import EventDataset, FileDataset
from nuwidgets.domain.archive_file import FilesRequest
from nuwidgets.domain.download import FAILED, DownloadRequest
from nuwidgets.domain.observation import FindRequest
from nuwidgets.engines.base import TableEngine
from nuwidgets.errors import BusyError, CancelledError, NuwidgetsError
from nuwidgets.missions.base import mission_of, missions
from nuwidgets.missions.choice import modes_missed

if TYPE_CHECKING:
    from nuwidgets.archive.places import Places
    from nuwidgets.archive.servers import Servers
    from nuwidgets.core.door import Door
    from nuwidgets.core.job import Token
    from nuwidgets.dataset import Dataset
    from nuwidgets.domain.archive_file import Files
    from nuwidgets.domain.download import Download, Fetched
    from nuwidgets.engines.base import Engine
    from nuwidgets.files.identify import EventPair
    from nuwidgets.processing import Processing
    from nuwidgets.steps.download import DownloadStep
    from nuwidgets.steps.pipeline import PipelineStep
    from nuwidgets.steps.task import TaskStep


class Opener(Protocol):
    """What files are opened in: a session."""

    door: Door
    archive: Engine
    servers: Servers
    datasets: dict[str, Dataset]
    download: DownloadStep
    pipeline: PipelineStep
    task: TaskStep
    processing: Processing

    def solve(self, request: Any, above: tuple[Any, ...], token: Token) -> Any:
        """Answer a request."""

    def add(self, dataset: Dataset) -> None:
        """Take a dataset in."""

    def add_events(self, path: str | Path, hk_path: str | Path = "") -> EventDataset:
        """Open an event file."""


def add_events(session: Opener, path: str | Path, hk_path: str | Path = "") -> EventDataset:
    """Open an event file as a dataset, with the mission's default regions on the source.

    Parameters
    ----------
    path : str or Path
        Level-2 event file, plain or .gz.
    hk_path : str or Path, optional
        Housekeeping file with the live-time fraction.

    Raises
    ------
    FileError
        If the file cannot be used.
    """
    here = session.processing.here
    dataset = EventDataset.of("", (path, hk_path), session.solve, session.door, here)
    events = dataset.events.run()
    mission = mission_of(events.pointing.telescope)
    known = bool(events.pointing.obs_id)
    dataset.name = mission.name_of(events.pointing) if known else Path(path).stem
    dataset.meet(events, mission)
    dataset.lightcurve.engine = dataset.spectrum.engine = session.pipeline.engine
    session.door.do(session.add, dataset)
    return dataset


def add_spectrum(session: Opener, path: str | Path, **settings: Any) -> FileDataset:
    """Open a PHA file as a dataset.

    Parameters
    ----------
    path : str or Path
        PHA file, plain or .gz.
    **settings : object
        Settings of its spectrum step: ``background_path``, ``rmf_path``, ``arf_path``,
        ``grouping``, ``row``.

    Raises
    ------
    FileError
        If the file, or one it was told to use, cannot be used.
    """
    name = Path(path).name.removesuffix(".gz").rsplit(".", 1)[0]
    dataset = FileDataset.of(name, session.solve, session.door, path=path, **settings)
    dataset.spectrum.run()
    session.door.do(session.add, dataset)
    return dataset


def choose_engine(session: Opener, choice: str) -> None:
    """Let an engine make all that is not made yet, in all datasets. Behind the door.

    Raises
    ------
    InputError
        If there is no such choice.
    """
    session.processing.look_again()
    session.pipeline.engine = session.task.engine = choice
    for one in session.datasets.values():
        if isinstance(one, EventDataset):
            one.lightcurve.engine = one.spectrum.engine = choice


def simulated() -> Places:
    """Start the simulated archive; it answers as HEASARC does, on this machine."""
    from nuwidgets.simulation.archive_demo import start_demo_archive

    return start_demo_archive()


def archive_engine(servers: Servers) -> TableEngine:
    """Give what answers the requests of search, list and download."""
    table: dict[type, Any] = {
        FindRequest: servers.find,
        FilesRequest: servers.list_files,
        DownloadRequest: servers.download,
    }
    return TableEngine("archive", __version__, table)


def bring(session: Opener, request: DownloadRequest, above: tuple[Any, ...], token: Any) -> Any:
    """Download, and open what came as datasets; in a thread of the pool."""
    step = session.download
    session.servers.at_once = step.at_once
    product: Download = session.archive.solve(request, above, token)
    if not step.opens:
        return product
    said: list[str] = []
    for n, one in enumerate(product.observations):
        token.check()
        token.report(n / len(product.observations), "opening", one.obs_id)
        said += _opened(session, one, (request, *above), token)
    known = product.provenance
    return replace(product, provenance=replace(known, warnings=(*known.warnings, *said)))


def _opened(session: Opener, one: Fetched, asked: tuple[Any, ...], token: Any) -> list[str]:
    """Open the event files of an observation that are not open yet; say what cannot be.

    Stop does not wait for a file that is being read: it may still become a dataset.
    """
    if one.state == FAILED:
        return []  # said already; a part of it may mislead
    try:
        pairs = _pairs(one, asked[0].modes)
        for pair in pairs:
            leave_on_stop(partial(_open, session, pair), token)
    except (CancelledError, BusyError):
        raise
    except NuwidgetsError as error:
        return [f"{one.obs_id} was downloaded, but cannot be opened: {error}"]
    return [] if pairs else [_unopened(one, *asked)]


def _unopened(one: Fetched, request: DownloadRequest, *listed: Files) -> str:
    """Say why nothing of an observation was opened: what the archive has of other data modes."""
    ours = [each for files in listed for each in files.observations if each.obs_id == one.obs_id]
    names = [file.path for each in ours for file in each.files]
    missed = modes_missed(missions()[request.files.find.mission], names, request.modes)
    why = missed or "there are no cleaned events among its files"
    return f"{one.obs_id}: nothing was opened, for {why}."


def _pairs(one: Fetched, modes: tuple[str, ...]) -> tuple[EventPair, ...]:
    from nuwidgets.files.identify import identify, pairs_in

    folder = Path(one.folder)
    return identify(folder, modes).events if pairs_in(folder, modes) else ()


def _open(session: Opener, pair: EventPair) -> None:
    """Open an event file; one that is open already is given housekeeping that came since."""
    datasets = session.door.do(lambda: tuple(session.datasets.values()))
    events = [one.events for one in datasets if isinstance(one, EventDataset)]
    there = next((step for step in events if Path(step.path) == Path(pair.path)), None)
    if there is None:
        session.add_events(pair.path, pair.hk_path)
    elif pair.hk_path and not there.hk_path:
        there.hk_path = pair.hk_path
        there.run()
