"""Open whatever a user points at as a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.errors import FileError, InputError
from nuwidgets.session import Session

if TYPE_CHECKING:
    from pathlib import Path


def open_path(path: str | Path, **settings: object) -> Session:
    """Open an observation's folder, an event file or a spectrum file as a new session.

    Parameters
    ----------
    path : str or Path
        ``"60001110002/"``, ``"nu60001110002A01_cl.evt"``, ``"src.pha"`` ...
    **settings : object
        Settings of the spectrum step when it is a PHA file: ``rmf_path``, ``grouping`` ...

    Raises
    ------
    FileError
        If the file cannot be used.
    InputError
        If it is a file that nothing can be started from, such as an ARF.
    """
    session = Session()
    try:
        add_path(session, path, **settings)
    except BaseException:
        session.close()
        raise
    return session


def add_path(session: Session, path: str | Path, **settings: object) -> None:
    """Add an observation's folder, an event file or a spectrum file to a session.

    Raises
    ------
    FileError
        If the file cannot be used.
    InputError
        If it is a file that nothing can be started from, such as an ARF.
    """
    from nuwidgets.files.identify import identify

    found = identify(path)
    if found.kind in ("obsid", "events"):
        for events in found.events:
            session.add_events(events.path, events.hk_path)
    elif found.kind in ("pha", "pha2"):
        session.add_spectrum(path, **settings)
    else:
        raise InputError(
            f"Cannot start from {str(path)!r}: it is {found.says}. Open an observation's folder,"
            " an event file, or a spectrum (PHA) file."
        )


def demo(folder: str | Path | None = None) -> Session:
    """Open the built-in simulated observation; it is simulated once and kept in the cache.

    Parameters
    ----------
    folder : str or Path, optional
        Where it is or shall be; the user's cache folder unless given.

    Raises
    ------
    FileError
        If it cannot be written there, or what is there has been damaged.
    """
    from nuwidgets.simulation import demo_folder

    home = demo_folder(folder)
    try:
        return open_path(home)
    except FileError as error:
        raise FileError(
            f"{error} It belongs to the simulated observation that is kept in {str(home)!r}:"
            " delete that folder, and it is made anew."
        ) from error
