"""A fit as a function: values of the free parameters in, statistic and slopes out.

Each spectrum belongs to a data group and sees one or several sources, each through a response of
its own; what they give is summed. Spectra on equal energies whose shapes are tied share one
evaluator, so a model is computed once for FPMA and FPMB that differ by a constant.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.engines.embedded import compare, evaluators, fitdata, sources
from nuwidgets.engines.embedded.compared import Compared
from nuwidgets.errors import EngineFailedError
from nuwidgets.science import arrow
from nuwidgets.science.minimize import Slopes
from nuwidgets.science.models.resolved import Resolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.fitdata import SourceFold
    from nuwidgets.science.arrow import Arrow
    from nuwidgets.science.models.evaluate import Evaluator

STEP = 1e-6
"""Step of numerical derivatives of the model, as a share of the value or of its `delta`."""


class Problem:
    """Models, their parameters and the data they are compared with.

    Parameters
    ----------
    request : FitRequest
        What is asked.
    above : tuple of Spectrum
        The spectra.
    token : object
        ``token.check()`` is called before each folding.

    Raises
    ------
    InputError
        No spectra, a statistic or model that is not known, parameters that are not the model's,
        a source that no spectrum sees, or nothing left after ignoring.
    """

    def __init__(self, request: FitRequest, above: tuple[Spectrum, ...], token: Any) -> None:
        self.request, self._token = request, token
        compare.check(request)
        composite = sources.composite_of(request, len(above))
        self._composite = composite
        self.data = fitdata.prepare_all(above, request.ignore, request.responses, request.stamp)
        self.kinds = tuple(compare.kind(request, one) for one in self.data)
        self._n_folded = 0
        parameters = request.parameters
        self._links = Resolved(parameters)
        self._root = np.array(self._links.root, int) - 1
        self._base = np.array([p.value for p in parameters])
        self.free = np.array([i for i, p in enumerate(parameters) if p.free], int)
        self.lo = np.array([parameters[i].hard_lo for i in self.free])
        self.hi = np.array([parameters[i].hard_hi for i in self.free])
        self._delta = np.array([abs(parameters[i].delta) for i in self.free])
        self.terms = sources.terms_of(request, composite, self.data, self._links.root)
        """What each spectrum sees of each source."""
        touched = sources.touched(request, self.terms, self._links, self.free)
        self.compared = tuple(
            Compared(self, number, {i: on[number] for i, on in enumerate(touched) if number in on})
            for number in range(len(self.data))
        )
        """Each spectrum as a function of the free parameters."""
        self._evaluators: dict[Any, Evaluator] = {}
        found = arrow.find([one.used.tolist() for one in self.compared], len(self.free))
        self.arrow: Arrow | None = found[0] if found else None
        """Blocks of free parameters that only few others hold together; None without."""
        self._parts = found[1] if found else ()

    @property
    def start(self) -> Floats:
        """Values of the free parameters as asked, shape (n_free,)."""
        return np.asarray(self._base[self.free])

    @property
    def n_evaluations(self) -> int:
        """How often the model was folded, all spectra together."""
        return -(-self._n_folded // sum(map(len, self.terms)))

    @property
    def n_bins(self) -> int:
        """Bins compared."""
        return sum(len(one.counts) for one in self.data)

    @property
    def dof(self) -> int:
        """Bins minus free parameters."""
        return self.n_bins - len(self.free)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Sentences about what is doubtful: the statistic for these data, components."""
        every = [c for one in self._composite.models for c in one.expression.components]
        far = {component.name: component.approximate for component in every}
        said = (f"{name}: {words}" for name, words in far.items() if words)
        return (*compare.doubts(self.kinds, self.data), *said)

    def full(self, x: Floats) -> Floats:
        """Give the values of all parameters, links resolved, shape (n_parameters,)."""
        values = self._base.copy()
        values[self.free] = x
        if self._links.formulas:
            return np.array(self._links.full(values.tolist()))
        return np.asarray(values[self._root])

    def rates(self, x: Floats) -> list[Floats]:
        """Give the folded model of each spectrum, counts/s."""
        values = self.full(x)
        return [one.rate(values) for one in self.compared]

    def statistics(self, rates: list[Floats]) -> list[Floats]:
        """Give what each bin of each spectrum adds to the statistic."""
        return [
            compare.contributions(how, data, rate)
            for how, data, rate in zip(self.kinds, self.data, rates, strict=True)
        ]

    def statistic(self, x: Floats) -> float:
        """Give the statistic, infinite where the model has no value."""
        total = sum(one.statistic(x) for one in self.compared)
        return total if np.isfinite(total) else float("inf")

    def slopes(self, x: Floats) -> Slopes:
        """Give the statistic and its derivatives."""
        return self._summed(range(len(self.data)), x, np.arange(len(x)))

    def _summed(self, numbers: Iterable[int], x: Floats, own: Any) -> Slopes:
        """Give the slopes of some spectra by some of the free parameters."""
        total, n = 0.0, len(own)
        gradient, curvature = np.zeros(n), np.zeros((n, n))
        place = np.zeros(len(x), int)
        place[own] = np.arange(n)
        for number in numbers:
            one = self.compared[number]
            part, used = one.slopes(x), place[one.used]
            total += part.statistic
            gradient[used] += part.gradient
            curvature[np.ix_(used, used)] += part.curvature
        return Slopes(total, gradient, curvature)

    def part_statistic(self, block: int, x: Floats) -> float:
        """Give what the spectra of one block add to the statistic."""
        return sum(self.compared[number].statistic(x) for number in self._parts[block])

    def part_slopes(self, block: int, x: Floats) -> Slopes:
        """Give the same with its derivatives by the shared values and those of the block."""
        own = self.arrow.own(block) if self.arrow else np.arange(len(x))
        return self._summed(self._parts[block], x, own)

    def moved(self, x: Floats, index: int) -> tuple[Floats, float]:
        """Give values with one moved a little, for a numerical derivative, and how far it is."""
        step = STEP * max(abs(x[index]), self._delta[index], 1e-30)
        moved = x.copy()
        moved[index] += step if x[index] + step <= self.hi[index] else -step
        return moved, float(moved[index] - x[index])

    def photons(self, term: sources.Term, values: Floats) -> Floats:
        """Give what a spectrum sees of a source before the response, the caller's own array."""
        self._token.check()
        self._n_folded += 1
        own = values[term.span]
        if self._links.formulas and not np.isfinite(own).all():
            return np.full(term.fold.matrix.shape[1], np.nan)
        return self._evaluators[term.key](own)

    def seen(self, spectrum: int) -> tuple[tuple[str, SourceFold, Evaluator, slice], ...]:
        """Give what a spectrum sees of each source, for use while evaluators are taken.

        Parameters
        ----------
        spectrum : int
            Its index, from 0.

        Returns
        -------
        tuple of (str, SourceFold, Evaluator, slice)
            Name of the model, its response, its evaluator, and where its parameters stand in
            `full()`.
        """
        return tuple(
            (term.model.name, term.fold, self._evaluators[term.key], term.span)
            for term in self.terms[spectrum]
        )

    def take_evaluators(self) -> None:
        """Take the evaluators of these models that nobody uses, or make new ones."""
        for term in (one for terms in self.terms for one in terms):
            if term.key not in self._evaluators:
                self._evaluators[term.key] = evaluators.take(
                    term.key, self.request, term.model.expression, term.fold.edges_kev
                )

    def give_evaluators(self) -> None:
        """Leave the evaluators, with what they remember, to the next request."""
        edges = {one.key: one.fold.edges_kev for terms in self.terms for one in terms}
        evaluators.give({key: (edges[key], one) for key, one in self._evaluators.items()})
        self._evaluators = {}


@contextmanager
def opened(request: FitRequest, above: tuple[Spectrum, ...], token: Any) -> Iterator[Problem]:
    """Give the problem of a request, with evaluators that are its own meanwhile."""
    problem = Problem(request, above, token)
    problem.take_evaluators()
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            yield problem
    finally:
        problem.give_evaluators()


def require_value(statistic: float, request: FitRequest) -> None:
    """Refuse a statistic that is not a number.

    Raises
    ------
    EngineFailedError
        If it is not finite.
    """
    if not np.isfinite(statistic):
        values = ", ".join(f"{p.name}={p.value:g}" for p in request.parameters)
        raise EngineFailedError(
            f"Cannot compare {request.expression!r} with the data: at {values} the model gives"
            " no finite number of photons. Bring the parameters nearer to their defaults."
        )
