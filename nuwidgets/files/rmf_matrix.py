"""Matrices as runs of channels for every energy: the layouts of RMF tables, read and made.

Channels are numbered from TLMIN of the F_CHAN column, 1 where it is absent, as XSPEC reads them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.files.table import columns_of, read_columns, read_ragged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats, Integers
    from nuwidgets.files.fits import FitsFile, Hdu

MATRIX_COLUMNS = {"ENERG_LO", "ENERG_HI", "N_GRP", "F_CHAN", "N_CHAN", "MATRIX"}
TINY = 1e-7
SAME_ENERGY = 1e-3


def find_matrix(file: FitsFile) -> Hdu | None:
    """Give the first table with a matrix, whatever its name, or None."""
    return next((h for h in file.tables if set(columns_of(h)) >= MATRIX_COLUMNS), None)


def find_ebounds(file: FitsFile) -> Hdu | None:
    """Give the first table with the energies of the channels, or None."""
    return next((h for h in file.tables if {"E_MIN", "E_MAX"} <= set(columns_of(h))), None)


def is_full(hdu: Hdu) -> bool:
    """Say whether a matrix table says that the effective area is inside (a .rsp file)."""
    if hdu.says("HDUCLAS3", "FULL"):
        return True
    return hdu.name == "SPECRESP MATRIX" and not hdu.says("HDUCLAS3", "REDIST", "DETECTOR")


def _ramps(starts: NDArray[Any], lengths: NDArray[Any]) -> NDArray[Any]:
    """Give starts[0], starts[0] + 1, ... for each length, end to end."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()), dtype=starts.dtype)


def _groups(hdu: Hdu) -> tuple[Integers, Integers, Integers]:
    """Give row, first channel and number of channels of every group that is not empty."""
    n_grp = np.asarray(read_columns(hdu, ["N_GRP"])["N_GRP"], np.int64).ravel()
    (first, n_first), (count, n_count) = read_ragged(hdu, "F_CHAN"), read_ragged(hdu, "N_CHAN")
    if np.any(np.minimum(n_first, n_count) < n_grp):
        raise ValueError("N_GRP announces more groups than F_CHAN and N_CHAN hold")
    n_grp = np.maximum(n_grp, 0)
    first = first[_ramps(np.cumsum(n_first) - n_first, n_grp)].astype(np.int64)
    count = count[_ramps(np.cumsum(n_count) - n_count, n_grp)].astype(np.int64)
    row = np.repeat(np.arange(len(n_grp)), n_grp)
    used = count > 0
    return row[used], first[used], count[used]


def _base(
    hdu: Hdu, first: Integers, count: Integers, n_channel: int
) -> tuple[int, tuple[str, ...]]:
    """Give the number of the first channel, and a warning where the file does not say it well."""
    said = hdu.header.number(f"TLMIN{columns_of(hdu)['F_CHAN'].number}")
    lowest = int(first.min(initial=2**62))
    highest = int((first + count).max(initial=0)) - 1
    guess = 1 if math.isnan(said) else int(said)
    for base in dict.fromkeys((guess, 0, 1)):
        if not len(first) or (lowest >= base and highest < base + n_channel):
            if base == guess and not math.isnan(said):
                return base, ()
            why = "does not say" if math.isnan(said) else f"says {said:g}, which cannot be, for"
            return base, (f"{hdu.label} {why} the first channel; {base} is taken.",)
    raise ValueError(f"channels {lowest} to {highest} do not fit into {n_channel}")


def matrix_of(hdu: Hdu, n_channel: int) -> tuple[Any, int, tuple[str, ...]]:
    """Give the matrix, shape (n_channel, n_row), its first channel, and warnings."""
    from scipy.sparse import csc_array

    row, first, count = _groups(hdu)
    base, said = _base(hdu, first, count, n_channel)
    values, lengths = read_ragged(hdu, "MATRIX")
    needed = np.bincount(row, count, len(lengths)).astype(np.int64)
    if np.any(needed > lengths):
        raise ValueError("N_CHAN announces more elements than MATRIX holds")
    if not np.array_equal(needed, lengths):
        values = values[_ramps(np.cumsum(lengths) - lengths, needed)]
    channel = _ramps((first - base).astype(np.int32), count.astype(np.int32))
    ends = np.concatenate([[0], np.cumsum(needed)])
    filled = np.nan_to_num(values.astype(float), copy=False, posinf=0.0, neginf=0.0)
    matrix = csc_array((filled, channel, ends), shape=(n_channel, len(lengths)))
    return matrix, base, said


def rising_edges(lo: Floats, hi: Floats) -> tuple[Floats, tuple[str, ...]]:
    """Give positive, strictly rising edges, shape (n + 1,), of bins in rising order, and warnings.

    A first bin that is reversed (EXOSAT) gets the width of the second; an edge that is not
    positive gets a thousandth of the next, as in XSPEC.
    """
    if not np.all(np.isfinite(lo)) or not np.all(np.isfinite(hi)) or not len(lo):
        raise ValueError("ENERG_LO and ENERG_HI are not all numbers")
    edges, said = np.append(lo, hi[-1]), []
    if len(lo) > 1 and lo[0] >= hi[0]:
        edges[0] = max(2 * hi[0] - hi[1], hi[0] / 1000.0)
        said.append("The first energy bin is reversed; it is drawn with the width of the second.")
    gaps = np.abs(hi[:-1] - lo[1:]) > SAME_ENERGY * np.abs(hi[:-1])
    if np.any(gaps):
        said.append(f"The energy bins do not touch in {np.count_nonzero(gaps)} places.")
    positive = edges[edges > 0]
    if not len(positive):
        raise ValueError("no energy is above 0")
    if np.any(edges <= 0):
        edges[edges <= 0] = positive[0] / 1000.0
        said.append("Energies of 0 are replaced by a thousandth of the next edge, as XSPEC does.")
    if np.any(np.diff(edges) <= 0):
        least = np.maximum.accumulate(edges)
        edges = least * (1 + TINY * np.arange(len(edges)))
    return edges, tuple(said)


def runs_of(columns: Any) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Give first channel, length, and number for each energy, of runs of neighbouring channels."""
    indices, ends = columns.indices, columns.indptr
    energy = np.repeat(np.arange(columns.shape[1]), np.diff(ends))
    new = np.ones(len(indices), bool)
    new[1:] = (np.diff(indices) != 1) | (np.diff(energy) != 0)
    starts = np.flatnonzero(new)
    lengths = np.diff(np.append(starts, len(indices)))
    return indices[starts], lengths, np.bincount(energy[starts], minlength=columns.shape[1])
