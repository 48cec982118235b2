"""Groupings that come from elsewhere: another file's columns, grppha's commands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.files.binning_table import read_binning_table
from nuwidgets.files.pha import read_spectrum
from nuwidgets.science import grppha

if TYPE_CHECKING:
    from nuwidgets.domain.grouping import Grouping
    from nuwidgets.domain.spectrum import Spectrum


def grouped_by_file(spectrum: Spectrum, grouping: Grouping) -> Spectrum:
    """Give a spectrum grouped as another file is, or by grppha's commands.

    Raises
    ------
    InputError
        Commands that are none, or a file of other channels.
    FileError
        A file that cannot be read.
    """
    if grouping.kind == "template":
        return _as_template(spectrum, grouping.text)
    columns = grppha.GroupedColumns(
        spectrum.grouping.astype(np.int64), spectrum.quality.astype(np.int64), spectrum.sys_error
    )
    first = int(spectrum.channel[0]) if len(spectrum.channel) else 0
    made = grppha.apply(
        grppha.parse(grouping.text), spectrum.counts, columns, first, read_binning_table
    )
    return replace(
        spectrum,
        grouping=made.grouping.astype(np.int16),
        quality=made.quality.astype(spectrum.quality.dtype),
        sys_error=made.sys_error,
    )


def _as_template(spectrum: Spectrum, path: str) -> Spectrum:
    """Copy GROUPING; channels that the other file calls bad are its own affair."""
    template = read_spectrum(path)
    if not np.array_equal(template.channel, spectrum.channel):
        raise InputError(
            f"Cannot group like {path!r}: it has {len(template.channel)} channels, the spectrum"
            f" {len(spectrum.channel)}, or they are numbered differently. Give a spectrum of the"
            " same instrument."
        )
    return replace(spectrum, grouping=template.grouping)
