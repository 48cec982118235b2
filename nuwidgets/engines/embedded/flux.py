"""The flux of a model, or of one component, in a band; with errors where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.fit import Flux
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.drawn import intervals
from nuwidgets.engines.embedded.incident import choose, sights
from nuwidgets.errors import EngineFailedError
from nuwidgets.science.models.flux import energy_flux
from nuwidgets.science.models.pick import unabsorbed
from nuwidgets.science.models.resolved import values as values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.fit import FitRequest, FluxRequest
    from nuwidgets.domain.luminosity import LuminosityRequest
    from nuwidgets.domain.spectrum import Spectrum

    Measured = tuple[Callable[[Floats], Floats], tuple[str, ...], tuple[str, ...]]


def solve_flux(request: FluxRequest, above: tuple[Spectrum, ...], token: Any) -> Flux:
    """Give the photon and energy flux in a band for each spectrum's data group.

    Raises
    ------
    InputError
        A model, component or parameters that do not go with the spectra, a spectrum without
        response, or draws that cannot be made.
    EngineFailedError
        The model has no finite value in the band.
    CancelledError
        Stopped through the token.
    """
    token.check()
    measure, absorbers, said = flux_of(request, request.band, above)
    now = finite(measure(np.array(values_of(request.fit.parameters))), request.fit, request.band)
    ends: tuple[tuple[tuple[float, float], ...], ...] = ((), ())
    if request.draws:
        draws = request.draws, request.level, request.seed
        spread, doubts = intervals(request.fit, above, token, measure, draws)
        ends, said = (pairs_of(spread[:, :, 0]), pairs_of(spread[:, :, 1])), (*said, *doubts)
    return Flux(
        photons_per_cm2_s=tuple(now[:, 0].tolist()),
        erg_per_cm2_s=tuple(now[:, 1].tolist()),
        photons_intervals=ends[0],
        erg_intervals=ends[1],
        absorbers=absorbers,
        request=request,
        provenance=Provenance(warnings=said),
    )


def flux_of(
    request: FluxRequest | LuminosityRequest, band: Band, above: tuple[Spectrum, ...]
) -> Measured:
    """Give the fluxes in a band as a function of all parameters.

    Returns
    -------
    callable
        Gives photons/cm2/s and erg/cm2/s, shape (n_spectra, 2).
    tuple of str
        What was taken away to make it unabsorbed.
    tuple of str
        Sentences that a user should read.
    """
    choice = choose(request.fit, len(above), request.component)
    part = unabsorbed(choice.part) if request.unabsorbed else choice.part
    seen, said = sights(request.fit, above, choice, band)
    models = [(one.of(part), one.edges_kev) for one in seen]
    if request.unabsorbed and not part.absorbers:
        said = (*said, "Nothing in the model absorbs: the flux is as it stands.")

    def measure(values: Floats) -> Floats:
        return np.array(
            [energy_flux(photons(values), edges, *band_of(band)) for photons, edges in models]
        )

    return measure, part.absorbers, said


def band_of(band: Band) -> tuple[float, float]:
    """Give the limits of a band, keV."""
    return band.lo_kev, band.hi_kev


def finite(fluxes: Floats, fit: FitRequest, band: Band) -> Floats:
    """Give fluxes that are numbers.

    Raises
    ------
    EngineFailedError
        If one is not.
    """
    if not np.isfinite(fluxes).all():
        raise EngineFailedError(
            f"Cannot integrate {fit.expression!r} over {band}: the model has no finite value"
            " there. Bring the parameters nearer to their defaults."
        )
    return fluxes


def pairs_of(ends: Floats) -> tuple[tuple[float, float], ...]:
    """Give intervals as pairs from their ends, shape (2, n)."""
    return tuple((float(lo), float(hi)) for lo, hi in ends.T)
