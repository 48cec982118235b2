"""Whether the parts of a session file are of the kinds they must be."""

from __future__ import annotations

from typing import Any

from nuwidgets.domain.archive_file import Files
from nuwidgets.domain.observation import Observations
from nuwidgets.errors import FileError
from nuwidgets.missions.base import missions

_WORDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
_NOTHING = object()


def check(data: object, wanted: str) -> dict[str, Any]:
    """Give the whole of a session file, if it is one.

    Raises
    ------
    FileError
        If it is not.
    """
    if not isinstance(data, dict) or data.get("format") != wanted:
        raise FileError(f"it is no session file: it does not say that it is a {wanted!r}.")
    return data


def checked(
    plain: Any, name: str, kind: type, inner: type | None = None, default: object = _NOTHING
) -> Any:
    """Give a part of it, if that is of the kind it must be, and its own parts too.

    Raises
    ------
    FileError
        If it is missing, or of another kind.
    """
    value = plain.get(name, default) if isinstance(plain, dict) else _NOTHING
    if value is _NOTHING or not isinstance(value, kind):
        raise FileError(f"{name!r} must be {_WORDS[kind]} in it, and is not.")
    parts: Any = value.values() if isinstance(value, dict) else value if kind is list else ()
    if inner and not all(isinstance(part, inner) for part in parts):
        raise FileError(f"the parts of {name!r} must each be {_WORDS[inner]}, and are not.")
    return value


def each_once(what: str, names: list[str]) -> None:
    """Refuse names of which one is empty or there twice.

    Raises
    ------
    FileError
        If one is.
    """
    if not all(names):
        raise FileError(f"a {what} in it has no name")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise FileError(f"there are two of the {what} {twice!r} in it")


def goes_together(product: object) -> bool:
    """Whether the parts of a product from an archive fit each other; True for any other."""
    if isinstance(product, Files):
        return product.mission in missions()
    if not isinstance(product, Observations):
        return True
    names = [column.name for column in product.columns]
    columns = [*(column.values for column in product.columns), product.hindrance, product.caution]
    arrays = (product.start_mjd, product.stop_mjd, product.exposure_s)
    return (
        all(len(column) == len(product) for column in columns)
        and all(array.shape == (len(product),) and array.dtype == float for array in arrays)
        and len(set(names)) == len(names)
        and set(product.shown) <= set(names)
    )
