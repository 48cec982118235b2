"""What a plot of one spectrum needs beside its rates: unfolded models, areas, components."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.curve import FoldedPart, FoldedSpectrum, ModelPart, ModelSpectrum
from nuwidgets.engines.embedded.memory import remembered
from nuwidgets.science.models.terms import labels, terms
from nuwidgets.science.unfolding import overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.engines.embedded.fitdata import FitData, SourceFold
    from nuwidgets.science.models.evaluate import Evaluator

    Seen = tuple[str, SourceFold, Evaluator, slice]

_fixed: WeakKeyDictionary[FitData, dict[Any, Fixed]] = WeakKeyDictionary()
_overlaps: WeakKeyDictionary[FitData, dict[Any, tuple[Floats, Any]]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Fixed:
    """What does not depend on the model; rates as the file counts, not per AREASCAL."""

    rate: Floats
    """Net rate, counts/s, shape (n,)."""
    error: Floats
    """Its error, counts/s, shape (n,)."""
    background_rate: Floats
    """Background scaled to the source, counts/s, shape (n,)."""
    area_cm2: Floats
    """Effective area for a flat spectrum of photons, cm2, shape (n,)."""
    bin_number: Any
    """Number of each bin, from 1, shape (n,)."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


def _make_fixed(data: FitData) -> Fixed:
    n = len(data.rate)
    flat = data.matrix @ np.diff(data.edges_kev)
    numbers = np.arange(n) if data.noticed is None else np.flatnonzero(data.noticed)
    return Fixed(
        data.rate * data.areascal,
        np.sqrt(data.variance) * data.areascal,
        data.background_rate * data.areascal,
        flat / (data.e_hi_kev - data.e_lo_kev),
        numbers + 1,
    )


def _overlap(data: FitData, fold: SourceFold) -> Any:
    """Give what brings photons of a source to the bins of a spectrum, made once."""
    edges = fold.edges_kev

    def make() -> tuple[Floats, Any]:
        return edges, overlap(data.e_lo_kev, data.e_hi_kev, edges)  # edges are held: id stays

    return remembered(_overlaps, data, id(edges), make)[1]


def beside(data: FitData, statistic: str, rate: Floats, part: Floats) -> FoldedSpectrum:
    """Give one spectrum beside its folded model.

    Parameters
    ----------
    data : FitData
        The spectrum.
    statistic : str
        What the contributions are of.
    rate : ndarray, shape (n,)
        The folded model, counts/s per AREASCAL.
    part : ndarray, shape (n,)
        What each bin adds to the statistic.
    """
    fixed = remembered(_fixed, data, "", lambda: _make_fixed(data))
    return FoldedSpectrum(
        name=data.name,
        e_lo_kev=data.e_lo_kev,
        e_hi_kev=data.e_hi_kev,
        rate=fixed.rate,
        error=fixed.error,
        model_rate=rate * data.areascal,
        background_rate=fixed.background_rate,
        contribution=part,
        counts=data.counts,
        statistic=statistic,
        bin_number=fixed.bin_number,
        areascal=data.areascal,
        time_s=data.time_s,
        background_time_s=None if data.background is None else data.background_time_s,
        area_cm2=fixed.area_cm2,
    )


def before(
    data: FitData, seen: Sequence[Seen], values: Floats, *, components: bool
) -> dict[str, Any]:
    """Give what a spectrum sees of each source before the response, as fields of FoldedSpectrum.

    Parameters
    ----------
    data : FitData
        The spectrum.
    seen : sequence of (str, SourceFold, Evaluator, slice)
        Name, fold, evaluator and place of the parameters of each source's model.
    values : ndarray, shape (n_parameters,)
        Values of all parameters.
    components : bool
        Whether the additive components are wanted one by one.
    """
    unfolded = np.zeros(len(data.rate))
    models = []
    for name, fold, evaluator, span in seen:
        photons = evaluator(values[span])
        unfolded += _overlap(data, fold) @ photons
        models.append(ModelSpectrum(name, fold.edges_kev, photons))
    if not components:
        return {"unfolded": unfolded, "models": tuple(models)}
    apart = [_apart(evaluator, values[span]) for _, _, evaluator, span in seen]
    if sum(map(len, apart)) < 2:  # noqa: PLR2004 - one alone is the model itself
        apart = [()] * len(seen)
    return {
        "unfolded": unfolded,
        "models": tuple(
            ModelSpectrum(one.name, one.edges_kev, one.photons, parts)
            for one, parts in zip(models, apart, strict=True)
        ),
        "parts": tuple(
            _folded(data, fold, name, part)
            for (name, fold, _, _), parts in zip(seen, apart, strict=True)
            for part in parts
        ),
    }


def _apart(evaluator: Evaluator, values: Floats) -> tuple[ModelPart, ...]:
    """Give the additive components of one model."""
    named = labels(evaluator.expression)
    return tuple(ModelPart(named[k], term.copy()) for k, term in terms(evaluator, values).items())


def _folded(data: FitData, fold: SourceFold, name: str, part: ModelPart) -> FoldedPart:
    """Give one additive component in the bins of a spectrum."""
    label = f"{name}:{part.label}" if name else part.label
    rate = np.asarray(fold.matrix @ part.photons) * data.areascal
    return FoldedPart(label, rate, np.asarray(_overlap(data, fold) @ part.photons))
