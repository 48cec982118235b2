"""What the process of XSPEC answered, as the products that the embedded engine gives too."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.contours import Contours
from nuwidgets.domain.curve import Curve, ModelSpectrum
from nuwidgets.domain.fit import CHI, TEST_STATISTICS, Errors, FitResult, Flux, Interval
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded import compare
from nuwidgets.engines.embedded.curve_parts import beside
from nuwidgets.science.models.resolved import values as resolved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.contours import ContoursRequest
    from nuwidgets.domain.curve import FoldedSpectrum
    from nuwidgets.domain.fit import ErrorsRequest, FitRequest, FluxRequest
    from nuwidgets.domain.model import Parameter
    from nuwidgets.engines.embedded.fitdata import FitData

TOO_BAD = 2.0
"""Reduced chi-squared above which intervals mean little; XSPEC itself refuses them."""
NEW_MINIMUM = 0.01
"""A statistic lower by more is a better fit."""
FIXED = ("counts", "bin_number", "areascal", "time_s", "background_time_s", "area_cm2")
"""What does not depend on who folds."""
EXACT, BAD = 5, 8
"""Places of the letters of a frozen parameter and of a bad fit."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What was asked of XSPEC, beside what its answers are compared with."""

    fit: FitRequest
    """The fit."""
    data: tuple[FitData, ...]
    """The spectra, ready for a fit, as asked."""
    order: tuple[int, ...]
    """Which of them are XSPEC's first, second, ..."""
    answer: dict[str, Any]
    """What the process gave."""
    log_path: str = ""
    """Its log."""
    log_tail: tuple[str, ...] = ()
    """The end of that."""

    def signed(self, *warnings: str) -> Provenance:
        """Give where the product comes from; engine and time are filled in by the engine."""
        kinds = tuple(compare.kind(self.fit, one) for one in self.data)
        said = (*self.answer["warnings"], *warnings, *compare.doubts(kinds, self.data))
        return Provenance(
            warnings=tuple(dict.fromkeys(said)),
            approximate=compare.approximate(self.data),
            log_tail=self.log_tail,
            log_path=self.log_path,
            versions=versions_of(self.answer),
        )

    @property
    def statistic_name(self) -> str:
        """What the statistic is in words."""
        return compare.words(tuple(compare.kind(self.fit, one) for one in self.data))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters at XSPEC's values."""
        pairs = zip(self.fit.parameters, self.answer["values"], strict=True)
        return tuple(replace(p, value=float(value)) for p, value in pairs)


def versions_of(answer: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Give the versions of PyXspec and XSPEC as pairs."""
    return tuple(zip(("PyXspec", "XSPEC"), map(str, answer["version"]), strict=False))


def fit_result(asked: Asked) -> FitResult:
    """Give the best fit."""
    answer, request = asked.answer, asked.fit
    sigma = np.asarray(answer["sigma"], float)
    dof = int(answer["dof"])
    statistic = float(answer["statistic"])
    free = [p for p in request.parameters if p.free]
    unsure = [p for p in free if not math.isfinite(sigma[p.number - 1])]
    said = tuple(
        f"{p.component} {p.name} (parameter {p.number}) has no error: it rests on a limit, or the"
        " data do not tell it."
        for p in unsure
    )
    return FitResult(
        parameters=asked.parameters,
        sigma=tuple(sigma.tolist()),
        covariance=np.array(answer["covariance"], float),
        statistic=statistic,
        dof=dof,
        n_bins=sum(answer["n_bins"]),
        converged=True,
        statistic_name=asked.statistic_name,
        null_probability=_null_probability(request, statistic, dof),
        request=request,
        test_statistic=float(answer["test_statistic"]),
        test_name=TEST_STATISTICS[request.test_statistic],
        provenance=asked.signed(*said),
    )


def _null_probability(request: FitRequest, statistic: float, dof: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(dof, statistic)) if request.statistic == CHI and dof > 0 else math.nan


def curve(asked: Asked) -> Curve:
    """Give XSPEC's data and folded model, bin by bin."""
    answer = asked.answer
    spectra: list[FoldedSpectrum | None] = [None] * len(asked.data)
    for index, arrays in zip(asked.order, answer["folded"], strict=True):
        spectra[index] = _folded(asked, asked.data[index], arrays)
    return Curve(
        spectra=tuple(one for one in spectra if one is not None),
        statistic=float(answer["statistic"]),
        dof=int(answer["dof"]),
        n_bins=sum(answer["n_bins"]),
        statistic_name=asked.statistic_name,
        provenance=asked.signed(),
        test_statistic=float(answer["test_statistic"]),
        test_name=TEST_STATISTICS[asked.fit.test_statistic],
    )


def _folded(asked: Asked, data: FitData, arrays: dict[str, Any]) -> FoldedSpectrum:
    """Give one spectrum; XSPEC plots rates per keV and AREASCAL, ours are as the file counts."""
    none = np.zeros(0)
    middle, half = (np.asarray(arrays.get(name, none), float) for name in ("x", "xErr"))
    ours = (data.e_lo_kev + data.e_hi_kev) / 2
    at = np.array([int(np.argmin(abs(ours - kev))) for kev in middle], int)
    factor = 2 * half * data.areascal[at]

    def rate(name: str) -> Floats:
        values = arrays.get(name)
        return np.zeros(len(middle)) if values is None else np.asarray(values) * factor

    how = compare.kind(asked.fit, data)
    part = np.full(len(middle), np.nan)
    if np.array_equal(at, np.arange(len(ours))):
        part = compare.contributions(how, data, rate("model") / data.areascal)
    blank = np.full(len(ours), np.nan)
    own = beside(data, how.statistic, blank, blank)
    fixed = {name: getattr(own, name)[at] for name in FIXED if getattr(own, name) is not None}
    return replace(
        own,
        **fixed,
        e_lo_kev=middle - half,
        e_hi_kev=middle + half,
        rate=rate("y"),
        error=rate("error"),
        model_rate=rate("model"),
        background_rate=rate("background"),
        contribution=part,
        unfolded=np.asarray(arrays.get("unfolded", np.zeros(0))) * 2 * half,
        models=tuple(
            ModelSpectrum(one["name"], np.array(one["edges"]), np.array(one["photons"]))
            for one in arrays.get("models", ())
        ),
    )


def errors(asked: Asked, request: ErrorsRequest) -> Errors:
    """Give confidence intervals with XSPEC's letters."""
    found = fit_result(asked)
    poor = request.fit.statistic == CHI and found.statistic > TOO_BAD * max(found.dof, 1)
    said = ""
    if poor:
        said = (
            f"Reduced chi-squared is {found.statistic / max(found.dof, 1):.3g}: the model does not"
            " describe the data, and the intervals mean little."
        )
    rows = asked.answer["intervals"]
    intervals = tuple(_interval(row, found.parameters, poor=poor) for row in rows)
    better = float(asked.answer["given"]) - found.statistic > NEW_MINIMUM
    return Errors(
        intervals=intervals,
        delta=request.delta,
        better_fit=found if better else None,
        request=request,
        provenance=asked.signed(*filter(None, [said])),
    )


def _interval(row: list[Any], parameters: Sequence[Parameter], *, poor: bool) -> Interval:
    """Give one interval; an end that was not found is the limit that was met, or the value."""
    number, lo, hi, letters = int(row[0]), float(row[1]), float(row[2]), str(row[3])
    one = parameters[number - 1]
    value = one.value
    if letters[EXACT] == "T":
        return Interval(number, value, value, letters)
    if letters[6] == "T":
        lo = one.hard_lo if letters[3] == "T" else value
    if letters[7] == "T":
        hi = one.hard_hi if letters[4] == "T" else value
    marked = letters[:BAD] + ("T" if poor else letters[BAD])
    return Interval(number, lo, hi, marked)


def flux(asked: Asked, request: FluxRequest) -> Flux:
    """Give the flux of each spectrum's model."""
    rows = np.zeros((len(asked.data), 6))
    rows[list(asked.order)] = np.array(asked.answer["flux"], float)
    drawn, fell = bool(request.draws), float(asked.answer["fell"])
    said = (
        "The parameters were not those of the best fit: XSPEC, which draws around it, fitted first"
        f" (the statistic fell by {fell:.3g}), and the flux is that of this fit."
    )
    return Flux(
        photons_per_cm2_s=tuple(rows[:, 3].tolist()),
        erg_per_cm2_s=tuple(rows[:, 0].tolist()),
        photons_intervals=_ends(rows[:, 4:6]) if drawn else (),
        erg_intervals=_ends(rows[:, 1:3]) if drawn else (),
        request=request,
        provenance=asked.signed(*[said] * (drawn and fell > NEW_MINIMUM)),
    )


def _ends(pairs: Any) -> tuple[tuple[float, float], ...]:
    return tuple((float(lo), float(hi)) for lo, hi in pairs)


def contours(asked: Asked, request: ContoursRequest, stepped: tuple[Parameter, ...]) -> Contours:
    """Give the rise of the statistic as XSPEC's ``steppar`` finds it."""
    found, answer = fit_result(asked), asked.answer
    grid = np.array(answer["stepped"], float)
    steps = [np.array(values, float) for values in answer["steps"]]
    values = np.array([p.value for p in found.parameters])
    refitted = np.broadcast_to(
        values.reshape(-1, *[1] * grid.ndim), (len(values), *grid.shape)
    ).copy()
    for number, moved in answer["refitted"]:
        refitted[int(number) - 1] = moved
    if any(p.link for p in found.parameters):
        refitted = _linked(found.parameters, refitted)
    better = float(answer["given"]) - found.statistic > NEW_MINIMUM
    return Contours(
        parameters=tuple(replace(p, value=float(values[p.number - 1])) for p in stepped),
        x=steps[0],
        y=steps[1] if steps[1:] else np.zeros(0),
        rise=grid - found.statistic,
        refitted=refitted,
        statistic=found.statistic,
        statistic_name=asked.statistic_name,
        better_fit=found if better else None,
        request=request,
        provenance=asked.signed(),
    )


def _linked(parameters: tuple[Parameter, ...], refitted: Floats) -> Floats:
    """Let linked parameters follow at every point."""
    flat = refitted.reshape(len(parameters), -1)
    for point in range(flat.shape[1]):
        moved = tuple(
            replace(p, value=float(v)) for p, v in zip(parameters, flat[:, point], strict=True)
        )
        flat[:, point] = resolved(moved)
    return flat.reshape(refitted.shape)
