"""Ask the embedded engine and XSPEC for the same fit, and say how far they agree."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.fit import ErrorsRequest
from nuwidgets.domain.fit_comparison import Difference, FitComparison
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.fit_engines import EMBEDDED, XSPEC, only_xspec
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.fit import Errors, FitResult
    from nuwidgets.domain.fit_comparison import FitComparisonRequest

    Ask = Callable[[str, Any], Any]

SAME_STATISTIC = 1e-2
"""Statistics that differ by less are called the same."""
SAME_SIGMA = 0.1
"""Parameters that differ by less of their error are called the same."""
LEAST = 1e-3
"""Differences below this are not told apart."""
SAME_WIDTH = 0.1
"""Intervals whose widths differ by a smaller part are called alike."""
_NAMES = {EMBEDDED: "the embedded engine", XSPEC: "XSPEC"}


def solve_compare_fit(request: FitComparisonRequest, token: Any, ask: Ask) -> FitComparison:
    """Give both engines' fits, from the same start, and what is to be said of them.

    Parameters
    ----------
    request : FitComparisonRequest
        What is compared.
    token : Token
    ask : callable
        ``ask(name of the engine, request)`` gives that engine's product.

    Raises
    ------
    InputError
        XSPEC alone can compute the model.
    EngineError
        If one of the engines cannot answer.
    """
    alone = only_xspec(request.fit.expression)
    if alone:
        raise InputError(
            f"There is nothing to compare: {' and '.join(alone)} can be computed by XSPEC only."
            " Compare models of components that both have."
        )
    results: list[FitResult] = []
    errors: list[Errors] = []
    for at, engine in enumerate((EMBEDDED, XSPEC)):
        token.check()
        token.report(at / 2, f"fit by {_NAMES[engine]}", "")
        fit = replace(request.fit, engine=XSPEC if engine == XSPEC else "")
        results.append(ask(engine, fit))
        if request.errors:
            best = replace(fit, parameters=results[-1].parameters)
            errors.append(ask(engine, ErrorsRequest(best, request.delta)))
    rows = differences(results[0], results[1], tuple(errors))
    warnings = dict.fromkeys(text for one in results for text in one.provenance.warnings)
    found = FitComparison(
        results[0],
        results[1],
        rows,
        tuple(errors),
        (),
        request,
        Provenance(
            f"{EMBEDDED} and {XSPEC}",
            results[1].provenance.version,
            request=request,
            warnings=tuple(warnings),
            approximate=results[0].provenance.approximate,
            log_path=results[1].provenance.log_path,
        ),
    )
    return replace(found, summary=tuple(_say(found)))


def differences(
    embedded: FitResult, xspec: FitResult, errors: tuple[Errors, ...] = ()
) -> tuple[Difference, ...]:
    """Give a row for each free parameter of two fits of the same model."""
    ends = [{i.number: (i.lo, i.hi) for i in one.intervals} for one in errors] or [{}, {}]
    return tuple(
        Difference(
            ours.number,
            ours.label,
            ours.unit,
            ours.value,
            theirs.value,
            embedded.sigma[index],
            xspec.sigma[index],
            ends[0].get(ours.number),
            ends[1].get(ours.number),
        )
        for index, (ours, theirs) in enumerate(
            zip(embedded.parameters, xspec.parameters, strict=True)
        )
        if ours.free
    )


def _say(found: FitComparison) -> list[str]:
    """Give the sentences of a comparison."""
    ours, theirs, off = found.embedded, found.xspec, found.statistic_difference
    pair = f"{ours.statistic:.3f} embedded, {theirs.statistic:.3f} XSPEC"
    if abs(off) < SAME_STATISTIC:
        said = [f"Statistic: both agree ({pair})."]
    else:
        deeper = "XSPEC" if off < 0 else "the embedded engine"
        said = [f"Statistic: {deeper} found a deeper minimum, by {abs(off):.3g} ({pair})."]
    if ours.dof != theirs.dof:
        said.append(
            f"Bins: {ours.n_bins} embedded, {theirs.n_bins} XSPEC: they compare other data."
        )
    worst = found.worst
    if math.isnan(worst):
        said.append("Parameters: neither engine has errors to measure the differences with.")
    elif worst < SAME_SIGMA:
        said.append(f"Parameters: all agree within {max(worst, LEAST):.2g} of their errors.")
    else:
        far = [d for d in found.differences if abs(d.in_sigma) >= SAME_SIGMA]
        names = ", ".join(f"{d.label} by {d.in_sigma:+.2g} sigma" for d in far)
        said.append(f"Parameters that differ: {names}.")
    return [*said, *_say_widths(found)]


def _say_widths(found: FitComparison) -> list[str]:
    if not found.errors:
        return []
    ratios = {d.label: d.width_ratio for d in found.differences}
    far = [f"{name} {r:.2f}" for name, r in ratios.items() if abs(r - 1) >= SAME_WIDTH]
    if far:
        return [f"Intervals of other widths, XSPEC's over the embedded engine's: {', '.join(far)}."]
    if any(math.isfinite(r) for r in ratios.values()):
        return [f"Intervals: all widths agree within {SAME_WIDTH:.0%}."]
    return ["Intervals: neither engine found any with two ends."]
