"""Session files of older versions, brought to the present one step after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = 2
"""The version that is written."""


def _from_0(plain: dict[str, Any]) -> dict[str, Any]:
    """Version 0, before the first release, had datasets by name, and no engine's version."""
    named = plain.get("datasets", {})
    datasets = [{"name": n, **one} for n, one in named.items()] if isinstance(named, dict) else []
    return {"engine_version": "", "views": {}, "kept": {}, **plain, "datasets": datasets}


def _from_1(plain: dict[str, Any]) -> dict[str, Any]:
    """Version 1 tied a parameter to a number; version 2 has formulas such as ``p3``."""
    changed: dict[str, Any] = _linked(plain)
    return changed


def _linked(plain: Any) -> Any:
    if isinstance(plain, list):
        return [_linked(part) for part in plain]
    if not isinstance(plain, dict):
        return plain
    parts = {name: _linked(part) for name, part in plain.items()}
    if parts.get("is") == "Parameter" and not isinstance(parts.get("link"), str):
        number = parts.get("link")
        parts["link"] = "" if number is None else f"p{number}"
    return parts


MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {0: _from_0, 1: _from_1}
"""What makes the next version of one, by its number."""


def migrated(plain: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Give a session file as the present version has it, and what to warn of.

    Raises
    ------
    FileError
        If it is of a version that cannot be read.
    """
    version, readable_by = plain.get("version"), plain.get("readable_by")
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise FileError(f"its version is {version!r}, which is no number that we know.")
    if version > VERSION:
        if not isinstance(readable_by, int) or readable_by > VERSION:
            raise FileError(
                f"it is of version {version}, and this nuwidgets reads up to version {VERSION}."
                " Install a newer nuwidgets."
            )
        words = f"It was written by a newer nuwidgets (version {version}): what is new is kept."
        return plain, (words,)
    for number in range(version, VERSION):
        plain = {**MIGRATIONS[number](plain), "version": number + 1}
    return plain, ()
