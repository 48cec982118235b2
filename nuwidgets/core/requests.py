"""Requests compared and rewritten: nested frozen dataclasses and tuples of plain values."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any


def difference(old: object, new: object, depth: int = 1) -> tuple[str, ...]:
    """Name the fields in which two requests differ, `depth` levels down, dotted.

    Examples
    --------
    >>> from dataclasses import make_dataclass
    >>> Circle = make_dataclass("Circle", ["x", "radius_arcsec"], frozen=True)
    >>> Image = make_dataclass("Image", ["region", "band"], frozen=True)
    >>> difference(Image(Circle(1, 2), "soft"), Image(Circle(1, 3), "hard"))
    ('region.radius_arcsec', 'band')
    """
    if old == new:
        return ()
    if not is_dataclass(old) or type(old) is not type(new):
        return ("settings",)
    found: list[str] = []
    for name in (field.name for field in fields(old)):
        was, now = getattr(old, name), getattr(new, name)
        if was == now:
            continue
        nested = depth > 0 and is_dataclass(was) and type(was) is type(now)
        inner = difference(was, now, depth - 1) if nested else ()
        found.extend([f"{name}.{part}" for part in inner] or [name])
    return tuple(found)


def swap(request: Any, old: object, new: object) -> Any:
    """Give `request` with the part `old`, wherever it is nested, replaced by `new`.

    Examples
    --------
    >>> swap((1, (2, 3)), (2, 3), (4, 5))
    (1, (4, 5))
    """
    if request == old:
        return new
    if type(request) is tuple:
        swapped = tuple(swap(part, old, new) for part in request)
        same = all(one is two for one, two in zip(request, swapped, strict=True))
        return request if same else swapped
    if is_dataclass(request) and not isinstance(request, type):
        parts = {f.name: getattr(request, f.name) for f in fields(request) if f.init}
        others = {name: swap(part, old, new) for name, part in parts.items()}
        changed = {name: part for name, part in others.items() if part is not parts[name]}
        return replace(request, **changed) if changed else request
    return request


def parts_of(request: Any) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """Give the plain fields of a request by name, and the requests in it in their order.

    A request is a frozen dataclass whose name ends so.

    Examples
    --------
    >>> from dataclasses import make_dataclass
    >>> ImageRequest = make_dataclass("ImageRequest", ["band"], frozen=True)
    >>> FitRequest = make_dataclass("FitRequest", ["images", "model"], frozen=True)
    >>> parts_of(FitRequest((ImageRequest("soft"),), "powerlaw"))
    ({'model': 'powerlaw'}, (ImageRequest(band='soft'),))
    """
    own: dict[str, Any] = {}
    others: list[Any] = []
    for name in (field.name for field in fields(request)):
        value = getattr(request, name)
        several = value if isinstance(value, tuple) and value else (value,)
        if all(is_dataclass(v) and type(v).__name__.endswith("Request") for v in several):
            others += several
        else:
            own[name] = value
    return own, tuple(others)
