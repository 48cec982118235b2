"""A counts image of the sky with its regions, in right ascension and declination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import PixelShape, binned
from nuwidgets.domain.region import Region, to_pixel
from nuwidgets.errors import InputError
from nuwidgets.figures.image_frame import image_axes, name_axes
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.outline import outline
from nuwidgets.figures.style import as_written, new_figure

if TYPE_CHECKING:
    from nuwidgets.domain.image import Image
    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.shape_checks import Bounds
    from nuwidgets.figures.looks import Look

    Rim = tuple[PixelShape, str, str]

MARGIN = 0.04


def figure_image(
    image: Image,
    source: Region | Shape | None = None,
    background: Region | Shape | None = None,
    *,
    title: str = "",
    look: str = "screen",
) -> Any:
    """Give a figure of a counts image on a logarithmic scale, with regions and a colour bar.

    Parameters
    ----------
    image : Image
        The counts.
    source, background : Region or shape, optional
        What to draw on it: the source in solid green, the background in dashed white, in print
        both in black; shapes that exclude are dotted. Shapes in pixels count sky pixels, whatever
        the image's binning.
    title : str
        Text above the plot; empty for the image's band.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If the image has no counts, a sky region meets an image without sky coordinates, or there
        is no such look.
    """
    style = look_of(look)
    if not image.total > 0:
        raise InputError(
            f"Cannot draw the image: its {image.counts.size} pixels hold no counts."
            " Widen the energy band."
        )
    rims = [
        *_rims(image, Region.of(source), style.source, "-"),
        *_rims(image, Region.of(background), style.background, "--"),
    ]
    # Constrained layout does not settle around axes with right ascension: fixed places.
    figure = new_figure(*style.image_inch, arranged=False)
    axes = image_axes(figure, style.axes_place, image.plane, style)
    _draw_counts(figure, axes, image, style)
    for shape, colour, dash in rims:
        axes.plot(*outline(shape), color=colour, linestyle=dash, linewidth=style.model_pt + 0.1)
    names = ("RA (J2000)", "Dec (J2000)") if image.plane else ("x [pixel]", "y [pixel]")
    name_axes(axes, names, style)
    x_lo, x_hi, y_lo, y_hi = _view(image, [shape.bounds for shape, _, _ in rims])
    axes.set_xlim(x_lo, x_hi)
    axes.set_ylim(y_lo, y_hi)
    band = image.request.band if image.request else ""
    axes.set_title(title or str(band), fontsize=style.title_pt)
    as_written(axes.title)
    return figure


def _draw_counts(figure: Any, axes: Any, image: Image, look: Look) -> None:
    """Draw the counts on a logarithmic scale; empty pixels are the darkest, in print white."""
    import matplotlib as mpl
    from matplotlib.colors import LogNorm

    colours = mpl.colormaps[look.image_map].with_extremes(bad=look.page)
    shown = np.ma.masked_less_equal(np.asarray(image.counts, float), 0.0)
    scale = LogNorm(vmin=0.5 * float(shown.min()), vmax=max(float(shown.max()), 2.0))
    shows = {"origin": "lower", "cmap": colours, "norm": scale, "interpolation": "nearest"}
    bar_axes = figure.add_axes(look.bar_place)
    bar = figure.colorbar(axes.imshow(shown, **shows), cax=bar_axes, format="{x:g}")
    bar.set_label("counts per pixel", fontsize=look.label_pt)
    bar.ax.tick_params(labelsize=look.tick_pt)


def _rims(image: Image, region: Region, colour: str, dash: str) -> list[Rim]:
    """Give the shapes in the image's own pixels, with the colours and lines they have."""
    shapes = [
        binned(s, image.binning) if isinstance(s, PixelShape) else to_pixel(s, image.plane)
        for s in region.shapes
    ]
    return [(shape, colour, ":" if shape.exclude else dash) for shape in shapes]


def _view(image: Image, bounds: list[Bounds]) -> Bounds:
    """Give the part of the image that has counts or regions, with a margin."""
    rows, columns = np.nonzero(image.counts)
    boxes = np.array([(columns.min(), columns.max(), rows.min(), rows.max()), *bounds], float)
    x_lo, y_lo = boxes[:, 0].min(), boxes[:, 2].min()
    x_hi, y_hi = boxes[:, 1].max(), boxes[:, 3].max()
    margin = MARGIN * max(x_hi - x_lo, y_hi - y_lo, 10.0)
    return x_lo - margin, x_hi + margin, y_lo - margin, y_hi + margin
