"""A fit as a function: values of the free parameters in, statistic and slopes out.

Each spectrum is a data group. Groups on equal energies whose shapes are tied share one
evaluator, so a model is computed once for FPMA and FPMB that differ by a constant.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.fit import CHI, CSTAT
from nuwidgets.engines.embedded import compare, fitdata
from nuwidgets.errors import EngineFailedError, InputError, nearest
from nuwidgets.science.minimize import Slopes
from nuwidgets.science.models.evaluate import Evaluator
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.parameters import roots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.spectrum import Spectrum

STEP = 1e-6
"""Step of numerical derivatives of the model, as a share of the value or of its `delta`."""
KEPT = 32
"""How many evaluators are kept for the next request."""

_kept: OrderedDict[Any, tuple[Floats, Evaluator]] = OrderedDict()
_lock = threading.Lock()


class Problem:
    """A model, its parameters and the data it is compared with.

    Parameters
    ----------
    request : FitRequest
        What is asked.
    above : tuple of Spectrum
        The spectra, each a data group.
    token : object
        ``token.check()`` is called before each folding.

    Raises
    ------
    InputError
        No spectra, a statistic or model that is not known, parameters that are not the model's,
        or nothing left after ignoring.
    """

    def __init__(self, request: FitRequest, above: tuple[Spectrum, ...], token: Any) -> None:
        self.request, self._token = request, token
        self.expression = expression_of(request, len(above))
        self.data = fitdata.prepare_all(above, request.ignore)
        self.kinds = tuple(compare.kind(request.statistic, one) for one in self.data)
        self.n_evaluations = 0
        parameters = request.parameters
        self._root = np.array(roots(parameters), int) - 1
        self._base = np.array([p.value for p in parameters])
        self.free = np.array([i for i, p in enumerate(parameters) if p.free], int)
        self.lo = np.array([parameters[i].hard_lo for i in self.free])
        self.hi = np.array([parameters[i].hard_hi for i in self.free])
        self._delta = np.array([abs(parameters[i].delta) for i in self.free])
        size = self.expression.n_parameters
        self._spans = [slice(g * size, (g + 1) * size) for g in range(len(above))]
        self._touched = [
            [g for g, span in enumerate(self._spans) if index in self._root[span]]
            for index in self.free
        ]
        self._evaluators: dict[Any, Evaluator] = {}
        self._keys = [self._key(group) for group in range(len(above))]

    @property
    def start(self) -> Floats:
        """Values of the free parameters as asked, shape (n_free,)."""
        return np.asarray(self._base[self.free])

    @property
    def n_bins(self) -> int:
        """Bins compared."""
        return sum(len(one.counts) for one in self.data)

    @property
    def dof(self) -> int:
        """Bins minus free parameters."""
        return self.n_bins - len(self.free)

    def full(self, x: Floats) -> Floats:
        """Give the values of all parameters, links resolved, shape (n_parameters,)."""
        values = self._base.copy()
        values[self.free] = x
        return np.asarray(values[self._root])

    def rates(self, x: Floats) -> list[Floats]:
        """Give the folded model of each spectrum, counts/s."""
        values = self.full(x)
        return [self._fold(group, values) for group in range(len(self.data))]

    def statistics(self, rates: list[Floats]) -> list[Floats]:
        """Give what each bin of each spectrum adds to the statistic."""
        return [
            compare.contributions(how, data, rate)
            for how, data, rate in zip(self.kinds, self.data, rates, strict=True)
        ]

    def statistic(self, x: Floats) -> float:
        """Give the statistic, infinite where the model has no value."""
        self.n_evaluations += 1
        total = float(sum(part.sum() for part in self.statistics(self.rates(x))))
        return total if np.isfinite(total) else float("inf")

    def slopes(self, x: Floats) -> Slopes:
        """Give the statistic and its derivatives."""
        self.n_evaluations += 1 + len(x)
        rates = self.rates(x)
        parts = self.statistics(rates)
        gradient, curvature = np.zeros(len(x)), np.zeros((len(x), len(x)))
        for group, columns in enumerate(self._jacobian(x, rates)):
            first, second = compare.slopes(self.kinds[group], self.data[group], rates[group])
            used = [i for i, touched in enumerate(self._touched) if group in touched]
            matrix = np.array([columns[i] for i in used]).reshape(len(used), -1)
            gradient[used] += matrix @ first
            curvature[np.ix_(used, used)] += (matrix * second) @ matrix.T
        return Slopes(float(sum(part.sum() for part in parts)), gradient, curvature)

    def _jacobian(self, x: Floats, rates: list[Floats]) -> list[dict[int, Floats]]:
        """Give, for each group, the derivative of its rates by each parameter it depends on."""
        columns: list[dict[int, Floats]] = [{} for _ in self.data]
        for index, touched in enumerate(self._touched):
            step = STEP * max(abs(x[index]), self._delta[index], 1e-30)
            moved = x.copy()
            moved[index] += step if x[index] + step <= self.hi[index] else -step
            step, values = moved[index] - x[index], self.full(moved)
            for group in touched:
                slope = (self._fold(group, values) - rates[group]) / step
                columns[group][index] = np.nan_to_num(slope, posinf=0.0, neginf=0.0)
        return columns

    def _fold(self, group: int, values: Floats) -> Floats:
        self._token.check()
        photons = self._evaluators[self._keys[group]](values[self._spans[group]])
        return np.asarray(self.data[group].matrix @ photons)

    def _key(self, group: int) -> Any:
        """Say what an evaluator may be shared by: energies, model and tied shapes."""
        request, edges = self.request, self.data[group].edges_kev
        span = self._spans[group]
        shapes = tuple(
            int(root)
            for root, p in zip(self._root[span], request.parameters[span], strict=True)
            if p.name not in ("norm", "factor")
        )
        return self.expression, request.abundance, request.cross_section, id(edges), shapes

    def take_evaluators(self) -> None:
        """Take the evaluators of this model that nobody uses, or make new ones."""
        for key, one in zip(self._keys, self.data, strict=True):
            if key in self._evaluators:
                continue
            with _lock:
                kept = _kept.pop(key, None)
            self._evaluators[key] = (
                kept[1]
                if kept and kept[0] is one.edges_kev
                else Evaluator(
                    self.expression,
                    one.edges_kev,
                    self.request.abundance,
                    self.request.cross_section,
                )
            )

    def give_evaluators(self) -> None:
        """Leave the evaluators, with what they remember, to the next request."""
        edges = {key: one.edges_kev for key, one in zip(self._keys, self.data, strict=True)}
        with _lock:
            for key, evaluator in self._evaluators.items():
                _kept[key] = edges[key], evaluator
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
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


def expression_of(request: FitRequest, n_groups: int) -> Expression:
    """Give the model of a request that can be fitted."""
    if request.statistic not in (CHI, CSTAT):
        raise InputError(
            f"Cannot fit with the statistic {request.statistic!r}."
            f" {nearest(request.statistic, (CHI, CSTAT))}"
        )
    if not n_groups:
        raise InputError("Nothing to fit: there is no spectrum. Give at least one.")
    expression = Expression.parse(request.expression)
    if expression.kind != "add":
        raise InputError(
            f"Cannot fit {request.expression!r}: it only multiplies and gives no photons."
            " Add a component such as powerlaw, e.g. 'tbabs*powerlaw'."
        )
    wanted = expression.n_parameters * n_groups
    if len(request.parameters) != wanted:
        raise InputError(
            f"Cannot fit {request.expression!r} to {n_groups} spectra with"
            f" {len(request.parameters)} parameters: it has {wanted}. Set the model again, so"
            " that every spectrum has its parameters."
        )
    return expression
