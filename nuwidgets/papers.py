"""What a session gives away: its script, a notebook, a report; each is a method of `Session`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.core.job import State

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.recording import Whole
    from nuwidgets.reports import Report


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
    """Write tables, figures, methods and script for a paper; kept products are fetched first.

    Raises
    ------
    FileError
        If the folder holds something already, or cannot be written.
    """
    from nuwidgets.reports import write_report

    for step in (session.step(one.path) for one in session.record().every_step):
        if step.state is State.KEPT:
            step.run()
    return write_report(session.record(), folder, overwrite=overwrite)
