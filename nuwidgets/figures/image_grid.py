"""Small images of many observations on a page, in the same colours, with their regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.figures.image_frame import halo
from nuwidgets.figures.image_scale import colours_of, norm_of
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import as_written, new_figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nuwidgets.domain.thumbnails import Thumbnails
    from nuwidgets.figures.looks import Look

    Lines = Mapping[str, Iterable[tuple[Any, Any, str, str]]]

CELL_INCH = 1.45
MOST_ACROSS = 5
TITLE_INCH, FOOT_INCH = 0.26, 0.55
PER_KS = 1000.0


def figure_image_grid(
    product: Thumbnails,
    tiles: Sequence[dict[str, Any]] = (),
    *,
    lines: Lines | None = None,
    colours: tuple[str, str] = ("inferno", "log"),
    limits: tuple[float, float] | None = None,
    per_ks: bool = False,
    look: str = "screen",
) -> Any:
    """Give a figure of small images, row by row, with one colour bar for all.

    Parameters
    ----------
    product : Thumbnails
        The images.
    tiles : sequence of dict
        ``id``, ``title`` and ``note`` of each image, in the order in which they are drawn; all,
        under their names, unless given.
    lines : dict, optional
        By name what is drawn over the image, under ``""`` over all others: x and y in arcsec right
        and up from the middle, colour, and line as matplotlib writes it.
    colours : (str, str)
        Colour map and stretch.
    limits : (float, float), optional
        Values at the two ends of the colours; 0 and the highest of all images unless given.
    per_ks : bool
        Whether counts are divided by the exposure.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there is no image, or no such look, stretch or colour map.
    """
    style = look_of(look)
    known = {name: k for k, name in enumerate(product.names)}
    shown = tiles or [{"id": name, "title": name, "note": ""} for name in product.names]
    shown = [one for one in shown if one["id"] in known]
    if not shown:
        raise InputError("Cannot draw the images: there is none. Run s.thumbnails.run() first.")
    images = {name: _values(product, k, per_ks=per_ks) for name, k in known.items()}
    top = max(float(one.max(initial=0.0)) for one in images.values())
    norm = norm_of(colours[1], limits or (0.0, top or 1.0), np.concatenate([*images.values()]))
    across = min(MOST_ACROSS, len(shown))
    down = -(-len(shown) // across)
    size = across * CELL_INCH, down * (CELL_INCH + TITLE_INCH) + FOOT_INCH
    figure = new_figure(*size, arranged=False)
    picture = None
    for n, tile in enumerate(shown):
        row, column = divmod(n, across)
        left, top_inch = column * CELL_INCH, size[1] - row * (CELL_INCH + TITLE_INCH) - TITLE_INCH
        inch = (left + 0.04, top_inch - CELL_INCH + 0.04, CELL_INCH - 0.08, CELL_INCH - 0.08)
        axes = figure.add_axes(_fractions(inch, size))
        k = known[tile["id"]]
        how = {"cmap": colours_of(colours[0], style.page), "norm": norm}
        picture = _draw(axes, product, k, images[tile["id"]], how)
        over = (lines or {}).get(tile["id"], (lines or {}).get("", ()))
        for x, y, colour, dash in over:
            axes.plot(x, y, color=colour, linestyle=dash, lw=0.8, path_effects=halo(colour))
        _name(axes, tile, style)
    _bar(
        figure, picture, size, style, "counts ks$^{-1}$ per pixel" if per_ks else "counts per pixel"
    )
    return figure


def _values(product: Thumbnails, k: int, *, per_ks: bool) -> Any:
    exposure = float(product.exposure_s[k])
    factor = (PER_KS / exposure if exposure > 0 else 0.0) if per_ks else 1.0
    return product.counts[k].astype(float) * factor


def _fractions(inch: tuple[float, float, float, float], size: tuple[float, float]) -> Any:
    left, bottom, width, height = inch
    return left / size[0], bottom / size[1], width / size[0], height / size[1]


def _draw(axes: Any, product: Thumbnails, k: int, values: Any, how: dict[str, Any]) -> Any:
    """Draw one image on axes that count arcsec from the middle of the field."""
    reach = product.side * float(product.pixel_arcsec[k]) / 2
    right, up = product.offset_arcsec(k)
    ends = right - reach, right + reach, up - reach, up + reach
    shown = axes.imshow(values, origin="lower", interpolation="nearest", extent=ends, **how)
    half = 30.0 * product.field_arcmin
    axes.set_xlim(-half, half)
    axes.set_ylim(-half, half)
    axes.set_xticks([])
    axes.set_yticks([])
    return shown


def _name(axes: Any, tile: dict[str, Any], look: Look) -> None:
    size = min(look.tick_pt, 8.0)
    axes.set_title(tile["title"], fontsize=size, loc="left", pad=3)
    note = axes.set_title(tile["note"], fontsize=size - 1, loc="right", pad=3)
    as_written(axes.title, note)


def _bar(figure: Any, picture: Any, size: tuple[float, float], look: Look, words: str) -> None:
    """Draw the colours below all images."""
    width = min(3.0, size[0] - 0.4)
    place = _fractions(((size[0] - width) / 2, 0.36, width, 0.09), size)
    bar = figure.colorbar(picture, cax=figure.add_axes(place), orientation="horizontal")
    ticks = [float(picture.norm.inverse(step)) for step in np.linspace(0.0, 1.0, 5)]
    bar.set_ticks(ticks, labels=[f"{tick:.2g}" for tick in ticks])
    bar.ax.minorticks_off()
    bar.ax.tick_params(labelsize=min(look.tick_pt, 8.0) - 1)
    bar.set_label(words, fontsize=min(look.tick_pt, 8.0))
