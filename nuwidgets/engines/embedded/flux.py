"""The flux of a model in a band, from photons in the energy bins of the response.

Where the response's energies do not cover the band, the rest is filled with 100 logarithmic
bins, as XSPEC does after ``energies extend``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.fit import Flux
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.fitdata import response_of
from nuwidgets.engines.embedded.problem import expression_of
from nuwidgets.errors import EngineFailedError
from nuwidgets.science.models.evaluate import Evaluator
from nuwidgets.science.models.flux import energy_flux
from nuwidgets.science.models.parameters import values as values_of

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.fit import FluxRequest
    from nuwidgets.domain.spectrum import Spectrum

EXTRA_BINS = 100
"""Logarithmic bins added on each side where the response ends."""


def solve_flux(request: FluxRequest, above: tuple[Spectrum, ...], token: Any) -> Flux:
    """Give the photon and energy flux in a band for each spectrum's data group.

    Raises
    ------
    InputError
        A model or parameters that do not go with the spectra, or a spectrum without response.
    EngineFailedError
        The model has no finite value in the band.
    """
    fit, band = request.fit, request.band
    expression = expression_of(fit, len(above))
    values = np.array(values_of(fit.parameters))
    groups = values.reshape(len(above), -1)
    photons, ergs, warnings = [], [], []
    for spectrum, group in zip(above, groups, strict=True):
        token.check()
        edges, extended = covering(response_of(spectrum).energy_edges_kev, band)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            model = Evaluator(expression, edges, fit.abundance, fit.cross_section)(group)
        pair = energy_flux(model, edges, band.lo_kev, band.hi_kev)
        if not np.isfinite(pair).all():
            raise EngineFailedError(
                f"Cannot integrate {fit.expression!r} over {band}: the model has no finite value"
                " there. Bring the parameters nearer to their defaults."
            )
        photons.append(pair.photons)
        ergs.append(pair.erg)
        if extended:
            warnings.append(
                f"{spectrum.name or 'The response'}: {band} reaches beyond the energies of the"
                f" response; the rest was filled with {EXTRA_BINS} logarithmic bins."
            )
    return Flux(
        photons_per_cm2_s=tuple(photons),
        erg_per_cm2_s=tuple(ergs),
        request=request,
        provenance=Provenance(warnings=tuple(dict.fromkeys(warnings))),
    )


def covering(edges_kev: Floats, band: Band) -> tuple[Floats, bool]:
    """Give edges that cover a band, and whether any had to be added.

    Parameters
    ----------
    edges_kev : ndarray, shape (n + 1,), keV
        Edges of the response's energy bins.
    band : Band
        The band.
    """
    falls = np.flatnonzero(np.diff(edges_kev) <= 0)  # the first row of some files is reversed
    rising = edges_kev[falls[-1] + 1 if len(falls) else 0 :]
    low, high = float(rising[0]), float(rising[-1])
    parts = [rising]
    start = max(band.lo_kev, low * 1e-3)
    if start < low:
        parts.insert(0, np.geomspace(start, low, EXTRA_BINS + 1)[:-1])
    if band.hi_kev > high:
        parts.append(np.geomspace(high, band.hi_kev, EXTRA_BINS + 1)[1:])
    return np.concatenate(parts), len(parts) > 1
