"""A response from the files that the user named."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.response import Arf, Response


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
    return _both(rmf_path, arf_path, _changed_ns(rmf_path), _changed_ns(arf_path))


def read_matrix(path: str) -> Response:
    """Give the matrix of a file, kept while the file stays as it is: many observations share it.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    return _matrix(path, _changed_ns(path))


def read_area(path: str) -> Arf:
    """Give the area of a file, kept while the file stays as it is.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    return _area(path, _changed_ns(path))


def _changed_ns(path: str) -> int:
    """Give when a file was last changed, ns; 0 where there is none to ask."""
    place = Path(path)
    return place.stat().st_mtime_ns if path and place.is_file() else 0


@lru_cache(maxsize=4)
def _matrix(path: str, changed_ns: int) -> Response:  # noqa: ARG001
    from nuwidgets.files.rmf import read_rmf

    return read_rmf(path)


@lru_cache(maxsize=64)
def _area(path: str, changed_ns: int) -> Arf:  # noqa: ARG001
    from nuwidgets.files.arf import read_arf

    return read_arf(path)


@lru_cache(maxsize=4)
def _both(rmf_path: str, arf_path: str, *changed_ns: int) -> Response:  # noqa: ARG001
    """Keep the last ones: regions are dragged."""
    from nuwidgets.files.rmf import response_of

    return response_of(read_matrix(rmf_path), read_area(arf_path) if arf_path else None)
