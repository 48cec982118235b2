"""Which missions there are: modules of this package, and those that other packages bring.

A module of this package, in whatever folder its path names, is a mission if it has `MISSION`. Other
packages name theirs in the entry point group ``nuwidgets.missions``. One that does not load is told
(`known().broken`, and where its telescope is asked for), and keeps nothing from the others.
"""

from __future__ import annotations

import pkgutil
import sys
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

import nuwidgets.missions as package
from nuwidgets.missions.base import Mission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GROUP = "nuwidgets.missions"
NAME = "MISSION"


@dataclass(frozen=True)
class Known:
    """The missions that were found."""

    missions: dict[str, Mission]
    """Those that can be used, by name; ours first."""
    broken: dict[str, str]
    """Why others cannot: where they are -> what is wrong with them."""


def known() -> Known:
    """Give the missions; looked for once for each search path."""
    return _found(tuple(package.__path__), tuple(sys.path))


def broken_words() -> str:
    """Say which missions do not load, as sentences to add to others; empty where all do."""
    return "".join(
        f" The mission of {where!r} does not load: {why}." for where, why in known().broken.items()
    )


@lru_cache(maxsize=4)
def _found(paths: tuple[str, ...], _search: tuple[str, ...]) -> Known:
    good: dict[str, Mission] = {}
    broken: dict[str, str] = {}
    for where, load in (*_ours(paths), *_of_others()):
        try:
            mission = load()
        except Exception as error:  # noqa: BLE001  of others: it is told, and the rest is used
            broken[where] = f"{type(error).__name__}: {error}".rstrip(".")
            continue
        if mission is None:
            continue
        if why := _fault(mission, good):
            broken[where] = why
        else:
            good[mission.name] = mission
    return Known(good, broken)


def _ours(paths: tuple[str, ...]) -> Iterator[tuple[str, Callable[[], Any]]]:
    for _, name, _ in pkgutil.iter_modules(list(paths)):
        where = f"{package.__name__}.{name}"
        yield where, partial(_mission_in, where)


def _mission_in(module: str) -> Any:
    return getattr(import_module(module), NAME, None)


def _of_others() -> Iterator[tuple[str, Callable[[], Any]]]:
    for point in entry_points(group=GROUP):
        yield f"{point.name} = {point.value}", point.load


def _fault(mission: Any, known: dict[str, Mission]) -> str:
    """Say what is wrong with a mission; empty if nothing that can be seen now."""
    if not isinstance(mission, Mission):
        return f"{NAME} is of type {type(mission).__name__}, and must be a Mission"
    if any(one.is_of(mission.name) or mission.is_of(one.name) for one in known.values()):
        return f"there is a mission {mission.name!r} already"
    if len(mission.modules) != len(mission.instruments) or not mission.modules:
        return "it needs one instrument for each module"
    try:
        for pattern in (mission.events_pattern, mission.hk_pattern, *mission.hk_files):
            pattern.format(obs_id="", module="")
    except (KeyError, IndexError, ValueError) as error:
        return f"in its patterns of files only {{obs_id}} and {{module}} are filled in ({error!r})"
    return ""
