"""A chain around a fit, by the affine-invariant walkers of emcee.

emcee: Foreman-Mackey et al. 2013 (2013PASP..125..306F). The logarithm of the probability is minus
half the statistic; all values within the hard limits are equally likely beforehand.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.chain import Chain
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded import compare
from nuwidgets.engines.embedded.drawn import peak
from nuwidgets.engines.embedded.problem import opened
from nuwidgets.errors import EngineMissingError, InputError, NuwidgetsError
from nuwidgets.science.walkers import autocorrelation_steps, doubts, n_walkers_of, starts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.chain import ChainRequest
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.problem import Problem

REST_S = 0.5
"""At least this long between two chains that are drawn while it runs."""
SPARE = 10.0
"""And so many times what the last one took."""
BLOCK = 1000
"""Steps for which memory is taken at once."""
BURN, SAMPLE = "burn-in", "sampling"


def solve_chain(request: ChainRequest, above: tuple[Spectrum, ...], token: Any) -> Chain:
    """Give samples of the free parameters.

    Raises
    ------
    EngineMissingError
        emcee is not installed.
    InputError
        Too few walkers or steps, nothing that is free, or what a fit refuses.
    EngineFailedError
        The model has no finite value at the start.
    CancelledError
        Stopped through the token.
    """
    emcee = _emcee()
    with opened(request.fit, above, token) as problem:
        top = peak(problem)
        n_walkers = _checked(request, len(top.x))
        rng = np.random.default_rng(request.seed)
        begin = starts(top.x, top.covariance, (problem.lo, problem.hi), n_walkers, rng)
        posterior = _Posterior(problem, token)
        sampler = emcee.EnsembleSampler(n_walkers, len(top.x), posterior)
        sampler.random_state = np.random.RandomState(request.seed).get_state()
        walk = _Walk(sampler, posterior, token)
        last = walk.go(begin, request.n_burn, BURN)
        sampler.reset()
        walk.go(last, request.n_steps, SAMPLE, lambda done: _chain(request, problem, sampler, done))
        made = _chain(request, problem, sampler, 1.0)
        said = (*top.warnings, *doubts(made.n_steps, made.autocorrelation, made.acceptance))
        return _chain(
            request,
            problem,
            sampler,
            1.0,
            Provenance(
                warnings=(*said, *problem.doubts),
                approximate=compare.approximate(problem.data),
            ),
        )


def _emcee() -> Any:
    try:
        import emcee
    except ImportError as error:
        raise EngineMissingError(
            'Chains are made by emcee, which is not installed. Run: pip install "nuwidgets[mcmc]"'
        ) from error
    return emcee


def _checked(request: ChainRequest, n_free: int) -> int:
    """Give the number of walkers."""
    n_walkers = n_walkers_of(request.n_walkers, n_free)
    if n_walkers < 2 * n_free:
        raise InputError(
            f"Cannot walk over {n_free} parameters with {n_walkers} walkers: at least"
            f" {2 * n_free} are needed. Set n_walkers to 0, which takes"
            f" {n_walkers_of(0, n_free)}."
        )
    if request.n_steps < 1 or request.n_burn < 0:
        raise InputError(
            f"Cannot make a chain of {request.n_steps!r} steps after {request.n_burn!r}: give at"
            " least 1 step, and 0 or more to be thrown away before."
        )
    return n_walkers


class _Posterior:
    """The logarithm of the probability; what goes wrong in it is kept, as emcee prints it."""

    def __init__(self, problem: Problem, token: Any) -> None:
        self._problem, self._token = problem, token
        self.error: NuwidgetsError | None = None

    def __call__(self, x: Floats) -> float:
        problem = self._problem
        if self.error or (x < problem.lo).any() or (x > problem.hi).any():
            return -np.inf
        try:
            self._token.check()
            value = -0.5 * problem.statistic(x)
        except NuwidgetsError as error:
            self.error = error
            return -np.inf
        return value if np.isfinite(value) else -np.inf


class _Walk:
    """Steps of the walkers, reported and stopped."""

    def __init__(self, sampler: Any, posterior: _Posterior, token: Any) -> None:
        self._sampler, self._posterior, self._token = sampler, posterior, token

    def go(
        self, begin: Any, n_steps: int, stage: str, show: Callable[[float], Chain] | None = None
    ) -> Any:
        """Take steps from `begin`; give where the walkers end."""
        next_s, state = time.monotonic() + REST_S, begin
        for number, state in enumerate(self._steps(begin, n_steps), start=1):  # noqa: B007
            if self._posterior.error:
                raise self._posterior.error
            self._token.check()
            said: dict[str, Any] = {}
            now_s = time.monotonic()
            if show is not None and now_s > next_s:
                said["partial"] = show(number / n_steps)
                next_s = time.monotonic() + max(REST_S, SPARE * (time.monotonic() - now_s))
            self._token.report(number / n_steps, stage, f"step {number} of {n_steps}", **said)
        return state

    def _steps(self, begin: Any, n_steps: int) -> Iterator[Any]:
        """Give the walkers after each step; memory is taken block by block."""
        how, last = {"skip_initial_state_check": True}, begin
        for done in range(0, n_steps, BLOCK):
            block = min(BLOCK, n_steps - done)
            for state in self._sampler.sample(last, iterations=block, **how):
                yield state
                last = state


def _chain(
    request: ChainRequest,
    problem: Problem,
    sampler: Any,
    done: float,
    provenance: Provenance | None = None,
) -> Chain:
    """Give what there is of the chain."""
    walks = np.array(sampler.get_chain())
    free = [problem.request.parameters[i] for i in problem.free]
    return Chain(
        numbers=tuple(p.number for p in free),
        labels=tuple(p.label for p in free),
        units=tuple(p.unit for p in free),
        samples=walks.reshape(-1, len(free)),
        statistic=-2.0 * np.array(sampler.get_log_prob()).ravel(),
        n_walkers=walks.shape[1],
        acceptance=float(np.mean(sampler.acceptance_fraction)),
        autocorrelation=autocorrelation_steps(walks),
        done=done,
        request=request,
        provenance=provenance or Provenance(),
    )
