"""Our frozen values as JSON and back: a closed table of kinds, nothing is imported or executed.

A value is ``{"is": "Circle", "ra_deg": ...}``; a tuple is a list. Requests hold requests, so each
distinct one is written once, into a table, and named by its kind and a digest of its content.
Paths are written relative to a folder, with the whole path beside.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from nuwidgets.domain.archive_file import Files
from nuwidgets.errors import FileError, NuwidgetsError
from nuwidgets.files.annotations import matches
from nuwidgets.files.plain_kinds import KINDS, is_path, is_place, is_request
from nuwidgets.files.plain_listing import listing_of, listing_plain

DIGEST = 12
"""Letters of a request's digest."""
_AS_THEY_ARE = frozenset((str, int, bool, type(None)))
_NESTED = frozenset((list, dict))


class PlainWriter:
    """Makes values plain; collects the requests they hold.

    Parameters
    ----------
    folder : Path
        Paths are written relative to it.
    """

    kinds: ClassVar[dict[str, type]] = KINDS
    """What may be written, by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.requests: dict[str, dict[str, Any]] = {}
        """Every request that was met, by its key."""
        self._keys: dict[int, tuple[str, object]] = {}  # by identity; the object is held

    def value(self, value: Any, name: str = "") -> Any:
        """Give a value as JSON has it.

        Parameters
        ----------
        value : object
            What to write.
        name : str
            Name of the setting or field that holds it: tells paths from other texts.

        Raises
        ------
        FileError
            If it is of a kind that session files do not hold.
        """
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, str):
            return self._path(value) if value and (is_path(name) or is_place(name)) else value
        if isinstance(value, float):
            return value if math.isfinite(value) else {"is": "float", "value": repr(value)}
        if isinstance(value, tuple | list):
            quick = _AS_THEY_ARE.issuperset(map(type, value)) and not is_place(name)
            inner = name if is_place(name) else ""
            return list(value) if quick else [self.value(part, inner) for part in value]
        return self._other(value)

    def _other(self, value: Any) -> Any:
        if isinstance(value, np.generic):
            return self.value(value.item())
        if isinstance(value, np.ndarray):
            rows = self.value(value.tolist())
            return {"is": "array", "dtype": value.dtype.str, "values": rows}
        if is_request(value):
            return {"request": self.key(value)}
        if self.kinds.get(type(value).__name__) is not type(value):
            raise FileError(
                f"Cannot write {value!r} into a session file: there is no way to write a"
                f" {type(value).__name__} down."
            )
        return self._fields(value)

    def _fields(self, value: Any) -> dict[str, Any]:
        if isinstance(value, Files):
            return listing_plain(self, value)
        parts = {f.name: self.value(getattr(value, f.name), f.name) for f in fields(value)}
        return {"is": type(value).__name__, **parts}

    def key(self, request: Any) -> str:
        """Give the key of a request, and take it into the table."""
        known = self._keys.get(id(request))
        if known:
            return known[0]
        plain = self._fields(request)
        text = json.dumps(_portable(plain), sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:DIGEST]
        key = f"{plain['is'].removesuffix('Request').lower()}-{digest}"
        self.requests[key] = plain
        self._keys[id(request)] = key, request
        return key

    def _path(self, path: str) -> Any:
        if path.lower() == "none" or not Path(path).is_absolute():
            return path
        try:
            relative = Path(os.path.relpath(path, self._folder)).as_posix()
        except ValueError:  # another drive
            return {"is": "path", "relative": "", "absolute": path}
        return {"is": "path", "relative": relative, "absolute": path}


class PlainReader:
    """Makes our values of plain ones.

    Parameters
    ----------
    folder : Path
        Paths are relative to it.
    requests : dict
        The table of requests, as it was written.
    """

    kinds: ClassVar[dict[str, type]] = KINDS
    """What may be read, by name."""

    def __init__(self, folder: Path, requests: dict[str, Any]) -> None:
        self._folder, self._plain = folder, requests
        self._requests: dict[str, Any] = {}
        self._open: set[str] = set()  # keys under way: a request cannot hold itself
        self.missing: dict[str, None] = {}
        """Files that are neither where they were nor beside the session, in order."""
        self.left_out: dict[str, None] = {}
        """What a newer version wrote and this one does not know."""
        self.unusable: dict[str, None] = {}
        """What was an answer and cannot be used, a sentence each: it is to be computed again."""

    def value(self, plain: Any) -> Any:
        """Give the value that was written.

        Raises
        ------
        FileError
            If it cannot have been written by us.
        """
        if isinstance(plain, list):
            nested = not _NESTED.isdisjoint(map(type, plain))
            return tuple(map(self.value, plain) if nested else plain)
        if not isinstance(plain, dict):
            return plain
        if plain.keys() == {"request"}:
            return self.request(plain["request"])
        special = {"float": _number, "array": self._array, "path": self._path}
        kind = plain.get("is")
        make = special.get(kind) if isinstance(kind, str) else None
        return make(plain) if make else self._object(plain)

    def try_value(self, plain: Any, what: str) -> Any:
        """Give the value that was written; None, and a warning, if it cannot be used.

        Parameters
        ----------
        plain : object
            An answer or what it answers: it can be had again, so it is no reason to refuse a file.
        what : str
            Whose it is.
        """
        try:
            return self.value(plain)
        except FileError as error:
            self._open.clear()
            self.unusable[f"An answer of {what} cannot be used: {str(error)[:200]}."] = None
            return None

    def request(self, key: Any) -> Any:
        """Give a request by its key.

        Raises
        ------
        FileError
            If there is none, or it holds itself.
        """
        if not isinstance(key, str) or key not in self._plain or key in self._open:
            raise FileError(f"there is no request {key!r} that could be meant")
        if key not in self._requests:
            self._open.add(key)
            self._requests[key] = self.value(self._plain[key])
            self._open.discard(key)
        return self._requests[key]

    def _object(self, plain: dict[str, Any]) -> Any:
        name = plain.get("is")
        cls = self.kinds.get(name) if isinstance(name, str) else None
        if cls is None:
            raise FileError(f"{name!r} is no kind of value that this version knows")
        if cls is Files:
            return listing_of(self, plain)
        known = {f.name: f for f in fields(cls)}
        self.left_out.update(dict.fromkeys(f"{name}.{k}" for k in plain if k not in (*known, "is")))
        given = {k: self.value(part) for k, part in plain.items() if k in known}
        for field in known.values():
            needed = field.default is MISSING and field.default_factory is MISSING
            if field.name not in given and needed:
                raise FileError(f"a {name} lacks {field.name!r}")
            if field.name in given and not matches(given[field.name], str(field.type)):
                raise FileError(f"{field.name} of a {name} cannot be {plain[field.name]!r:.80}")
        try:
            return cls(**given)
        except NuwidgetsError as error:
            raise FileError(str(error)) from error

    def _array(self, plain: dict[str, Any]) -> Any:
        kind = plain.get("dtype")
        if kind not in ("<f8", "<i8", "|b1"):
            raise FileError(f"an array cannot be of {kind!r}")
        try:
            found = np.array(self.value(plain.get("values")), dtype=kind)
        except (ValueError, TypeError, OverflowError) as error:
            raise FileError(f"an array cannot be read: {error}") from error
        found.flags.writeable = False
        return found

    def _path(self, plain: dict[str, Any]) -> str:
        relative, absolute = plain.get("relative"), plain.get("absolute")
        if not isinstance(relative, str) or not isinstance(absolute, str):
            raise FileError(f"{plain!r:.80} is no path")
        if not (relative or absolute) or "\0" in relative + absolute:
            raise FileError(f"{plain!r:.80} is no path")
        near = os.path.normpath(self._folder / relative) if relative else absolute
        places = [place for place in (near, absolute) if place]
        found = next((place for place in places if _there(place)), None)
        if found is None:
            self.missing[near] = None
        return found or near


def _portable(plain: Any) -> Any:
    """Give what stays the same when the session's folder is moved with its data."""
    if isinstance(plain, list):
        return [_portable(part) for part in plain]
    if not isinstance(plain, dict):
        return plain
    leave = "absolute" if plain.get("is") == "path" and plain["relative"] else ""
    return {name: _portable(part) for name, part in plain.items() if name != leave}


def _there(place: str) -> bool:
    try:
        return Path(place).exists()
    except OSError:
        return False


def _number(plain: dict[str, Any]) -> float:
    if plain.get("value") not in ("nan", "inf", "-inf"):
        raise FileError(f"{plain!r:.80} is no number")
    return float(plain["value"])
