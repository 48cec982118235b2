"""Open whatever a user points at as a session."""

from __future__ import annotations

import textwrap
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import EngineError, FileError, InputError, SessionWarning
from nuwidgets.files.versions import ENDING
from nuwidgets.papers import session_path
from nuwidgets.session import Session
from nuwidgets.steps.download import as_words
from nuwidgets.steps.engine_choice import AUTO, EMBEDDED

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.files.session_file import Opened


def load(path: str | Path, *, when_open: str = "read") -> Session:
    """Go on with a session that was saved; nothing is computed, all is as it was.

    A file that is open in this process gives the same session again, so that a cell may be run
    any number of times. One that is open elsewhere is opened read-only, with a warning.

    Parameters
    ----------
    path : str or Path
        The session file.
    when_open : {"read", "copy"}
        What to do with a file that is open elsewhere: open it read-only, or go on in a copy
        beside it.

    Raises
    ------
    FileError
        If the file cannot be read.
    InputError
        If `when_open` is none of these.
    """
    from nuwidgets.core.keeper import OPEN
    from nuwidgets.files.session_file import read_session

    if when_open not in ("read", "copy"):
        raise InputError(f"Cannot open with when_open={when_open!r}. Give 'read' or 'copy'.")
    place = session_path(path)
    there: Session | None = OPEN.get(place)
    if there is not None and not there.door.closed:
        return there
    opened = read_session(place)
    session, said = _like(opened)
    try:
        said += _brought_back(session, place, opened)
        if session.keeper.read_only and when_open == "copy":
            copy = session.save(_free(place))
            said.append(f"{place.name} is open elsewhere: this is a copy, kept in {str(copy)!r}.")
        elif session.keeper.read_only:
            said.append(session.keeper.says)
    except BaseException:
        if session.keeper:
            session.keeper.close(save=False)
        session.close()
        raise
    _tell([*opened.warnings, *said, *_missing(opened), *session.keeper.hints()])
    return session


def _brought_back(session: Session, place: Path, opened: Opened) -> list[str]:
    """Make a session what its file says, and keep it there from then on."""
    from nuwidgets.core.keeper import Keeper
    from nuwidgets.files.versions import is_version

    why = "it is an older version of another file" if is_version(place) else ""
    keeper = Keeper(session, place, opened.kept, why)
    session.keeper = keeper
    problems = session.restore(opened.record, keeper.loaders(opened.record))
    session.missing = opened.missing
    keeper.start(session.record())
    return problems


def _like(opened: Opened) -> tuple[Session, list[str]]:
    """Give an empty session with the engine of the file, if that is here."""
    try:
        engine = opened.record.engine
        return Session(AUTO if engine == EMBEDDED else engine, live=False), []
    except EngineError as error:
        return Session(live=False), [f"{error} Another engine computes here."]


def _free(place: Path) -> Path:
    """Give a name beside a session file, or beside that whose version it is, that nothing has."""
    from nuwidgets.files.versions import home_of

    names = (f"{place.stem}-copy{n}{ENDING}" for n in ("", *range(2, 1000)))
    return next(p for p in (home_of(place) / name for name in names) if not p.exists())


def _missing(opened: Opened) -> list[str]:
    if not opened.missing:
        return []
    names = textwrap.shorten(", ".join(Path(path).name for path in opened.missing), 200)
    way_out = "Name a folder that holds them: s.find_files('folder')."
    return [f"Files are not where they were: {names}. {way_out}"]


def _tell(said: list[str], level: int = 3) -> None:
    if said:
        warnings.warn(" ".join(said), SessionWarning, stacklevel=level)


def _kept(keep: str | Path | None, start: Callable[[], Session]) -> Session:
    """Go on with the session in `keep`, else start one and keep it there."""
    if keep is None:
        return start()
    place = session_path(keep)
    if place.exists():
        return load(place)
    session = start()
    try:
        session.save(place)
    except BaseException:
        session.close()
        raise
    return session


def open_path(path: str | Path, *, keep: str | Path | None = None, **settings: object) -> Session:
    """Open an observation's folder, an event, spectrum or session file as a session.

    Parameters
    ----------
    path : str or Path
        ``"60001110002/"``, ``"nu60001110002A01_cl.evt"``, ``"src.pha"``, ``"j2127.nuw"`` ... Of a
        folder that holds observations' folders all are opened; those that cannot be are put aside,
        with a warning.
    keep : str or Path, optional
        Session file. If it is there, `path` is not opened: the session in it goes on, with all
        that was chosen. Else the new session is kept there. A notebook that begins so can be run
        again, or in a new kernel, and finds all as it was.
    **settings : object
        Settings of the spectrum step: ``rmf_path``, ``grouping`` ... And of a folder ``modes``, the
        data modes that are meant, where that is not the usual one: ``modes=("WT",)``.

    Raises
    ------
    FileError
        If the file cannot be used.
    InputError
        If it is a file that nothing can be started from, such as an ARF.
    """
    if str(path).endswith(ENDING):
        return load(path)
    return _kept(keep, lambda: _started(path, settings))


def _started(path: str | Path, settings: dict[str, object]) -> Session:
    session = Session()
    try:
        add_path(session, path, **settings)
    except BaseException:
        session.close()
        raise
    return session


def add_path(session: Session, path: str | Path, **settings: object) -> None:
    """Add an observation's folder, a folder of such, an event or a spectrum file to a session.

    Raises
    ------
    FileError
        If the file cannot be used.
    InputError
        If it is a file that nothing can be started from, such as an ARF.
    """
    from nuwidgets.files.identify import identify
    from nuwidgets.files.observation_folder import observations_in

    folders = observations_in(path)
    if folders:
        _add_each(session, folders, settings)
        return
    settings = dict(settings)
    found = identify(path, as_words(settings.pop("modes", ())))
    if found.kind in ("obsid", "events"):
        for events in found.events:
            dataset = session.add_events(events.path, events.hk_path)
            try:
                for name, value in settings.items():
                    setattr(dataset.spectrum, name, value)
            except InputError:
                session.remove(dataset.name)
                raise
    elif found.kind in ("pha", "pha2"):
        session.add_spectrum(path, **settings)
    elif found.kind == "xcm":
        _tell(session.read_xcm(path, str(settings.get("folder", ""))))
    else:
        raise InputError(
            f"Cannot start from {str(path)!r}: it is {found.says}. Open an observation's folder,"
            " an event file, or a spectrum (PHA) file."
        )


def _add_each(session: Session, folders: tuple[Path, ...], settings: dict[str, object]) -> None:
    """Add the observations of several folders; say which cannot be opened, and why."""
    aside = []
    for folder in folders:
        try:
            add_path(session, folder, **settings)
        except FileError as error:
            aside.append(str(error))
    if not session.datasets:
        raise FileError(aside[0])
    _tell([f"{len(aside)} of {len(folders)} observations were put aside."] * bool(aside) + aside, 8)


def demo(folder: str | Path | None = None, *, keep: str | Path | None = None) -> Session:
    """Open the built-in simulated observation; it is simulated once and kept in the cache.

    Parameters
    ----------
    folder : str or Path, optional
        Where it is or shall be; the user's cache folder unless given.
    keep : str or Path, optional
        Session file to go on with, or to keep the new session in.

    Raises
    ------
    FileError
        If it cannot be written there, or what is there has been damaged.
    """
    return _kept(keep, lambda: _simulated(folder))


def _simulated(folder: str | Path | None) -> Session:
    from nuwidgets.simulation import demo_folder

    home = demo_folder(folder)
    try:
        session = open_path(home)
    except FileError as error:
        raise FileError(
            f"{error} It belongs to the simulated observation that is kept in {str(home)!r}:"
            " delete that folder, and it is made anew."
        ) from error
    session.find.suggest(server="demo", target="SIMULATED AGN")  # its archive, asked when searched
    session.door.do(session.edits.cut, "find")  # nothing of this is to be taken back
    return session


def demo_campaign(folder: str | Path | None = None, *, keep: str | Path | None = None) -> Session:
    """Open the built-in simulated campaign: an outburst that Swift followed, ready to be fitted.

    The observations of days 123 to 151 are found in the simulated archive and downloaded as real
    ones are. What cannot be opened (a broken file, one without photon counting) is put aside:
    ``download.product.provenance.warnings`` say why. One that is too short is not ticked.

    Parameters
    ----------
    folder : str or Path, optional
        Where the data are or shall be; the user's cache folder unless given. The simulated
        numbers lie in it as ``truth.json``.
    keep : str or Path, optional
        Session file to go on with, or to keep the new session in.

    Raises
    ------
    FileError
        If it cannot be written there.
    """
    return _kept(keep, lambda: _followed(folder))


def _followed(folder: str | Path | None, *, live: bool = True) -> Session:
    from nuwidgets.simulation.campaign_start import begin

    session = Session(live=False)
    try:
        begin(session, folder)
        session.live.paused = not live
    except BaseException:
        session.close()
        raise
    session.door.do(session.edits.cut, "find", "fit", "shared", "session")
    return session
