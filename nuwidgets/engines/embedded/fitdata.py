"""Spectra made ready for a fit: grouped, without what is ignored, beside their responses.

What is made is remembered as long as its spectrum and response live.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.engines.embedded.memory import remembered
from nuwidgets.engines.embedded.source_responses import seen
from nuwidgets.errors import InputError
from nuwidgets.science import ranges
from nuwidgets.science.binning import bin_spectrum

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.fit import SourceResponse
    from nuwidgets.domain.response import Response
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.source_responses import Stamp
    from nuwidgets.science.binning import Bins

ALIGN = 64
"""Model energies are cut to multiples of this, so that like spectra share them."""

_spectra: WeakKeyDictionary[Spectrum, dict[Any, FitData]] = WeakKeyDictionary()
_folds: WeakKeyDictionary[Response, dict[Any, tuple[Any, Floats]]] = WeakKeyDictionary()
_edges: WeakValueDictionary[bytes, Any] = WeakValueDictionary()
_lock = threading.Lock()


@dataclass(frozen=True, eq=False)
class SourceFold:
    """How photons of one source become counts in the bins of a spectrum."""

    source: int
    """Number of the source, from 1."""
    matrix: Any
    """csr_array, shape (n, n_energy), cm2: photons/cm2/s to counts/s."""
    edges_kev: Floats
    """Edges of the energies that reach these bins, keV, shape (n_energy + 1,)."""


@dataclass(frozen=True, eq=False)
class FitData:
    """One spectrum, ready to be compared with a model; rates are per AREASCAL, as in XSPEC."""

    name: str
    """Short name of the spectrum."""
    e_lo_kev: Floats
    """Lower edge of each bin, keV, shape (n,)."""
    e_hi_kev: Floats
    """Upper edge of each bin, keV, shape (n,)."""
    counts: Floats
    """Source-region counts, shape (n,)."""
    time_s: Floats
    """Live time times AREASCAL, s, shape (n,)."""
    background: Floats | None
    """Background counts, not scaled, shape (n,); None without background."""
    background_time_s: Floats
    """Live time of the background scaled to the source region, s, shape (n,)."""
    rate: Floats
    """Net rate, counts/s, shape (n,)."""
    variance: Floats
    """Variance of the net rate, (counts/s)^2, above 0, shape (n,)."""
    background_rate: Floats
    """Background scaled to the source, counts/s, shape (n,)."""
    areascal: Floats
    """AREASCAL, that rates are divided by, shape (n,)."""
    poisson: bool
    """Whether the errors of source and background are Poisson's."""
    matrix: Any
    """csr_array, shape (n, n_energy), cm2: photons/cm2/s to counts/s."""
    edges_kev: Floats
    """Edges of the energies that reach these bins, keV, shape (n_energy + 1,)."""
    approximate: str = ""
    """Why the spectrum or its response is approximate; empty when it is not."""
    folds: tuple[SourceFold, ...] = ()
    """All sources that this spectrum sees; `matrix` and `edges_kev` are those of the first."""
    poisson_source: bool = True
    """Whether the errors of the source alone are Poisson's."""
    background_variance: Floats | None = None
    """Variance of `background`, counts^2, shape (n,); None without background."""
    all_counts: Floats | None = None
    """Source counts of all bins, ignored ones too, shape (n_all,)."""
    all_background: Floats | None = None
    """Background counts of all bins, not scaled, shape (n_all,); None without background."""
    noticed: Mask | None = None
    """Which of all bins are these n, shape (n_all,)."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


def prepare_all(
    spectra: tuple[Spectrum, ...],
    ignore: tuple[str, ...],
    responses: tuple[SourceResponse, ...] = (),
    stamp: Stamp = (),
) -> tuple[FitData, ...]:
    """Give spectra ready for a fit; ranges may name them by their number, from 1.

    Parameters
    ----------
    spectra : tuple of Spectrum
    ignore : tuple of str
        Ranges in XSPEC's syntax.
    responses : tuple of SourceResponse
        Those of further sources.
    stamp : tuple
        Changes with the files of the responses: they are read again then.

    Raises
    ------
    InputError
        A spectrum without response, ranges that cannot be read, no bin left, or a response for a
        spectrum that does not exist.
    FileError
        A response of a further source cannot be read, or was not made for its spectrum.
    """
    for one in responses:
        if not 1 <= one.spectrum <= len(spectra):
            raise InputError(
                f"Cannot use {one.rmf_path!r} as response of spectrum {one.spectrum}: there are"
                f" {len(spectra)} spectra. Take it away, or give the number of a spectrum."
            )
    ready = []
    for number, spectrum in enumerate(spectra, start=1):
        asked = tuple(one for one in responses if one.spectrum == number)
        ready.append(prepare(spectrum, ignore, number, asked, stamp if asked else ()))
    if not sum(len(one.counts) for one in ready):
        raise InputError(
            f"Nothing is left to fit: ignoring {', '.join(map(repr, ignore)) or 'bad channels'}"
            " leaves no bin of any spectrum. Ignore less."
        )
    return tuple(ready)


def prepare(
    spectrum: Spectrum,
    ignore: tuple[str, ...],
    number: int,
    asked: tuple[SourceResponse, ...] = (),
    stamp: Stamp = (),
) -> FitData:
    """Give one spectrum ready for a fit; remembered as long as the spectrum lives.

    Raises
    ------
    InputError
        It has no response or does not go with it, or ranges cannot be read.
    FileError
        A response of a further source cannot be read, or was not made for such spectra.
    """

    def make() -> FitData:
        return _prepare(spectrum, ignore, number, seen(spectrum, asked, stamp))

    return remembered(_spectra, spectrum, (ignore, number, asked, stamp), make)


def _prepare(
    spectrum: Spectrum, ignore: tuple[str, ...], number: int, seen: dict[int, Response]
) -> FitData:
    """Give one spectrum ready for a fit."""
    response = next(iter(seen.values()))
    binned = bin_spectrum(spectrum)
    e_lo = binned.bins.smallest(response.e_min_kev)
    e_hi = binned.bins.largest(response.e_max_kev)
    left_out = [one for text in ignore for one in ranges.parse(text)]
    noticed = ranges.apply(left_out, number, e_lo, e_hi, binned.quality)
    folds = tuple(SourceFold(n, *_fold(one, binned.bins, noticed)) for n, one in seen.items())
    time = binned.time_s[noticed]
    background, background_time, background_rate = None, time, np.zeros(len(time))
    if binned.background is not None and binned.background_time_s is not None:
        background, background_time = (
            binned.background[noticed],
            binned.background_time_s[noticed],
        )
        background_rate = background / background_time
    return FitData(
        name=spectrum.name,
        e_lo_kev=e_lo[noticed],
        e_hi_kev=e_hi[noticed],
        counts=binned.counts[noticed],
        time_s=time,
        background=background,
        background_time_s=background_time,
        rate=binned.rate[noticed],
        variance=binned.variance[noticed],
        background_rate=background_rate,
        areascal=time / spectrum.exposure_s,
        poisson=is_poisson(spectrum)
        and (spectrum.background is None or is_poisson(spectrum.background)),
        matrix=folds[0].matrix,
        edges_kev=folds[0].edges_kev,
        approximate=spectrum.provenance.approximate or response.provenance.approximate,
        folds=folds,
        poisson_source=is_poisson(spectrum),
        background_variance=(
            None if binned.background_variance is None else binned.background_variance[noticed]
        ),
        all_counts=binned.counts,
        all_background=binned.background,
        noticed=noticed,
    )


def is_poisson(spectrum: Spectrum) -> bool:
    """Whether errors are the roots of the counts, whatever POISSERR says (CIAO writes F)."""
    if spectrum.poisson or spectrum.stat_error is None:
        return spectrum.poisson
    counted = np.all(spectrum.counts == np.rint(spectrum.counts))
    return bool(counted and np.allclose(spectrum.stat_error**2, spectrum.counts, atol=1e-3))


def _fold(response: Response, bins: Bins, noticed: Mask) -> tuple[Any, Floats]:
    """Give the response of the noticed bins and the edges of the energies that reach them."""
    key = bins.index.tobytes(), noticed.tobytes()

    def fold() -> tuple[Any, Floats]:
        chosen = bins.matrix() if noticed.all() else bins.matrix()[noticed]
        return _trimmed(chosen @ response.matrix, response.energy_edges_kev)

    return remembered(_folds, response, key, fold)


def _trimmed(matrix: Any, energy_edges_kev: Floats) -> tuple[Any, Floats]:
    """Give a matrix without the energies that no bin sees, and the edges of those left."""
    from scipy import sparse

    matrix = sparse.csr_array(matrix)
    matrix.eliminate_zeros()
    n_bin, n_energy = matrix.shape
    first, last = 0, 1
    if matrix.nnz:
        first = int(matrix.indices.min()) // ALIGN * ALIGN
        last = min((int(matrix.indices.max()) // ALIGN + 1) * ALIGN, n_energy)
    entries = matrix.data, matrix.indices - first, matrix.indptr
    edges = np.array(energy_edges_kev[first : last + 1], float)
    with _lock:
        edges = _edges.setdefault(edges.tobytes(), edges)
    return sparse.csr_array(entries, shape=(n_bin, last - first)), edges
