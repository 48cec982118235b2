"""Which engines there are: name, where the class lives, how to install it.

Other packages add theirs through the entry point group ``nuwidgets.engines``. An engine that fails
to load is shown with its error, never skipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points

from nuwidgets.engines.base import Engine
from nuwidgets.errors import EngineMissingError, nearest

GROUP = "nuwidgets.engines"


@dataclass(frozen=True)
class EngineInfo:
    """What can be said of an engine before it is used."""

    name: str
    """What the user calls it."""
    version: str = ""
    """Its version; empty when it did not load."""
    ok: bool = False
    """Whether it loaded."""
    error: str = ""
    """Why it did not."""
    hint: str = ""
    """How to install it."""


@dataclass(frozen=True)
class Place:
    """Where an engine lives."""

    target: str
    """``module:Class``; the class is called without arguments."""
    hint: str
    """How to install it."""


BUILTIN = {
    "embedded": Place("nuwidgets.engines.embedded.engine:EmbeddedEngine", "always there"),
    "heasoft": Place(
        "nuwidgets.engines.heasoft.engine:HeasoftEngine",
        "install HEASoft, e.g. by its conda packages, set it up before Jupyter is started, and"
        " restart the kernel",
    ),
    "xspec": Place(
        "nuwidgets.engines.xspec.engine:XspecEngine",
        "install HEASoft with its Python packages, set it up before Jupyter is started, and restart"
        " the kernel",
    ),
}


def places() -> dict[str, Place]:
    """Give every known engine by name; ours first, ours win."""
    found = {
        point.name: Place(point.value, _origin(point.dist.name if point.dist else ""))
        for point in entry_points(group=GROUP)
    }
    return {**BUILTIN, **{name: place for name, place in found.items() if name not in BUILTIN}}


def _origin(package: str) -> str:
    return f"pip install --force-reinstall {package}" if package else "reinstall its package"


def load(name: str) -> Engine:
    """Give a new engine by its name.

    Raises
    ------
    EngineMissingError
        No engine has this name, or it does not load; the message says how to install it.
    """
    known = places()
    if name not in known:
        raise EngineMissingError(f"There is no engine {name!r}. {nearest(name, known)}")
    place = known[name]
    try:
        return _make(place.target)
    except Exception as error:
        raise EngineMissingError(
            f"The engine {name!r} does not load: {type(error).__name__}: {error}."
            f" To install it: {place.hint}."
        ) from error


def _make(target: str) -> Engine:
    module, _, attribute = target.partition(":")
    engine = getattr(import_module(module), attribute)()
    if not isinstance(engine, Engine):
        raise TypeError(
            f"{target} is no engine: it lacks one of name, version, handles, solve, stop"
        )
    return engine


def available() -> tuple[EngineInfo, ...]:
    """Say of every known engine whether it loads, and if not, why and what to do."""
    return tuple(_look(name, place) for name, place in places().items())


def _look(name: str, place: Place) -> EngineInfo:
    try:
        engine = load(name)
    except EngineMissingError as error:
        return EngineInfo(name, error=str(error), hint=place.hint)
    version = engine.version
    engine.stop()
    return EngineInfo(name, version, ok=True, hint=place.hint)


def who_handles(request: object) -> tuple[str, ...]:
    """Name the engines that load and can answer this type of request."""
    able = []
    for name in places():
        try:
            engine = load(name)
        except EngineMissingError:
            continue  # available() says why
        if engine.handles(request):
            able.append(name)
        engine.stop()
    return tuple(able)
