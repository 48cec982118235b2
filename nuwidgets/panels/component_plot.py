"""A small drawing of one component at its defaults, as SVG that needs no script."""

from __future__ import annotations

import html
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import NuwidgetsError
from nuwidgets.science.models.grid import Grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.science.models.component import Component

LO_KEV, HI_KEV, N_BINS = 0.3, 30.0, 240
WIDTH, HEIGHT, LEFT, BOTTOM = 250, 130, 10, 18
DECADES = 5.0
"""A drawing shows at most so much below its highest point."""
EVEN = 1.3
"""A curve whose highest value is less than this times the lowest is drawn with a linear axis."""


def plot_of(component: Component) -> str:
    """Give a drawing of a component at its default values; empty where it has none to draw.

    Of a convolution it shows what becomes of a line on a power law; where a component cannot be
    computed here, as without its tables, why.
    """
    try:
        return _drawn(component)
    except NuwidgetsError as error:
        return f'<div class="nuw-note">{html.escape(str(error))}</div>'


@lru_cache(maxsize=128)
def _drawn(component: Component) -> str:
    """Draw a component; a refusal is not remembered, for tables may come."""
    energy, curve, about = _curve(component)
    good = np.isfinite(curve) & (curve > 0)
    if good.sum() < 2:  # noqa: PLR2004  a line needs two points
        return ""
    return _svg(energy[good], curve[good], about, component.name)


def _curve(component: Component) -> tuple[NDArray[np.float64], NDArray[np.float64], str]:
    """Give energies in keV, values, and what they are."""
    grid = Grid(np.geomspace(LO_KEV, HI_KEV, N_BINS + 1))
    values = [p.default for p in component.parameters]
    energy = np.sqrt(grid.lo_kev * grid.hi_kev)
    prepared = component.prepare(grid, "wilm", "vern")
    with np.errstate(all="ignore"):
        if component.kind == "con":
            photons = np.exp(-0.5 * ((energy - 6.4) / 0.3) ** 2) * grid.width_kev
            photons += 0.1 * energy**-1.0 * grid.width_kev
            shown = component.compute(prepared, photons, *values)
            return energy, shown / grid.width_kev, "a line on a power law, changed by it"
        shape = component.compute(prepared, *values[: component.n_shape])
    if component.kind == "add":
        return energy, shape / grid.width_kev, "photons cm⁻² s⁻¹ keV⁻¹"
    return energy, np.asarray(shape, dtype=float), "factor"


def _svg(x: NDArray[np.float64], y: NDArray[np.float64], about: str, name: str) -> str:
    top, least = float(y.max()), float(y.min())
    linear = about == "factor" and (top / least < EVEN or least < 1e-3 * top)
    lo = 0.0 if linear else max(least, top * 10**-DECADES)
    keep = y >= lo
    x, y = x[keep], y[keep]
    across = np.log(x / LO_KEV) / np.log(HI_KEV / LO_KEV)
    if linear:
        up = y / (1.08 * top)
    else:
        up = np.log(y / lo) / max(float(np.log(top / lo)), 1e-9) * 0.94 + 0.02
    px = LEFT + across * (WIDTH - 2 * LEFT)
    py = (HEIGHT - BOTTOM) - up * (HEIGHT - BOTTOM - 6)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(px, py, strict=True))
    axis = "linear" if linear else "logarithmic"
    ticks = "".join(_tick(kev) for kev in (0.5, 1, 2, 5, 10, 20))
    alt = html.escape(f"{name} from {LO_KEV:g} to {HI_KEV:g} keV at its defaults, {axis}: {about}")
    base = HEIGHT - BOTTOM
    return (
        f'<svg class="nuw-sketch" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' role="img" aria-label="{alt}"><title>{alt}</title>'
        f'<rect x="{LEFT}" y="4" width="{WIDTH - 2 * LEFT}" height="{base - 4}" class="nuw-frame"/>'
        f'{ticks}<polyline points="{points}"/></svg>'
        f'<div class="nuw-note">{html.escape(about)}, {axis}; energy in keV</div>'
    )


def _tick(kev: float) -> str:
    at = LEFT + np.log(kev / LO_KEV) / np.log(HI_KEV / LO_KEV) * (WIDTH - 2 * LEFT)
    base = HEIGHT - BOTTOM
    return f'<path d="M{at:.1f} {base}v-4"/><text x="{at:.1f}" y="{HEIGHT - 4}">{kev:g}</text>'
