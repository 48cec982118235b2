"""Planes of numbers as the image view sends them: bytes of the smallest type that keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

KINDS = {"uint8": 1, "uint16": 2, "float32": 4}
"""Types that pixels travel in, with their bytes."""


def plane(values: ArrayLike) -> NDArray[Any]:
    """Give an image as an array, shape (n_y, n_x); refuse what is none."""
    array = np.asarray(values)
    if array.ndim != 2 or array.size == 0 or array.dtype.kind not in "buif":  # noqa: PLR2004
        raise InputError(
            f"Cannot show an array of shape {array.shape!r} and type {array.dtype.name!r} as an "
            "image: it must be two-dimensional, not empty, and of numbers."
        )
    return array


def limits(array: NDArray[Any], given: tuple[float, float] | None) -> tuple[float, float]:
    """Give the values at the ends of the colours: as given, or lowest and highest finite one."""
    lo, hi = (float(v) for v in given or _ends(array))
    if not lo < hi:
        raise InputError(
            f"Cannot colour the image from {lo!r} to {hi!r}: the lower limit must be below "
            "the upper. Give value_range=(lower, upper)."
        )
    return lo, hi


def _ends(array: NDArray[Any]) -> tuple[float, float]:
    finite = array[np.isfinite(array)]
    if finite.size == 0:
        return 0.0, 1.0
    lo, hi = float(finite.min()), float(finite.max())
    return (lo, hi) if lo < hi else (lo, lo + 1.0)


def packed(arrays: Sequence[NDArray[Any]]) -> tuple[bytes, str]:
    """Give the pixels of all planes, and the smallest of the three types that keeps each value."""
    if any(array.shape != arrays[0].shape for array in arrays):
        raise InputError(
            f"Cannot show planes of shapes {[a.shape for a in arrays]!r} in turn: they must be of "
            "one shape. Bin them alike."
        )
    kinds = [_smallest(array) for array in arrays]
    kind = max(kinds, key=KINDS.__getitem__)
    wide = np.dtype(kind).newbyteorder("<")
    return b"".join(np.ascontiguousarray(array, dtype=wide).tobytes() for array in arrays), kind


def _smallest(array: NDArray[Any]) -> str:
    if array.dtype.kind != "f" or np.isfinite(array).all():
        for kind, top in (("uint8", 255), ("uint16", 65535)):
            if array.min() >= 0 and array.max() <= top and not np.mod(array, 1).any():
                return kind
    return "float32"
