"""How values of an image become colours on paper: the stretches and colour maps of the screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats

    Curve = tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]

STRETCHES: dict[str, Curve] = {
    "linear": (lambda t: t, lambda s: s),
    "sqrt": (np.sqrt, np.square),
    "squared": (np.square, np.sqrt),
    "log": (
        lambda t: np.log10(1.0 + 1000.0 * t) / np.log10(1001.0),
        lambda s: (1001.0**s - 1.0) / 1000.0,
    ),
    "asinh": (
        lambda t: np.arcsinh(10.0 * t) / np.arcsinh(10.0),
        lambda s: np.sinh(s * np.arcsinh(10.0)) / 10.0,
    ),
}
"""From 0..1 to 0..1 and back, as DS9 defines them (https://ds9.si.edu/doc/ref/how.html)."""
EQUALISED = "histogram"
"""The stretch in which each colour has as many pixels."""
MAPS = {
    "gray": "000000 ffffff",
    "grey": "000000 ffffff",
    "inverted gray": "ffffff 000000",
    "inverted grey": "ffffff 000000",
    "heat": "000000 7f0000 ff3a00 ff9d00 ffe35c ffffff",
    "b": "000000 0000ff ff0000 ffff00 ffffff",
    "cool": "000000 00005f 0000bf 0a38ff 1a82ff 5cd0ff ffffff",
    "rainbow": "ff00ff 0000ff 00ffff 00ff00 ffff00 ff0000",
}
"""Colour maps that matplotlib has not, or has another of that name: colours at even steps."""
N_LEVELS = 1024


def norm_of(stretch: str, limits: tuple[float, float], values: Floats) -> Any:
    """Give matplotlib's norm of a stretch between two limits.

    Parameters
    ----------
    stretch : str
        A name in ``STRETCHES``, or ``"histogram"``.
    limits : (float, float)
        Values at the two ends of the colours.
    values : ndarray
        The image, for the histogram.

    Raises
    ------
    InputError
        If the stretch is not known.
    """
    from matplotlib.colors import FuncNorm

    if stretch.startswith(EQUALISED):
        there, back = _equalised(limits, values)
    elif stretch in STRETCHES:
        there, back = STRETCHES[stretch]
    else:
        raise InputError(
            f"Cannot colour an image with the stretch {stretch!r}."
            f" {nearest(stretch, [*STRETCHES, EQUALISED])}"
        )
    lo, hi = limits
    along = partial(_along, there, lo, hi)
    return FuncNorm((along, partial(_against, back, lo, hi)), vmin=lo, vmax=hi, clip=True)


def _along(there: Callable[[Floats], Floats], lo: float, hi: float, value: Any) -> Any:
    return there(np.clip((np.asarray(value, float) - lo) / (hi - lo), 0.0, 1.0))


def _against(back: Callable[[Floats], Floats], lo: float, hi: float, level: Any) -> Any:
    return lo + (hi - lo) * back(np.clip(np.asarray(level, float), 0.0, 1.0))


def _equalised(limits: tuple[float, float], values: Floats) -> Curve:
    """Give the share of pixels below a value, and back; empty sky alone stays linear."""
    lo, hi = limits
    inside = values[np.isfinite(values) & (values > lo) & (values <= hi)]
    steps = np.linspace(0.0, 1.0, N_LEVELS + 1)
    shares = np.searchsorted(np.sort(inside), lo + (hi - lo) * steps) / max(inside.size, 1)
    shares = 0.999 * shares + 0.001 * steps  # rises everywhere, so that it has a way back
    shares /= shares[-1]
    return lambda t: np.interp(t, steps, shares), lambda s: np.interp(s, shares, steps)


def colours_of(name: str, page: str) -> Any:
    """Give matplotlib's colour map of a name; `page` is the colour of pixels without a value.

    Raises
    ------
    InputError
        If the name is not known.
    """
    import matplotlib as mpl
    from matplotlib.colors import LinearSegmentedColormap

    if name in MAPS:
        stops = [f"#{stop}" for stop in MAPS[name].split()]
        return LinearSegmentedColormap.from_list(name, stops, N=256).with_extremes(bad=page)
    if name not in mpl.colormaps:
        known = [*MAPS, "inferno", "viridis", "magma", "plasma", "cividis", "cubehelix"]
        raise InputError(f"Cannot colour an image with {name!r}. {nearest(name, known)}")
    return mpl.colormaps[name].with_extremes(bad=page)


def ink_on(name: str) -> str:
    """Give black or white, whichever is read on the faintest colour of a map."""
    faint = colours_of(name, "black")(0.0)[:3]
    return "#000000" if float(np.dot(faint, (0.299, 0.587, 0.114))) > 0.5 else "#FFFFFF"  # noqa: PLR2004
