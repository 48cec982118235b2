"""Files written whole or not at all: under another name first, then moved into place."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from os import PathLike


def save_bytes(path: str | PathLike[str], data: bytes, *, overwrite: bool = False) -> None:
    """Write a file; until it is complete nothing has its name.

    Raises
    ------
    FileError
        If the file exists and is not to be overwritten, or cannot be written.
    """
    target = Path(path).expanduser()
    if target.exists() and not overwrite:
        raise FileError(
            f"{str(path)!r} exists and is not overwritten. Choose another name, or say"
            " overwrite=True."
        )
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:32]}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(target)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError):
            if temporary:
                Path(temporary).unlink()
        raise FileError(
            f"Cannot write {str(path)!r}: {error}. Check that the folder exists, may be written"
            " to, and has room."
        ) from error


def save_text(path: str | PathLike[str], text: str, *, overwrite: bool = False) -> None:
    """Write a text file in UTF-8, whole or not at all; raises as `save_bytes`."""
    save_bytes(path, text.encode(), overwrite=overwrite)
