"""What the tiles of a spectrum grid say and show, for fits one by one and for the joint fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from nuwidgets.core.links import failed_of
from nuwidgets.domain.evolution_rows import span_mjd
from nuwidgets.panels.image_grid_tiles import day_words, time_words
from nuwidgets.science.small_spectra import small_spectrum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.dataset import Dataset
    from nuwidgets.domain.curve import Curve, FoldedSpectrum
    from nuwidgets.domain.series import Series
    from nuwidgets.science.small_spectra import SmallSpectrum

_SMALL: WeakKeyDictionary[FoldedSpectrum, dict[bool, SmallSpectrum]] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Drawn:
    """What is drawn of one observation."""

    small: SmallSpectrum | None = None
    """Data and model in few bins; None where there is nothing to draw."""
    statistic: str = ""
    """How good the model is, in words."""
    why: str = ""
    """Why there is no model, or no interval."""
    failed: bool = False
    """Whether that is a failure."""


@dataclass(frozen=True)
class Seen:
    """When an observation was, and how bright."""

    start_mjd: float = np.nan
    """Start of the first good time, MJD (TT)."""
    exposure_s: float = np.nan
    """Live time, s."""
    rate_per_s: float = np.nan
    """Counts in the source region over the live time, 1/s."""


def near(statistic: float) -> str:
    """Write a statistic; one far from any fit in short.

    Examples
    --------
    >>> near(45.23), near(202.68), near(1708574525.2)
    ('45.2', '203', '1.7e+09')
    """
    if abs(statistic) >= 1e5:  # noqa: PLR2004
        return f"{statistic:.2g}"
    return f"{statistic:.1f}" if abs(statistic) < 100 else f"{statistic:.0f}"  # noqa: PLR2004


def small_of(folded: FoldedSpectrum, *, with_model: bool) -> SmallSpectrum:
    """Give a spectrum in few bins, joined once as long as it lives."""
    known = _SMALL.setdefault(folded, {})
    if with_model not in known:
        known[with_model] = small_spectrum(folded, with_model=with_model)
    return known[with_model]


def drawn_series(series: Series) -> dict[str, Drawn]:
    """Give what is drawn of the fits one by one, by name."""
    found = {}
    for point in series.points:
        fit, folded = point.fit, point.folded
        small = small_of(folded, with_model=fit is not None) if folded is not None else None
        words = f"{near(fit.statistic)} / {fit.dof} dof" if fit is not None else ""
        found[point.name] = Drawn(small, words, point.why, failed=fit is None)
    return found


def drawn_curve(curve: Curve, names: Sequence[str], *, with_model: bool) -> dict[str, Drawn]:
    """Give what is drawn of the joint model at the parameters of now, by name."""
    found = {}
    for name, folded in zip(names, curve.spectra, strict=True):
        small = small_of(folded, with_model=with_model)
        words = f"{near(folded.contribution.sum())} / {small.n_bins} bins" if with_model else ""
        if not small.n_bins:
            found[name] = Drawn(None, "", "every bin is ignored")
        else:
            found[name] = Drawn(small, words)
    return found


def seen_of(dataset: Dataset) -> Seen:
    """Give when an observation was, as far as it is known."""
    spectrum = dataset.spectrum.product
    if spectrum is None:
        return Seen(span_mjd(dataset.pointing, None)[0])
    start = span_mjd(spectrum.pointing, spectrum.gti)[0]
    exposure = float(spectrum.exposure_s)
    return Seen(start, exposure, spectrum.total / exposure if exposure > 0 else 0.0)


def spectrum_tile(
    dataset: Dataset, drawn: Drawn, day: float, seen: Seen, *, used: bool
) -> dict[str, Any]:
    """Give what a tile says of an observation."""
    above = failed_of(dataset.spectrum)
    why = str(above.error) if above else drawn.why
    failed = bool(above) or drawn.failed
    if not used and not failed:
        why = "Not in the fit: tick it to include it."
    elif drawn.small is None and not why:
        why = "Nothing to draw yet."
    title, exposure = day_words(day) or dataset.name, time_words(seen.exposure_s)
    # a fit without intervals is still a fit: why is said below it, and does not cover it
    covers = failed or drawn.small is None or not used
    foot = (dataset.name, exposure, "" if covers else why)
    state = "failed" if failed else "" if used and drawn.small is not None else "waiting"
    note = drawn.statistic if used else ""  # of a fit it is no part of
    said = (title, dataset.name, exposure, note, why)
    return {
        "id": dataset.name,
        "title": title,
        "note": note,
        "foot": " · ".join(filter(None, foot)),
        "state": state,
        "why": why if covers else "",
        "used": used,
        "says": ", ".join(filter(None, said)),
    }
