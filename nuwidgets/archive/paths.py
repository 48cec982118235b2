"""Names that a server gave, made safe: nothing leads out of the folder that was chosen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError
from nuwidgets.files.download_log import NAME

if TYPE_CHECKING:
    from pathlib import Path

_BAD = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')
PART = ".part"
"""Ending of a file that is not whole yet."""
LONGEST = 255
"""Longest name of a file, bytes, on the usual file systems."""


def safe_path(path: str) -> str:
    """Give a path below a folder as a server named it; empty if it is none that may be written.

    Parameters
    ----------
    path : str
        With ``/`` between, e.g. ``"event_cl/nu60001110002A01_cl.evt.gz"``.

    Examples
    --------
    >>> safe_path("hk/nu60001110002A_fpm.hk.gz")
    'hk/nu60001110002A_fpm.hk.gz'
    >>> safe_path("../.bashrc"), safe_path("/etc/passwd"), safe_path("a//b"), safe_path("c:d")
    ('', '', '', '')
    """
    parts = path.split("/")
    if parts[-1] == NAME or path.endswith(PART):
        return ""  # ours
    for part in parts:
        if part in ("", ".", "..") or _BAD.search(part) or part != part.strip(" "):
            return ""
        if (
            part.startswith(".")
            or part.endswith(".")
            or len(part.encode()) > LONGEST - len(".part")
        ):
            return ""
    return path


def place_in(folder: Path, path: str) -> Path:
    """Give where a file of an observation belongs.

    Parameters
    ----------
    folder : Path
        The observation's folder on this machine.
    path : str
        Path in it, as a server named it.

    Raises
    ------
    FileError
        If it would lie elsewhere, by its name or through a link that is there.
    """
    if not safe_path(path):
        raise FileError(
            f"The server names a file {path!r}: that is no name of a file in an observation's"
            " folder. It was left out."
        )
    target = folder / path
    home = folder.resolve()
    if home not in target.parent.resolve().parents and target.parent.resolve() != home:
        raise FileError(
            f"Cannot write {str(target)!r}: its folder is a link that leads out of"
            f" {str(folder)!r}. Remove the link."
        )
    return target
