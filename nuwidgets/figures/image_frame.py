"""What stands around and on an image: axes on the sky, grid, compass and scale bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nuwidgets.domain.shape_checks import Bounds
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.figures.looks import Look

LENGTHS_ARCSEC = (1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 600, 1200, 1800, 3600, 7200)
"""Lengths of a scale bar, arcsec."""
LONGEST_BAR = 0.3
"""Most of the width that a scale bar takes."""
HALO_PT = 2.2


def wcs_of(plane: TangentPlane) -> Any:
    """Give the plane as astropy knows it; FITS counts pixels from 1."""
    from astropy.wcs import WCS

    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [plane.ra_ref_deg, plane.dec_ref_deg]
    wcs.wcs.crpix = [plane.x_ref + 1.0, plane.y_ref + 1.0]
    wcs.wcs.cdelt = [plane.x_step_deg, plane.y_step_deg]
    wcs.wcs.radesys, wcs.wcs.equinox = "FK5", 2000.0
    return wcs


def image_axes(
    figure: Any, place: tuple[float, float, float, float], plane: TangentPlane | None, look: Look
) -> Any:
    """Give axes for an image, with right ascension and declination where there is a sky."""
    kind: dict[str, Any] = {"projection": wcs_of(plane)} if plane else {}
    axes = figure.add_axes(place, **kind)
    axes.set_facecolor(look.page)
    axes.tick_params(labelsize=look.tick_pt)
    if plane is not None:
        _tick_sky(axes, look)
    return axes


def _tick_sky(axes: Any, look: Look) -> None:
    for axis in axes.coords:
        axis.set_ticks(color=look.ink, number=4)
        axis.set_ticklabel(exclude_overlapping=True)
        axis.tick_params(direction="in", length=look.tick_length_pt)
        axis.display_minor_ticks(display_minor_ticks=True)
    axes.coords[0].set_major_formatter("hh:mm:ss")
    axes.coords[1].set_major_formatter("dd:mm")


def name_axes(axes: Any, names: tuple[str, str], look: Look) -> None:
    """Write what runs along x and y; an empty name leaves the words away."""
    if hasattr(axes, "coords"):
        for axis, name in zip(axes.coords, names, strict=True):
            axis.set_axislabel(name or " ", fontsize=look.label_pt)
            axis.set_auto_axislabel(False)
        return
    axes.set_xlabel(names[0], fontsize=look.label_pt)
    axes.set_ylabel(names[1], fontsize=look.label_pt)


def draw_grid(axes: Any, ink: str, look: Look) -> None:
    """Draw lines of equal right ascension and declination, or of equal pixels."""
    axes.grid(visible=True, color=ink, alpha=0.35, linewidth=0.6 * look.line_pt, linestyle="-")


def halo(colour: str) -> list[Any]:
    """Give what makes a line or a word of this colour readable on any image."""
    from matplotlib.colors import to_rgb
    from matplotlib.patheffects import withStroke

    light = float(np.dot(to_rgb(colour), (0.299, 0.587, 0.114))) > 0.5  # noqa: PLR2004
    return [withStroke(linewidth=HALO_PT, foreground="#000000A0" if light else "#FFFFFFB0")]


def draw_compass(axes: Any, plane: TangentPlane, ink: str, look: Look) -> None:
    """Draw arrows to north and east in the lower left corner."""
    figure_inch = axes.figure.get_size_inches() * axes.get_position().size
    arms = np.array([0.1, 0.1]) * figure_inch.min() / figure_inch  # equally long on paper
    start = np.array([0.2, 0.08]) if plane.x_step_deg < 0 else np.array([0.08, 0.08])
    turns = {"N": (0.0, np.sign(plane.y_step_deg)), "E": (np.sign(plane.x_step_deg), 0.0)}
    for word, turn in turns.items():
        end = start + arms * np.array(turn)
        arrow = {
            "arrowstyle": "-|>", "color": ink, "lw": look.line_pt, "shrinkA": 0, "shrinkB": 0,
        }  # fmt: skip
        axes.annotate(
            "", end, start, "axes fraction", "axes fraction", arrowprops=arrow
        ).arrow_patch.set_path_effects(halo(ink))
        axes.text(
            *(start + 1.28 * arms * np.array(turn)), word, transform=axes.transAxes,
            color=ink, fontsize=look.note_pt, ha="center", va="center",
            path_effects=halo(ink),
        )  # fmt: skip


def draw_scale(axes: Any, box: Bounds, pixel_arcsec: float, ink: str, look: Look) -> None:
    """Draw a bar of a round length in the lower right corner."""
    x_lo, x_hi, y_lo, y_hi = box
    length = scale_arcsec((x_hi - x_lo) * pixel_arcsec)
    width, height = x_hi - x_lo, y_hi - y_lo
    x, y = x_hi - 0.05 * width, y_lo + 0.06 * height
    pixels = length / pixel_arcsec
    axes.plot(
        [x - pixels, x], [y, y], color=ink, lw=2.0 * look.line_pt, solid_capstyle="butt",
        path_effects=halo(ink),
    )  # fmt: skip
    axes.text(
        x - pixels / 2, y + 0.015 * height, length_words(length), color=ink,
        fontsize=look.note_pt, ha="center", va="bottom", path_effects=halo(ink),
    )  # fmt: skip


def scale_arcsec(width_arcsec: float) -> float:
    """Give a round length, arcsec, that fits into an image of this width.

    Examples
    --------
    >>> scale_arcsec(1000.0), scale_arcsec(90.0)
    (300.0, 20.0)
    """
    fitting = [one for one in LENGTHS_ARCSEC if one <= LONGEST_BAR * width_arcsec]
    return float(fitting[-1] if fitting else LONGEST_BAR * width_arcsec)


def length_words(arcsec: float) -> str:
    """Write an angle as one reads it.

    Examples
    --------
    >>> length_words(300.0), length_words(20.0), length_words(3600.0)
    ('5′', '20″', '1°')
    """
    for size, mark in ((3600.0, "°"), (60.0, "′")):  # noqa: RUF001
        if arcsec >= size and arcsec % size == 0:
            return f"{arcsec / size:g}{mark}"
    return f"{arcsec:g}″"
