"""A session written down as plain values, and brought back, nothing computed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nuwidgets.core.record import record_step, restore_answer, restore_settings
from nuwidgets.core.requests import swap
from nuwidgets.dataset import rebuilt, write_down
from nuwidgets.domain.record import SessionRecord
from nuwidgets.errors import InputError
from nuwidgets.steps.engine_choice import HEASOFT

if TYPE_CHECKING:
    from nuwidgets.core.door import Door
    from nuwidgets.core.edits import Edits
    from nuwidgets.core.history import History
    from nuwidgets.core.job import Token
    from nuwidgets.core.live import Live
    from nuwidgets.core.record import Load
    from nuwidgets.core.step import Step
    from nuwidgets.dataset import Dataset
    from nuwidgets.domain.record import Deed, StepRecord
    from nuwidgets.engines.base import Engine
    from nuwidgets.processing import Processing

ON_DISK = ("find", "files", "download", "pipeline", "task")
"""What an archive said and what lies on the disk holds, whatever version computes here."""


class Whole(Protocol):
    """What is written down: a session."""

    door: Door
    base: Engine
    processing: Processing
    datasets: dict[str, Dataset]
    live: Live
    edits: Edits
    history: History
    views: dict[str, dict[str, Any]]
    unknown: dict[str, Any]
    used: Any
    keeper: Any
    missing: Any

    def solve(self, request: Any, above: tuple[Any, ...], token: Token) -> Any:
        """Let the engine answer a request."""

    @property
    def own_steps(self) -> dict[str, Step[Any, Any]]:
        """The steps over all datasets."""

    def add(self, dataset: Dataset) -> None:
        """Take a dataset in."""

    def set_trait(self, name: str, value: Any) -> None:
        """Set what is read-only."""

    def use(self, *names: str) -> None:
        """Fit these datasets."""

    def remove(self, name: str) -> None:
        """Forget a dataset."""

    def record(self) -> SessionRecord:
        """Write everything down."""

    def step(self, path: str) -> Step[Any, Any]:
        """Give a step by its path."""


def take(session: Whole) -> SessionRecord:
    """Write a session down. Behind the door; it only collects references, so it is quick."""
    return SessionRecord(
        tuple(write_down(dataset) for dataset in session.datasets.values()),
        session.used,
        {path: record_step(path, step) for path, step in session.own_steps.items()},
        session.base.name,
        session.base.version,
        not session.live.paused,
        session.views,
        session.history.deeds,
        session.unknown,
    )


def bring_back(session: Whole, record: SessionRecord, kept: dict[str, Load]) -> list[str]:
    """Make a session what was written down; say what could not be brought back.

    Parameters
    ----------
    session : Session
        Its own datasets are removed.
    record : SessionRecord
        What was written down.
    kept : dict
        What reads products from disk, by path of the step.
    """
    for name in tuple(session.datasets):
        session.remove(name)
    return session.door.do(_bring_back, session, record, kept)


def _bring_back(session: Whole, record: SessionRecord, kept: dict[str, Load]) -> list[str]:
    problems: list[str] = []
    session.live.paused = True  # until all is as it was
    for name in (shared := session.step("shared")).settings():
        setattr(shared, name, ())  # else observations would come into regions of before
    for one in record.datasets:
        dataset, left = rebuilt(one, session.solve, session.door, session.processing.here)
        problems += left
        session.add(dataset)
    session.use(*(name for name in record.used if name in session.datasets))
    gone = [name for name in record.used if name not in session.datasets]
    problems += [f"There is no dataset {name!r}, which the fit spanned." for name in gone]
    for name, step in session.own_steps.items():
        problems += restore_settings(step, record.steps[name]) if name in record.steps else ()
    known, strange = _known_steps(session, record)
    problems += [f"{path} is not known to this version and was left out." for path in strange]
    engine = session.base.name, session.base.version
    same = engine == (record.engine, record.engine_version)
    for path, step in known.items():
        if same or path in ON_DISK or _by_heasoft(record.step(path)):
            restore_answer(step, record.step(path), kept.get(path))
    _settle_folder(session)
    session.history.bring_back(record.history)
    session.views, session.unknown = record.views, record.unknown
    _look_again(session)
    session.edits.cut(*known)
    session.live.paused = not record.live
    return problems


def _look_again(session: Whole) -> None:
    """Look at the datasets that were looked at, as far as they are here."""
    names = session.views.get("session", {}).get("focus", ())
    known = [n for n in names if n in session.datasets] if isinstance(names, list) else []
    session.set_trait("focus", tuple(known))


def _by_heasoft(written: StepRecord) -> bool:
    """Whether HEASoft made it: then it is no affair of the version that computes here."""
    return getattr(written.answered, "engine", "") == HEASOFT


def _settle_folder(session: Whole) -> None:
    """Stay with the folder that was downloaded into, wherever Python runs now."""
    step = session.own_steps["download"]
    answered = step.ledger.answered
    if answered and answered[0] is not None and not Path(step.settings()["folder"]).is_absolute():
        step.settings()
        setattr(step, "folder", answered[0].folder)  # noqa: B010  a step of any kind


def _known_steps(
    session: Whole, record: SessionRecord
) -> tuple[dict[str, Step[Any, Any]], list[str]]:
    """Give the steps that were written down and are here, by path; and those that are not."""
    known, strange = {}, []
    for path in (written.path for written in record.every_step):
        try:
            known[path] = session.step(path)
        except InputError:
            strange.append(path)
    return known, strange


def go_back(session: Whole, deed: Deed) -> None:
    """Bring back the settings that a product was made with. Behind the door."""
    if deed.request is None:
        raise InputError(
            f"Cannot go back to {deed.says!r}: its settings are not known any more. Choose another"
            " line."
        )
    step = session.step(deed.step)
    if deed.step in session.own_steps and deed.used != session.used:
        session.use(*deed.used)
    step.recall(deed.request)


def find_files(session: Whole, folder: str | Path) -> tuple[str, ...]:
    """Look below a folder for data files that are not where they were; what was computed holds.

    Parameters
    ----------
    folder : str or Path
        Searched with all that is in it: by the end of the path first, then by the name.

    Returns
    -------
    tuple of str
        What is still missing.

    Raises
    ------
    FileError
        If there is no such folder.
    """
    from nuwidgets.files.find import find
    from nuwidgets.files.plain_kinds import is_path

    named = (
        value
        for written in session.record().every_step
        for name, value in written.settings.items()
        if is_path(name) and Path(value).is_absolute() and not Path(value).exists()
    )
    found = find(dict.fromkeys((*session.missing, *named)), folder)
    return session.door.do(_put_paths, session, {**found, **_moved(session, found)})


def _moved(session: Whole, found: dict[str, str]) -> dict[str, str]:
    """Give the folders of downloads that are gone, and where they are with what was found."""
    download = session.step("download")
    home = Path(download.settings()["folder"])
    for old, new in found.items() if not home.exists() else ():
        inside = Path(old).relative_to(home).parts if Path(old).is_relative_to(home) else ()
        if inside and Path(new).parts[-len(inside) :] == inside:
            there = Path(*Path(new).parts[: -len(inside)])
            known = download.product.observations if download.product is not None else ()
            folders = [Path(one.folder) for one in known if Path(one.folder).is_relative_to(home)]
            return {str(one): str(there / one.relative_to(home)) for one in (home, *folders)}
    return {}


def _put_paths(session: Whole, found: dict[str, str]) -> tuple[str, ...]:
    """Replace paths in settings and in what was answered; give what is missing still."""
    session.history.replace_paths(found)
    for path in (one.path for one in take(session).every_step):
        step, ledger = session.step(path), session.step(path).ledger
        for old, new in found.items():
            ledger.answered = ledger.answered and swap(ledger.answered, old, new)
            ledger.asked = ledger.asked and swap(ledger.asked, old, new)
            for name, value in step.settings().items():
                if value == old:
                    setattr(step, name, new)
            if path == "download":  # its product says where files are
                step.set_trait("product", swap(step.product, old, new))
        step.stamps.clear()
        step.judge()
    session.edits.cut(*(one.path for one in take(session).every_step))  # no way back to the gap
    still = tuple(path for path in session.missing if path not in found)
    session.missing = still
    return still


def view(session: Whole, name: str, **values: Any) -> None:
    """Remember how a panel looks: plain values, nothing that a product depends on."""
    session.door.do(_view, session, name, values)


def _view(session: Whole, name: str, values: dict[str, Any]) -> None:
    session.views = {**session.views, name: {**session.views.get(name, {}), **values}}
    session.door.tell(lambda: None)  # something is to be saved


def undo(session: Whole, *only: str) -> str:
    """Take back the last change, of these steps if paths are given; name it.

    Raises
    ------
    InputError
        If there is nothing to take back.
    """
    return session.edits.undo(only)


def redo(session: Whole, *only: str) -> str:
    """Do again what was taken back last, of these steps if paths are given; name it.

    Raises
    ------
    InputError
        If there is nothing to do again.
    """
    return session.edits.redo(only)
