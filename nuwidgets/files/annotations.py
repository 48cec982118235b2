"""Whether a value is of the kind that a dataclass's annotation says, read as text."""

from __future__ import annotations

import numpy as np

_PLAIN: dict[str, tuple[type, ...]] = {
    "float": (int, float),
    "int": (int,),
    "str": (str,),
    "bool": (bool,),
    "None": (type(None),),
}
_ANYTHING = ("Any", "Q", "P")
_SHAPES = (
    "Circle", "Annulus", "Ellipse", "EllipseAnnulus", "Box", "Polygon", "Panda", "Point",
)  # fmt: skip
_ALIASES = {
    "Parameters": "tuple[tuple[str, Plain], ...]",
    "Plain": "str | int | float | bool | None",
    "Shape": f"{' | '.join(_SHAPES)} | PixelShape",
    "PixelShape": " | ".join(f"Pixel{name}" for name in _SHAPES),
    "SpectrumRequest": "ExtractedSpectrumRequest | FileSpectrumRequest",
}


def matches(value: object, annotation: str) -> bool:
    """Say whether a value fits an annotation.

    Examples
    --------
    >>> matches((1.0, 2), "tuple[float, ...]"), matches("a", "float | None")
    (True, False)
    """
    return any(_matches_one(value, one) for one in _split(annotation, "|"))


def _matches_one(value: object, kind: str) -> bool:
    if kind in _ANYTHING:
        return True
    if kind in _ALIASES:
        return matches(value, _ALIASES[kind])
    if kind in _PLAIN:
        return isinstance(value, _PLAIN[kind]) and (kind == "bool") == isinstance(value, bool)
    if kind.startswith("tuple["):
        return isinstance(value, tuple) and _matches_parts(value, kind[len("tuple[") : -1])
    if kind.startswith(("NDArray", "Floats", "Mask")):
        return isinstance(value, np.ndarray)
    return type(value).__name__ == kind


def _matches_parts(values: tuple[object, ...], inner: str) -> bool:
    kinds = _split(inner, ",")
    if kinds[-1] == "...":
        return all(matches(value, kinds[0]) for value in values)
    pairs = zip(values, kinds, strict=False)
    return len(values) == len(kinds) and all(matches(value, kind) for value, kind in pairs)


def _split(text: str, mark: str) -> list[str]:
    """Split at a mark that is in no bracket."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == mark and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
