"""A counts image of the sky with its regions, in right ascension and declination."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.pixel_shapes import PixelShape, binned
from nuwidgets.domain.region import Region, to_pixel
from nuwidgets.errors import InputError
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.outline import outline
from nuwidgets.figures.style import as_written, new_figure

if TYPE_CHECKING:
    from nuwidgets.domain.image import Image
    from nuwidgets.domain.pixel_shapes import Bounds
    from nuwidgets.domain.region import Shape
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.figures.looks import Look

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
    regions = [
        (Region.of(source), style.source, "-"),
        (Region.of(background), style.background, "--"),
    ]
    placed = [(_place(image, region), colour, line) for region, colour, line in regions]
    # Constrained layout does not settle around axes with right ascension: fixed places.
    figure = new_figure(*style.image_inch, arranged=False)
    kind: dict[str, Any] = {"projection": _wcs(image.plane)} if image.plane else {}
    axes = figure.add_axes(style.axes_place, **kind)
    _draw_counts(figure, axes, image, style)
    for shapes, colour, line in placed:
        for shape in shapes:
            dash = ":" if shape.exclude else line
            width = style.model_pt + 0.1
            axes.plot(*outline(shape), color=colour, linestyle=dash, linewidth=width)
    _label(axes, image, style)
    x_lo, x_hi, y_lo, y_hi = _view(image, [s.bounds for shapes, _, _ in placed for s in shapes])
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


def _label(axes: Any, image: Image, look: Look) -> None:
    """Name the axes; right ascension and declination where the image knows them."""
    axes.set_facecolor(look.page)
    axes.tick_params(labelsize=look.tick_pt)
    if image.plane is None:
        axes.set_xlabel("x [pixel]", fontsize=look.label_pt)
        axes.set_ylabel("y [pixel]", fontsize=look.label_pt)
        return
    for axis, name in zip(axes.coords, ("RA (J2000)", "Dec (J2000)"), strict=True):
        axis.set_axislabel(name, fontsize=look.label_pt)
        axis.set_ticks(color=look.ink)
        axis.tick_params(direction="in", length=look.tick_length_pt)
        axis.display_minor_ticks(display_minor_ticks=True)
    axes.coords[0].set_major_formatter("hh:mm:ss")
    axes.coords[1].set_major_formatter("dd:mm")


def _wcs(plane: TangentPlane) -> Any:
    """Give the plane as astropy knows it; FITS counts pixels from 1."""
    from astropy.wcs import WCS

    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [plane.ra_ref_deg, plane.dec_ref_deg]
    wcs.wcs.crpix = [plane.x_ref + 1.0, plane.y_ref + 1.0]
    wcs.wcs.cdelt = [plane.x_step_deg, plane.y_step_deg]
    wcs.wcs.radesys, wcs.wcs.equinox = "FK5", 2000.0
    return wcs


def _place(image: Image, region: Region) -> list[PixelShape]:
    """Give the shapes in the image's own pixels."""
    return [
        binned(s, image.binning) if isinstance(s, PixelShape) else to_pixel(s, image.plane)
        for s in region.shapes
    ]


def _view(image: Image, bounds: list[Bounds]) -> Bounds:
    """Give the part of the image that has counts or regions, with a margin."""
    rows, columns = np.nonzero(image.counts)
    boxes = np.array([(columns.min(), columns.max(), rows.min(), rows.max()), *bounds], float)
    x_lo, y_lo = boxes[:, 0].min(), boxes[:, 2].min()
    x_hi, y_hi = boxes[:, 1].max(), boxes[:, 3].max()
    margin = MARGIN * max(x_hi - x_lo, y_hi - y_lo, 10.0)
    return x_lo - margin, x_hi + margin, y_lo - margin, y_hi + margin
