"""XSPEC's components as its installation lists them, for models to name."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.engines.xspec.installation import model_list
from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from nuwidgets.domain.model import ParameterDefinition

    Listed = tuple[str, str, tuple[ParameterDefinition, ...]]


def listed() -> tuple[Listed, ...]:
    """Give name, kind and parameters of XSPEC's components; empty where HEASoft is not."""
    headas = os.environ.get("HEADAS", "")
    place = model_list(Path(headas).absolute()) if headas else None
    if place is None:
        return ()
    return _read(str(place), place.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: str, _changed_ns: int) -> tuple[Listed, ...]:
    from nuwidgets.files.model_dat import read_model_dat

    try:
        found = read_model_dat(path)
    except FileError:
        return ()  # then XSPEC's models are not known by name; ours are
    return tuple((one.name, one.kind, one.parameters) for one in found)
