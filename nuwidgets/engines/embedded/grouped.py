"""Join the channels of a spectrum into bins."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.engines.embedded.grouped_files import grouped_by_file
from nuwidgets.errors import InputError
from nuwidgets.science.grouping import Background, group_channels
from nuwidgets.science.task_grouping import OPTIMAL, Counted, group_as

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.grouping import Grouping
    from nuwidgets.domain.response import Response
    from nuwidgets.domain.spectrum import Spectrum

AS_FTGROUPPHA = ("snmin", "bmin", "netmin", "opt", "optmin")
"""Ways of grouping that follow the rules of ftgrouppha's own, and one like them."""
_WIDTHS: weakref.WeakKeyDictionary[Response, Floats] = weakref.WeakKeyDictionary()


def grouped(spectrum: Spectrum, grouping: Grouping) -> Spectrum:
    """Give a spectrum with GROUPING and QUALITY as asked; the file's own for the kind ``file``.

    Raises
    ------
    InputError
        If the way of grouping needs a response and there is none.
    """
    if grouping.text:
        return grouped_by_file(spectrum, grouping)
    other = spectrum.background
    background = Background(other.counts, spectrum.background_ratio) if other else None
    if grouping.kind in AS_FTGROUPPHA:
        widths = _widths(spectrum) if grouping.kind in OPTIMAL else None
        quality = spectrum.quality.astype(np.int64)
        counted = Counted(spectrum.counts, quality, background, widths)
        bins = group_as(grouping.kind, grouping.scale, counted)
        return replace(spectrum, grouping=bins.astype(np.int16))
    columns = group_channels(
        grouping,
        spectrum.counts,
        spectrum.quality,
        file_grouping=spectrum.grouping,
        width_channels=_widths(spectrum) if grouping.kind == "optsnmin" else None,
        background=background,
    )
    return replace(spectrum, grouping=columns.grouping, quality=columns.quality)


def _widths(spectrum: Spectrum) -> Floats:
    """Give the resolution of the response at each channel, in channels, shape (n_channel,)."""
    response = spectrum.response
    if response is None:
        raise InputError(
            "Cannot group optimally: this spectrum has no response, so its resolution is unknown."
            " Give its RMF, or group by 'min 20'."
        )
    kept = _WIDTHS.get(response)
    if kept is None:
        kept = _WIDTHS[response] = _measured(response)
    return kept


def _measured(response: Response) -> Floats:
    """Give the widths: those that the response knows of, else read off the matrix."""
    if response.width_channels is not None:
        return response.width_channels
    from nuwidgets.science.resolution import fwhm_channels

    middle_kev = (response.e_min_kev + response.e_max_kev) / 2
    return fwhm_channels(response.matrix, response.energy_edges_kev, middle_kev)
