"""One observation of a series: its fit, intervals, flux and folded model, or why there is none."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.fit import ErrorsRequest, FluxRequest
from nuwidgets.domain.series import SeriesPoint
from nuwidgets.errors import CancelledError, NuwidgetsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.fit import FitResult
    from nuwidgets.domain.series import PointRequest
    from nuwidgets.domain.spectrum import Spectrum

    Ask = Callable[[Any, tuple[Any, ...], Any], Any]

STEP = 0.02
"""Steps of the flux's derivatives, in one-sigma errors of the parameters."""
MOST_VARIANCE = 1e4
"""Of the logarithm of a flux: beyond, the data say nothing of it."""


def measured(request: PointRequest, spectrum: Any, token: Any, ask: Ask) -> SeriesPoint:
    """Fit one observation; what goes wrong is told in the point.

    Parameters
    ----------
    request : PointRequest
        What is asked.
    spectrum : Spectrum or Exception
        Its spectrum, or why there is none.
    token : Token
        Stops it.
    ask : callable
        ``ask(request, above, token)`` gives the product of fits and of what rests on them.

    Raises
    ------
    CancelledError
        Stopped through the token.
    """
    if isinstance(spectrum, Exception):
        return SeriesPoint(request.name, request.fit, why=str(spectrum))
    point = SeriesPoint(
        request.name,
        request.fit,
        spectrum.pointing,
        spectrum.gti,
        spectrum.exposure_s,
        why=_hindrance(spectrum),
    )
    try:
        return point if point.why else _fitted(point, request, (spectrum,), token, ask)
    except CancelledError:
        raise
    except NuwidgetsError as error:
        return replace(point, why=str(error))


def _hindrance(spectrum: Spectrum) -> str:
    """Say why there is nothing to fit; empty if there is."""
    if not spectrum.total > 0:
        return "Nothing was fitted: there are no counts in the source region."
    if spectrum.response is None:
        return (
            "Nothing was fitted: the spectrum has no response. Set rmf_path and arf_path of its"
            " dataset."
        )
    return ""


def _fitted(
    point: SeriesPoint,
    request: PointRequest,
    above: tuple[Spectrum, ...],
    token: Any,
    ask: Ask,
) -> SeriesPoint:
    """Give the point with its fit, and with what of the rest can be had."""
    fit: FitResult = ask(request.fit, above, token)
    doubts: list[str] = []

    def tried(part: Any, what: str) -> Any:
        try:
            return ask(part, above, token)
        except CancelledError:
            raise
        except NuwidgetsError as error:
            doubts.append(f"No {what}: {error}")
            return None

    best = replace(request.fit, parameters=fit.parameters)
    intervals: tuple[Any, ...] = ()
    if request.delta and (errors := tried(ErrorsRequest(best, request.delta), "intervals")):
        intervals = errors.intervals
        fit = errors.better_fit or fit
        best = replace(request.fit, parameters=fit.parameters)
    curve = tried(CurveRequest(best), "curve")

    def flux_at(parameters: tuple[Any, ...]) -> float:
        asked = FluxRequest(replace(best, parameters=parameters), request.band)
        flux = tried(replace(asked, unabsorbed=request.unabsorbed), "flux")
        return float(flux.erg_per_cm2_s[0]) if flux else math.nan

    value = flux_at(best.parameters)
    ends = point.flux_interval
    if request.delta and value > 0:
        ends = flux_ends(fit, value, request.delta, flux_at)
    return replace(
        point,
        fit=fit,
        intervals=intervals,
        flux_erg_per_cm2_s=value,
        flux_interval=ends,
        folded=replace(curve.spectra[0], models=(), parts=()) if curve else None,
        why=" ".join(dict.fromkeys(doubts)),
    )


def flux_ends(
    fit: FitResult, flux: float, delta: float, flux_at: Callable[[tuple[Any, ...]], float]
) -> tuple[float, float]:
    """Give the interval of a flux from the fit's covariance; NaN where that says nothing.

    Parameters
    ----------
    fit : FitResult
        The best fit.
    flux : float
        Its flux, erg/cm2/s.
    delta : float
        Rise of the statistic that the interval stands for.
    flux_at : callable
        Gives the flux, erg/cm2/s, for other parameters.

    Notes
    -----
    Errors are propagated to the logarithm of the flux, ``sigma^2 = g C g`` with its slopes g and
    the covariance C of the parameters. That holds where the logarithm is nearly linear over the
    errors: a norm and an index that go together do not widen it, as draws from C would.
    Parameters at a limit do not move.
    """
    slopes = []
    for index, (p, sigma) in enumerate(zip(fit.parameters, fit.sigma, strict=True)):
        if not p.free:
            continue
        step = STEP * sigma if p.value + STEP * sigma <= p.hard_hi else -STEP * sigma
        if not abs(step) > 0:  # it rests at a limit
            slopes.append(0.0)
            continue
        moved = replace(p, value=p.value + step)
        there = flux_at((*fit.parameters[:index], moved, *fit.parameters[index + 1 :]))
        slopes.append(math.log(there / flux) / step if there > 0 else math.nan)
    gradient = np.array(slopes)
    variance = float(gradient @ np.nan_to_num(fit.covariance) @ gradient) if slopes else math.nan
    width = math.sqrt(delta * variance) if 0 < variance < MOST_VARIANCE else math.nan
    return flux * math.exp(-width), flux * math.exp(width)
