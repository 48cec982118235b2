"""A response from the files that the user named."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.response import Response


def response_from_files(rmf_path: str, arf_path: str) -> Response:
    """Give a matrix times an area; a .rsp file needs no ARF.

    Raises
    ------
    InputError
        If there is an ARF but no RMF.
    FileError
        If a file cannot be read, or both do not belong together.
    """
    if not rmf_path:
        raise InputError(
            f"Cannot use the ARF {arf_path!r} alone. Give its RMF too, or neither for the"
            " approximate response."
        )
    return _read(rmf_path, arf_path, (_changed_ns(rmf_path), _changed_ns(arf_path)))


def _changed_ns(path: str) -> int:
    """Give when a file was last changed, ns; 0 where there is none to ask."""
    place = Path(path)
    return place.stat().st_mtime_ns if path and place.is_file() else 0


@lru_cache(maxsize=4)
def _read(rmf_path: str, arf_path: str, changed_ns: tuple[int, int]) -> Response:  # noqa: ARG001
    """Read both files, and keep them while they stay as they are: regions are dragged."""
    from nuwidgets.files.arf import read_arf
    from nuwidgets.files.rmf import read_rmf, response_of

    return response_of(read_rmf(rmf_path), read_arf(arf_path) if arf_path else None)
