"""Spectra of many observations with their models, small and on the same axes.

Data and models travel as bytes, apart from each other: while a slider moves only the models go, and
the page draws those that have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from nuwidgets.errors import InputError
from nuwidgets.widgets.grid_view import STATIC, GridView, joined_script

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

PARTS = ("image_wire", "grid_tiles", "grid_axes", "spectrum_grid")

__all__ = ["SpectrumGridView", "spectrum_traits"]


class SpectrumGridView(GridView):
    """Plots in tiles: bins with their errors, and a stepped model.

    Attributes
    ----------
    points : bytes
        float32: lower edge, upper edge, value and error of each bin, tile after tile; see
        `spectrum_traits`.
    models : bytes
        float32: the model of each bin, NaN where there is none.
    pieces : dict
        By id of a tile the number of its first bin, and how many it has.
    x_range, y_range : list of float
        Limits of the axes of all tiles.
    y_ranges : dict
        Limits by id of a tile, where it has its own.
    log_x, log_y : bool
        Which axes are logarithmic.
    ratio : bool
        Whether the data over the model are drawn below.
    x_label, y_label : str
        With their units.

    Examples
    --------
    >>> view = SpectrumGridView(tiles=[{"id": "a"}])
    >>> bins = [[1, 2], [2, 4], [0.5, 0.2], [0.1, 0.1], [0.4, 0.3]]
    >>> view.tell(**spectrum_traits({"a": bins}))
    >>> view.pieces, len(view.points), view
    ({'a': [0, 2]}, 32, SpectrumGridView(1 tile))
    """

    _esm = joined_script(*PARTS)
    _css = "\n".join(
        (STATIC / f"{name}.css").read_text(encoding="utf-8")
        for name in ("grid_tiles", "spectrum_grid")
    )

    points = traitlets.Bytes().tag(sync=True)
    models = traitlets.Bytes().tag(sync=True)
    pieces: traitlets.Dict[str, list[int]] = traitlets.Dict().tag(sync=True)
    x_range = traitlets.List(traitlets.Float(), [0.3, 10.0]).tag(sync=True)
    y_range = traitlets.List(traitlets.Float(), [1e-3, 1.0]).tag(sync=True)
    y_ranges: traitlets.Dict[str, list[float]] = traitlets.Dict().tag(sync=True)
    log_x = traitlets.Bool(default_value=True).tag(sync=True)
    log_y = traitlets.Bool(default_value=True).tag(sync=True)
    ratio = traitlets.Bool(default_value=False).tag(sync=True)
    x_label = traitlets.Unicode("Energy [keV]").tag(sync=True)
    y_label = traitlets.Unicode("counts s⁻¹ keV⁻¹").tag(sync=True)


def spectrum_traits(spectra: Mapping[str, ArrayLike]) -> dict[str, Any]:
    """Give the traits that hold spectra, to be told together.

    Parameters
    ----------
    spectra : dict of array_like, shape (5, n) each
        Lower edge, upper edge, value, error and model of each bin, by id of the tile.

    Raises
    ------
    InputError
        If one is of another shape.
    """
    arrays = {name: np.asarray(one, dtype="<f4") for name, one in spectra.items()}
    pieces, first = {}, 0
    for name, one in arrays.items():
        if one.ndim != 2 or len(one) != 5:  # noqa: PLR2004
            raise InputError(
                f"Cannot show the spectrum {name!r} of shape {one.shape!r}. Give lower and upper"
                " edge, value, error and model of each bin: shape (5, n)."
            )
        pieces[name] = [first, one.shape[1]]
        first += one.shape[1]
    points = b"".join(np.ascontiguousarray(one[:4].T).tobytes() for one in arrays.values())
    models = b"".join(np.ascontiguousarray(one[4]).tobytes() for one in arrays.values())
    return {"points": points, "models": models, "pieces": pieces}
