"""Errors of what is computed from a fit: the same computed for parameters drawn from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nuwidgets.engines.embedded.problem import opened, require_value
from nuwidgets.errors import InputError
from nuwidgets.science.draws import central, gaussian_draws
from nuwidgets.science.minimize import Minimum, covariance

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.problem import Problem

NEAR = 0.1
"""Rise of the statistic over its minimum, as foretold, from which this is not the best fit."""
FEWEST = 20
"""Draws below which an interval means little."""
LOST = 0.05
"""Part of the draws without an answer that is worth a sentence."""


class Peak(NamedTuple):
    """The likelihood as a Gaussian around the parameters of a request."""

    x: Floats
    """Values of the free parameters, shape (n_free,)."""
    covariance: Floats
    """Their covariance; NaN for those at a limit, shape (n_free, n_free)."""
    held: tuple[int, ...]
    """Numbers of the parameters that rest at a limit."""
    warnings: tuple[str, ...]
    """Sentences about what makes it doubtful."""


def peak(problem: Problem) -> Peak:
    """Give the Gaussian around the parameters as they are, from the statistic's curvature.

    Raises
    ------
    InputError
        No parameter is free.
    EngineFailedError
        The model has no finite value there.
    """
    if not len(problem.free):
        raise InputError(
            "There is nothing to draw: every parameter is frozen or linked. Thaw at least one."
        )
    x = np.clip(problem.start, problem.lo, problem.hi)
    require_value(problem.statistic(x), problem.request)
    slopes = problem.slopes(x)
    held: Mask = ((x <= problem.lo) & (slopes.gradient >= 0)) | (
        (x >= problem.hi) & (slopes.gradient <= 0)
    )
    matrix, distinct = covariance(Minimum(x, slopes.statistic, slopes, held, converged=True))
    known = np.nan_to_num(matrix)
    depth = 0.25 * float(slopes.gradient @ known @ slopes.gradient)
    said = []
    if depth > NEAR:
        said.append(
            "The parameters are not those of the best fit (it is lower by about"
            f" {depth:.3g}), and the errors mean little: run fit first."
        )
    if not distinct:
        said.append(
            "The data cannot tell the free parameters apart, so the errors mean little: freeze or"
            " link some."
        )
    return Peak(x, matrix, tuple((problem.free[held] + 1).tolist()), tuple(said))


def intervals(
    request: FitRequest,
    above: tuple[Spectrum, ...],
    token: Any,
    measure: Callable[[Floats], Floats],
    draws: tuple[int, float, int],
) -> tuple[Floats, tuple[str, ...]]:
    """Give the central intervals of what `measure` gives for parameters drawn from the fit.

    Parameters
    ----------
    request : FitRequest
        The fit; its parameters are taken as the best ones.
    above : tuple of Spectrum
        Its spectra.
    token : object
        Stops it, and is told how far it is.
    measure : callable
        Gives an array for the values of all parameters, links resolved.
    draws : (int, float, int)
        How many draws, per cent of them inside, and the seed.

    Returns
    -------
    ndarray, shape (2, ...)
        Lower and upper ends of what `measure` gives.
    tuple of str
        Sentences about what makes them doubtful.

    Raises
    ------
    InputError
        Too few draws, a level that is none, or nothing to draw.
    """
    n_draws, level, seed = draws
    if n_draws < FEWEST or not 0 < level < 100:  # noqa: PLR2004  per cent
        raise InputError(
            f"Cannot find errors from {n_draws!r} draws at the level {level!r}: give at least"
            f" {FEWEST} draws, and a level between 0 and 100 %, e.g. 1000 and 90."
        )
    with opened(request, above, token) as problem:
        top = peak(problem)
        rng = np.random.default_rng(seed)
        drawn = gaussian_draws(top.x, top.covariance, (problem.lo, problem.hi), n_draws, rng)
        found = []
        for number, x in enumerate(drawn):
            token.check()
            token.report(number / n_draws, "errors", f"draw {number + 1} of {n_draws}")
            found.append(measure(problem.full(x)))
    values = np.array(found)
    values[~np.isfinite(values)] = np.nan
    lost = float(np.mean(np.isnan(values).reshape(n_draws, -1).any(axis=1)))
    if lost == 1.0:
        raise InputError("No draw gave a finite value. Bring the parameters nearer to the fit.")
    said = list(top.warnings)
    if top.held:
        numbers = ", ".join(map(str, top.held))
        said.append(f"Parameters at a limit do not move in the draws: {numbers}.")
    if lost > LOST:
        said.append(f"{100 * lost:.0f} % of the draws gave no finite value.")
    return central(values, level), tuple(said)
