"""What a session gives away: its file, script, notebook, report; each is a method of `Session`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.core.job import State
from nuwidgets.errors import FileError
from nuwidgets.files.versions import ENDING

if TYPE_CHECKING:
    from nuwidgets.core.keeper import Keeper
    from nuwidgets.recording import Whole
    from nuwidgets.reports import Report


def save(session: Whole, path: str | Path = "", *, overwrite: bool = False) -> Path:
    """Keep the session in a file from now on: every change is saved within a second.

    Parameters
    ----------
    path : str or Path, optional
        The session file; ``.nuw`` is added where there is no ending. Without it: the present one.
    overwrite : bool
        Replace a file that holds another session; that is kept among its versions.

    Raises
    ------
    FileError
        If no file is given or known, it holds another session, or cannot be written.
    """
    from nuwidgets.core.keeper import Keeper

    old: Keeper | None = session.keeper
    place = session_path(path) if path else old.path if old else None
    if old and place == old.path and not old.read_only:
        old.flush()
        return old.path
    if place is None or (old and place == old.path):
        why = old.says if old else "no file was named."
        raise FileError(f"Cannot save: {why} Name a file: s.save('name{ENDING}').")
    if place.exists() and not overwrite:
        raise FileError(
            f"Cannot save in {str(path)!r}: it is there already. If it is another session, go on"
            f" from that with nuwidgets.load({str(path)!r}); choose another name, or say"
            " overwrite=True."
        )
    keeper = Keeper(session, place)
    if keeper.read_only:
        keeper.close(save=False)
        raise FileError(f"Cannot save in {str(path)!r}: {keeper.why}. Choose another place.")
    try:
        if old:
            old.hand_over(keeper)
        keeper.flush()
        keeper.start()
    except BaseException:
        keeper.close(save=False)
        raise
    session.keeper = keeper
    if old:
        old.close()
    return place


def session_path(path: str | Path) -> Path:
    """Give the whole path of a session file, links followed.

    Raises
    ------
    FileError
        If it cannot be a path.
    """
    try:
        whole = Path(path).expanduser().resolve()
    except (OSError, RuntimeError, ValueError, TypeError) as error:
        raise FileError(f"Cannot use {path!r} as a session file: {error}.") from error
    return whole if whole.suffix else whole.with_suffix(ENDING)


def script(session: Whole, dialect: str = "nuwidgets", only: tuple[str, ...] = ()) -> str:
    """Give a script that redoes what led to the present products.

    Parameters
    ----------
    dialect : str
        ``"nuwidgets"``, ``"tutorial"`` (astroquery, heasoftpy, PyXspec) or ``"xcm"``.
    only : tuple of str
        Paths of steps; their part alone.

    Raises
    ------
    InputError
        If the dialect is not known.
    """
    from nuwidgets.scripts import script

    return script(session.record(), dialect, only)


def notebook(session: Whole, path: str | Path, dialect: str = "nuwidgets") -> Path:
    """Write the script as a notebook with text between the cells; raises as `script`.

    Raises
    ------
    FileError
        If the file exists, or cannot be written.
    """
    from nuwidgets.scripts.notebook import save_notebook

    return save_notebook(session.record(), path, dialect)


def report(session: Whole, folder: str | Path, *, overwrite: bool = False) -> Report:
    """Write tables, figures, methods and script for a paper.

    Products that are kept are fetched first, and the best fit is folded for its figure.

    Raises
    ------
    FileError
        If the folder holds something already, or cannot be written.
    """
    from nuwidgets.reports import write_report

    for step in (session.step(one.path) for one in session.record().every_step):
        if step.state is State.KEPT:
            step.run()
    fit, curve = session.step("fit"), session.step("curve")
    if fit.state is State.FRESH and not curve.at_hand:
        curve.run()
    return write_report(session.record(), folder, overwrite=overwrite)
