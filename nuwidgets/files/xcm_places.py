"""Where the files are that an XSPEC state file names.

XSPEC looks for them from the folder in which it ran when the file was saved; the file does not say
which. They are looked for in a folder that is given, beside the file, and in the current folder.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.files.xcm_state import XcmState

_TABLE = re.compile(r"(?<=table\{)[^{}]*(?=\})")
SHOWN = 6
"""Missing files that are named."""


def located(state: XcmState, path: str | PathLike[str], folder: str | PathLike[str]) -> XcmState:
    """Give a state with whole paths.

    Parameters
    ----------
    state : XcmState
        What the file says.
    path : path
        The file.
    folder : path
        Where to look first; empty for nowhere else.

    Raises
    ------
    FileError
        If files are not found; says which, and how to tell where they are.
    """
    look = _Look([*([folder] if str(folder) else []), Path(path).expanduser().parent, ""])
    spectra = tuple(
        replace(
            one,
            path=look.find(one.path),
            background=look.maybe(one.background),
            responses=tuple(
                replace(r, rmf=look.maybe(r.rmf), arf=look.maybe(r.arf)) for r in one.responses
            ),
        )
        for one in state.spectra
    )
    models = tuple(
        replace(one, expression=_TABLE.sub(lambda m: look.find(m[0].strip()), one.expression))
        for one in state.models
    )
    if look.missing:
        names = ", ".join(map(repr, look.missing[:SHOWN]))
        more = len(look.missing) - SHOWN
        names += f" and {more} more" if more > 0 else ""
        raise FileError(
            f"Cannot find {names}, which {str(path)!r} names: they are neither"
            f" {'in the folder that was given, ' if str(folder) else ''}beside it nor in the"
            " current folder. Name the folder in which XSPEC ran: folder='...' of read_xcm, or"
            " --xcm-folder."
        )
    return replace(state, spectra=spectra, models=models)


class _Look:
    """Looks for files in folders, and remembers what is nowhere."""

    def __init__(self, folders: list[str | PathLike[str]]) -> None:
        self._folders = [Path(folder).expanduser().absolute() for folder in folders]
        self.missing: list[str] = []

    def maybe(self, name: str | None) -> str | None:
        """Give the whole path of a file that may not be meant."""
        return name if name is None or name == "none" else self.find(name)

    def find(self, name: str) -> str:
        """Give the whole path of a file, plain or gzipped; the name itself where it is nowhere."""
        plain = re.sub(r"^!|\[.*\]$", "", name)
        for folder in self._folders:
            for place in (folder / plain, folder / f"{plain}.gz"):
                if _is_file(place):
                    return str(place)
        if name not in self.missing:
            self.missing.append(name)
        return name


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
