"""The luminosity of a model: its flux in the redshifted band over the whole sphere."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.band import Band
from nuwidgets.domain.luminosity import Luminosity
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.drawn import intervals
from nuwidgets.engines.embedded.flux import finite, flux_of, pairs_of
from nuwidgets.errors import InputError
from nuwidgets.science.cosmology import (
    CM_PER_MPC,
    Cosmology,
    luminosity_distance_mpc,
    sphere_cm2,
)
from nuwidgets.science.models.resolved import values as values_of

if TYPE_CHECKING:
    from nuwidgets.domain.luminosity import LuminosityRequest
    from nuwidgets.domain.spectrum import Spectrum


def solve_luminosity(
    request: LuminosityRequest, above: tuple[Spectrum, ...], token: Any
) -> Luminosity:
    """Give the luminosity in a band of the source's frame, for each spectrum's data group.

    Raises
    ------
    InputError
        No distance, no universe, or what `solve_flux` refuses.
    EngineFailedError
        The model has no finite value in the band.
    CancelledError
        Stopped through the token.
    """
    token.check()
    distance_mpc, sphere = _sphere(request)
    stretch = 1.0 + request.redshift
    band = Band(request.band.lo_kev / stretch, request.band.hi_kev / stretch)
    measure, absorbers, said = flux_of(request, band, above)
    now = finite(measure(np.array(values_of(request.fit.parameters))), request.fit, band)
    ends: tuple[tuple[float, float], ...] = ()
    if request.draws:
        draws = request.draws, request.level, request.seed
        spread, doubts = intervals(request.fit, above, token, measure, draws)
        ends, said = pairs_of(spread[:, :, 1] * sphere), (*said, *doubts)
    return Luminosity(
        erg_per_s=tuple((now[:, 1] * sphere).tolist()),
        erg_intervals=ends,
        distance_mpc=distance_mpc,
        absorbers=absorbers,
        request=request,
        provenance=Provenance(warnings=said),
    )


def _sphere(request: LuminosityRequest) -> tuple[float, float]:
    """Give the luminosity distance, Mpc, and the sphere of that radius, cm2."""
    z, known_mpc = request.redshift, request.distance_mpc
    if not (0 <= known_mpc < math.inf and -1 < z < math.inf):
        raise InputError(
            f"Cannot give a luminosity at {known_mpc!r} Mpc and redshift {z!r}: a distance is above"
            " 0 (or 0 to take that of the redshift), a redshift above -1."
        )
    if known_mpc:
        return known_mpc, 4 * math.pi * (known_mpc * CM_PER_MPC) ** 2
    universe = Cosmology(request.h0_km_s_mpc, request.q0, request.lambda0)
    return luminosity_distance_mpc(z, universe), sphere_cm2(z, universe)
