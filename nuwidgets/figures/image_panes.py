"""Images side by side as they are looked at: colours, part of the sky, regions, overlays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.figures.image_frame import (
    draw_compass,
    draw_grid,
    draw_scale,
    halo,
    image_axes,
    name_axes,
)
from nuwidgets.figures.image_scale import colours_of, ink_on, norm_of
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import as_written, new_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.shape_checks import Bounds
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.figures.looks import Look

MARK_PT = 7.0
SMALL = {"label_pt": 9.0, "tick_pt": 8.0, "note_pt": 8.0, "model_pt": 1.0, "tick_length_pt": 4.0}
"""Sizes where several images stand in a row."""
PLAIN = 1e-2, 1e5
"""Values between these are written without a power of ten."""
EDGES_INCH = {"left": 0.78, "right": 0.86, "bottom": 0.52, "top": 0.32}
"""Room around each image for its numbers and words."""


@dataclass(frozen=True, eq=False)
class Stroke:
    """A line on an image."""

    x: Floats
    """Along x, pixels of the image from 0, shape (n,); NaN parts two lines."""
    y: Floats
    """Along y."""
    colour: str = "#FFFFFF"
    """``#rrggbb``."""
    dash: str = "-"
    """As matplotlib writes it."""
    label: str = ""
    """Written on the image ..."""
    label_at: tuple[float, float] | None = None
    """... here; at the first point unless given."""
    fill: bool = False
    """Whether what it encloses is shaded."""
    width: float = 1.0
    """Width over that of a region."""


@dataclass(frozen=True, eq=False)
class Pane:
    """One image as it is looked at."""

    values: NDArray[Any]
    """What is coloured, shape (n_y, n_x), y up; NaN stays empty."""
    plane: TangentPlane | None = None
    """Sky coordinates of the pixels."""
    title: str = ""
    """Above it."""
    unit: str = "counts per pixel"
    """Beside the colour bar."""
    axes: tuple[str, str] = ("x [pixel]", "y [pixel]")
    """What runs along x and y where there is no sky."""
    colours: tuple[str, str] = ("inferno", "log")
    """Colour map and stretch."""
    limits: tuple[float, float] = (0.0, 1.0)
    """Values at the two ends of the colours."""
    box: Bounds | None = None
    """Part that is seen, pixels from 0; all unless given."""
    strokes: tuple[Stroke, ...] = ()
    """Regions and what else is drawn."""
    marks: tuple[tuple[float, float, str], ...] = ()
    """Places with their names: x, y, label."""
    extras: frozenset[str] = frozenset()
    """Of ``"grid"``, ``"compass"`` and ``"scale"`` what is drawn."""


def figure_panes(panes: Sequence[Pane], *, columns: int = 0, look: str = "screen") -> Any:
    """Give a figure of images side by side, each as it is looked at, with its colour bar.

    Parameters
    ----------
    panes : sequence of Pane
        The images, row by row.
    columns : int
        How many stand in a row; 0 for as square as it goes.
    look : str
        ``"screen"`` or ``"print"``: sizes and ink; the colours are those of the panes.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there is no image, or no such look, stretch or colour map.
    """
    style = look_of(look)
    if not panes:
        raise InputError("Cannot draw images: there is none. Compute one first, e.g. image.run().")
    n_across = min(columns or int(np.ceil(np.sqrt(len(panes)))), len(panes))
    n_down = -(-len(panes) // n_across)
    if n_across > 1:
        sizes = {name: min(size, getattr(style, name)) for name, size in SMALL.items()}
        style = replace(style, **sizes)
    room = EDGES_INCH
    side = (style.width_inch if n_across > 1 else style.image_inch[0]) / n_across
    side = max(side - room["left"] - room["right"], 1.3)
    cell = side + room["left"] + room["right"], side + room["bottom"] + room["top"]
    width, height = cell[0] * n_across, cell[1] * n_down
    figure = new_figure(width, height, arranged=False)
    for i, pane in enumerate(panes):
        left = cell[0] * (i % n_across) + room["left"]
        bottom = height - cell[1] * (i // n_across) - room["top"] - side
        place = left / width, bottom / height, side / width, side / height
        axes = image_axes(figure, place, pane.plane, style)
        _colour(figure, axes, pane, style)
        _draw_strokes(axes, pane, style)
        names = ("RA (J2000)", "Dec (J2000)") if pane.plane else pane.axes
        lowest, first = i + n_across >= len(panes), i % n_across == 0
        name_axes(axes, (names[0] if lowest else "", names[1] if first else ""), style)
        _finish(axes, pane, style)
    return figure


def _colour(figure: Any, axes: Any, pane: Pane, look: Look) -> None:
    """Colour the pixels, with a bar of the colours beside them."""
    shown = axes.imshow(
        np.ma.masked_invalid(np.asarray(pane.values, float)),
        origin="lower",
        interpolation="nearest",
        cmap=colours_of(pane.colours[0], look.page),
        norm=norm_of(pane.colours[1], pane.limits, np.asarray(pane.values, float)),
        aspect="equal",
    )
    place, inch = axes.get_position(), 1.0 / figure.get_figwidth()
    bar = figure.colorbar(
        shown,
        cax=figure.add_axes((place.x1 + 0.06 * inch, place.y0, 0.12 * inch, place.height)),
        ticks=_ticks(pane),
    )
    factor, unit = _power(pane)
    bar.ax.set_yticklabels([_short(tick / factor) for tick in _ticks(pane)])
    bar.set_label(unit, fontsize=look.note_pt)
    bar.ax.tick_params(labelsize=look.tick_pt - 1)
    bar.ax.minorticks_off()


def _ticks(pane: Pane) -> list[float]:
    """Give values at even steps of colour, so that none runs into another."""
    norm = norm_of(pane.colours[1], pane.limits, np.asarray(pane.values, float))
    return [float(norm.inverse(step)) for step in np.linspace(0.0, 1.0, 6)]


def _short(value: float) -> str:
    """Write a number of the colour bar."""
    return f"{value:.3g}" if abs(value) >= 100 else f"{value:.2g}"  # noqa: PLR2004


def _power(pane: Pane) -> tuple[float, str]:
    """Give what the numbers of the colour bar are divided by, and the unit that says so."""
    top = max(map(abs, pane.limits))
    if not top or PLAIN[0] <= top < PLAIN[1]:
        return 1.0, pane.unit
    power = int(np.floor(np.log10(top)))
    return 10.0**power, f"$10^{{{power}}}$ {pane.unit}"


def _draw_strokes(axes: Any, pane: Pane, look: Look) -> None:
    for one in pane.strokes:
        if one.fill:
            axes.fill(one.x, one.y, color=one.colour, alpha=0.25, lw=0)
        width = one.width * (look.model_pt + 0.1)
        axes.plot(
            one.x, one.y, color=one.colour, ls=one.dash, lw=width, path_effects=halo(one.colour)
        )
        if one.label:
            at = one.label_at or (float(one.x[0]), float(one.y[0]))
            _write(axes, at, one.label, one.colour, look)
    ink = ink_on(pane.colours[0])
    for x, y, label in pane.marks:
        axes.plot(
            [x], [y], marker="o", ms=MARK_PT, mfc="none", mec=ink, mew=look.line_pt, ls="",
            path_effects=halo(ink),
        )  # fmt: skip
        _write(axes, (x, y), f"  {label}", ink, look)


def _write(axes: Any, at: tuple[float, float], words: str, colour: str, look: Look) -> None:
    text = axes.text(
        *at, words, color=colour, fontsize=look.note_pt, clip_on=True, va="bottom",
        path_effects=halo(colour),
    )  # fmt: skip
    as_written(text)


def _finish(axes: Any, pane: Pane, look: Look) -> None:
    """Show the part that is seen, with names and what helps to read it."""
    n_y, n_x = pane.values.shape
    box = pane.box or (-0.5, n_x - 0.5, -0.5, n_y - 0.5)
    axes.set_xlim(*box[:2])
    axes.set_ylim(*box[2:])
    axes.set_title(pane.title, fontsize=look.label_pt)
    as_written(axes.title)
    ink = ink_on(pane.colours[0])
    if "grid" in pane.extras:
        draw_grid(axes, ink, look)
    if pane.plane and "compass" in pane.extras:
        draw_compass(axes, pane.plane, ink, look)
    if pane.plane and "scale" in pane.extras:
        draw_scale(axes, box, pane.plane.pixel_arcsec, ink, look)
