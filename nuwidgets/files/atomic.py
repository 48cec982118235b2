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


def replace_bytes(target: Path, data: bytes) -> None:
    """Write a file whole or not at all, and onto the disk before it has its name.

    There must be one writer. The name while it is written is always the same, so that a writer
    that is killed leaves one such file, and the next one takes that away.

    Parameters
    ----------
    target : Path
        Its name; what is there is replaced.
    data : bytes
        What to write.

    Raises
    ------
    OSError
        If it cannot be written; what was there is as it was.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(OSError):
            part.chmod(target.stat().st_mode)  # what was made private stays so
        part.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):  # not every system can do this for a folder
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
