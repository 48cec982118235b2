"""Compare two fits of the same data: criteria, F-test, likelihood ratio, and when they hold."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, Protocol

from nuwidgets.domain.fit import CHI
from nuwidgets.domain.model_choice import Measures, ModelChoice
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.domain.fit import FitRequest


class Fitted(Protocol):
    """What a fit says of itself; ``FitResult`` does."""

    @property
    def request(self) -> FitRequest | None:
        """What was asked."""

    @property
    def statistic(self) -> float:
        """Smallest statistic."""

    @property
    def dof(self) -> int:
        """Degrees of freedom."""

    @property
    def n_bins(self) -> int:
        """Bins compared."""


MUST_BE_EQUAL = {
    "spectra": "the spectra or their grouping",
    "ignore": "the ignored ranges",
    "statistic": "the statistic",
    "weight": "the weight",
    "systematic": "the systematic error",
}
"""Settings that two fits must share for their statistics to be compared, in words."""
AS_MANY = (
    "Both have as many free parameters: neither is a special case of the other, so F-test and"
    " likelihood ratio do not apply."
)
PROTASSOV = "Protassov et al. 2002, 2002ApJ...571..545P"


def compare_fits(first: Fitted, second: Fitted) -> ModelChoice:
    """Compare two fits of the same data.

    F as XSPEC's ``ftest``: the change of chi-squared per degree of freedom over the reduced
    chi-squared of the richer model (Bevington & Robinson, Data Reduction, section 11.4).

    Parameters
    ----------
    first, second : FitResult
        The fits; differences are given as second minus first.

    Returns
    -------
    ModelChoice

    Raises
    ------
    InputError
        If they were not made with the same data, ignored ranges and statistic.

    Examples
    --------
    ::

        simple = s.fit.run()
        s.fit.model = "tbabs*(powerlaw + gaussian)"
        print(compare_fits(simple, s.fit.run()))
    """
    asked = _same_data(first, second)
    measures = _measures(asked[0], first), _measures(asked[1], second)
    simple, rich = sorted((0, 1), key=lambda n: measures[n].n_free)
    if measures[simple].n_free == measures[rich].n_free:
        return ModelChoice(*measures, warnings=(AS_MANY,))
    f_value, f_probability = _f_test(measures[simple], measures[rich], asked[0])
    return ModelChoice(
        *measures,
        f_value=f_value,
        f_probability=f_probability,
        ratio_probability=_ratio_test(measures[simple], measures[rich]),
        warnings=_doubts(asked[simple], asked[rich], measures[simple], measures[rich]),
    )


def _measures(asked: FitRequest, one: Fitted) -> Measures:
    return Measures(asked.expression, one.statistic, one.n_bins, one.n_bins - one.dof)


def _same_data(first: Fitted, second: Fitted) -> tuple[FitRequest, FitRequest]:
    """Give both requests if their statistics can be compared."""
    one, other = first.request, second.request
    if one is None or other is None:
        raise InputError(
            "Cannot compare fits that do not know what was asked. Give what s.fit.run() returns."
        )
    for name in (field.name for field in fields(one)):
        if name in MUST_BE_EQUAL and getattr(one, name) != getattr(other, name):
            were = [_brief(getattr(request, name)) for request in (one, other)]
            raise InputError(
                f"Cannot compare {one.expression!r} with {other.expression!r}:"
                f" they differ in {MUST_BE_EQUAL[name]}, {were[0]} and {were[1]}. Fit both with the"
                f" same {name}."
            )
    if first.n_bins != second.n_bins:
        raise InputError(
            f"Cannot compare {one.expression!r} with {other.expression!r}: they were fitted to"
            f" {first.n_bins} and {second.n_bins} bins. Fit both to the same data."
        )
    return one, other


def _brief(value: object) -> str:
    """Give a setting in a few words: requests of spectra would fill a page."""
    return repr(value) if isinstance(value, str | float) or not _long(value) else "not shown here"


def _long(value: object) -> bool:
    return len(repr(value)) > 80  # noqa: PLR2004  about a line


def _f_test(simple: Measures, rich: Measures, asked: FitRequest) -> tuple[float, float]:
    """Give F and its probability; NaN unless both are chi-squared and the richer fits better."""
    from scipy.special import fdtrc

    gain, n_more = simple.statistic - rich.statistic, rich.n_free - simple.n_free
    if asked.statistic != CHI or rich.dof <= 0 or gain < 0 or rich.statistic <= 0:
        return math.nan, math.nan
    value = (gain / n_more) / (rich.statistic / rich.dof)
    return value, float(fdtrc(n_more, rich.dof, value))


def _ratio_test(simple: Measures, rich: Measures) -> float:
    """Give the chance of such a gain by parameters that are not needed; NaN where there is none."""
    from scipy.special import chdtrc

    gain = simple.statistic - rich.statistic
    return float(chdtrc(rich.n_free - simple.n_free, gain)) if gain >= 0 else math.nan


def _doubts(
    simple: FitRequest, rich: FitRequest, fewer: Measures, more: Measures
) -> tuple[str, ...]:
    """Give sentences about what makes the probabilities doubtful."""
    said = []
    if more.statistic > fewer.statistic:
        said.append(
            f"{rich.expression!r} has more free parameters but a larger statistic: its fit ended"
            " in another valley, or the models are not nested. Fit it again from the simpler one."
        )
    mine, theirs = _components(rich), _components(simple)
    lost, added = theirs - mine, mine - theirs
    if lost:
        said.append(
            f"{_list(lost)} of {simple.expression!r} is no part of {rich.expression!r}: F-test and"
            " likelihood ratio hold only if the simpler model is a special case of the other."
        )
    elif added:
        said.append(
            f"{_list(added)} was added. Without it a parameter lies at the edge of what it may be"
            " and others mean nothing, so F-test and likelihood ratio do not give true"
            f" probabilities ({PROTASSOV}). Simulate, or use AIC and BIC."
        )
    return tuple(said)


def _components(request: FitRequest) -> Counter[str]:
    """Count the components of a model, in one data group."""
    found = {
        (p.model, p.component_number, p.component)
        for p in request.parameters
        if p.group == 1 or p.model
    }
    return Counter(component for _, _, component in found)


def _list(components: Counter[str]) -> str:
    return " and ".join(sorted(components.elements()))
