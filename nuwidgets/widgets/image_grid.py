"""Small images of many observations, all in the same colours and of the same field.

Counts travel once, as bytes; colours, limits and regions are drawn in the browser, so that a region
that a hand moves is a few numbers for all tiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nuwidgets.errors import InputError
from nuwidgets.widgets.grid_view import STATIC, GridView, joined_script
from nuwidgets.widgets.image_items import region_items
from nuwidgets.widgets.image_planes import KINDS, packed
from nuwidgets.widgets.image_view import COLORMAPS, STRETCHES

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

PARTS = ("image_wire", "image_colours", "image_shapes", "image_pulls", "grid_tiles", "image_grid")
GRID_STRETCHES = tuple(name for name in STRETCHES if name != "histogram")
"""Stretches that are the same for every image."""

__all__ = ["COLORMAPS", "GRID_STRETCHES", "ImageGridView"]


class ImageGridView(GridView):
    """Images in tiles, with regions over them.

    Attributes
    ----------
    images : bytes
        Pixels of all tiles one after the other, row 0 lowest; see `image_traits`.
    places : dict
        By id of a tile the number of its image, the size of its pixels and how far right and up
        the middle of the image lies from that of the tile, arcsec; and what its pixels are
        multiplied by. A tile that is not named has no image.
    field_arcsec : float
        Width and height of each tile, arcsec.
    regions : dict
        Regions by id of a tile, under ``""`` those of all others: as in `ImageView`, in arcsec
        right and up from the middle.
    stretch, colormap, range_lo, range_hi : str, str, float, float
        The colours, the same for all tiles.
    unit : str
        Of the values.

    Examples
    --------
    >>> view = ImageGridView(tiles=[{"id": "a"}, {"id": "b"}])
    >>> view.tell(**image_traits([[[0, 1], [2, 3]]]), places={"b": [0, 2.0, 0.0, 0.0, 1.0]})
    >>> view.shape, view.dtype, view
    ([1, 2, 2], 'uint8', ImageGridView(2 tiles))
    """

    _esm = joined_script(*PARTS)
    _css = "\n".join(
        (STATIC / f"{name}.css").read_text(encoding="utf-8")
        for name in ("grid_tiles", "image_grid")
    )

    images = traitlets.Bytes().tag(sync=True)
    shape = traitlets.List([0, 1, 1]).tag(sync=True)
    dtype = traitlets.Enum(tuple(KINDS), "uint8").tag(sync=True)
    places: traitlets.Dict[str, list[float]] = traitlets.Dict().tag(sync=True)
    field_arcsec = traitlets.Float(600.0).tag(sync=True)
    regions: traitlets.Dict[str, list[dict[str, Any]]] = traitlets.Dict().tag(sync=True)
    stretch = traitlets.Enum(GRID_STRETCHES, "log").tag(sync=True)
    colormap = traitlets.Enum(COLORMAPS, "inferno").tag(sync=True)
    range_lo = traitlets.Float(0.0).tag(sync=True)
    range_hi = traitlets.Float(1.0).tag(sync=True)
    unit = traitlets.Unicode("counts").tag(sync=True)

    @traitlets.validate("regions")
    def _check_regions(self, proposal: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        return {name: region_items(items) for name, items in proposal["value"].items()}


def image_traits(images: ArrayLike) -> dict[str, Any]:
    """Give the traits that hold images, to be told together.

    Parameters
    ----------
    images : array_like, shape (n, n_y, n_x)
        One after the other.

    Raises
    ------
    InputError
        If they are not planes of numbers.
    """
    cube = np.asarray(images)
    if cube.ndim != 3:  # noqa: PLR2004
        raise InputError(
            f"Cannot show images of shape {cube.shape!r}. Give an array of shape (n, n_y, n_x)."
        )
    pixels, kind = packed([cube.reshape(-1, cube.shape[-1])]) if cube.size else (b"", "uint8")
    return {"images": pixels, "shape": list(cube.shape), "dtype": kind}
