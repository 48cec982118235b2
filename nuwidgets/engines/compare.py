"""Two engines asked for the same products, and how far their answers agree, in sentences."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.comparison import CompareRequest, Comparison, SideBySide
from nuwidgets.domain.provenance import Provenance
from nuwidgets.missions.base import mission_of
from nuwidgets.science.compare_curves import joined, mean_ratio, paired, summed, value_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.lightcurve import LightCurve
    from nuwidgets.domain.selection import Selection
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.missions.base import Mission

    Ask = Callable[[str, Any], Any]

EMBEDDED, HEASOFT = "embedded", "heasoft"
MIN_FRACEXP = 0.5
"""Bins of a light curve with less good time are not compared."""
_EDGES_KEV = (1.0, 3.0, 10.0, 30.0)
"""Where the area is summed up apart."""
_SAME, _WHOLE_PERCENT = 0.01, 10.0
_STEADY = 1.5


def solve_compare(
    request: CompareRequest, above: tuple[Selection], token: Any, ask: Ask
) -> Comparison:
    """Give both engines' spectrum and light curve, in common bins, and what is to be said of them.

    Parameters
    ----------
    request : CompareRequest
    above : tuple of Selection
        The events that both count.
    token : Token
    ask : callable
        ``ask(name of the engine, request)`` gives that engine's product.

    Raises
    ------
    EngineError
        If one of the engines cannot answer.
    """
    products = {}
    for at, engine in enumerate((EMBEDDED, HEASOFT)):
        field = engine if engine == HEASOFT else ""
        for what, part in (("spectrum", request.spectrum), ("light curve", request.lightcurve)):
            token.check()
            token.report(at / 2, f"{what}, {engine}")
            products[engine, what] = ask(engine, replace(part, engine=field))
    spectra = products[EMBEDDED, "spectrum"], products[HEASOFT, "spectrum"]
    curves = products[EMBEDDED, "light curve"], products[HEASOFT, "light curve"]
    mission = mission_of(above[0].events.pointing.telescope)
    counts = compare_counts(spectra, mission)
    area = compare_area(spectra, mission.band)
    rates, shift_s = compare_rates(curves)
    said = (
        *_say_counts(spectra, mission),
        *_say_area(area, mission.band),
        *_say_rates(rates, shift_s),
    )
    theirs = (spectra[1].provenance, curves[1].provenance)
    warnings = dict.fromkeys(text for one in theirs for text in one.warnings)
    return Comparison(
        spectra,
        curves,
        counts,
        area,
        rates,
        said,
        request,
        Provenance(f"{EMBEDDED} and {HEASOFT}", request=request, warnings=tuple(warnings)),
    )


def _in_band(spectra: tuple[Spectrum, Spectrum], mission: Mission) -> tuple[Floats, ...]:
    """Give lower energies, keV, and both counts of the channels of the mission's band."""
    first, past = mission.channels(mission.band)
    kept = np.arange(first, past)
    for one in spectra:
        kept = np.intersect1d(kept, one.channel)
    rows = [np.searchsorted(one.channel, kept) for one in spectra]
    counts = (one.counts[at] for one, at in zip(spectra, rows, strict=True))
    return mission.energy_lo_kev(kept.astype(float)), *counts


def compare_counts(spectra: tuple[Spectrum, Spectrum], mission: Mission) -> SideBySide:
    """Give both engines' source counts in common bins of the mission's band."""
    low, ours, theirs = _in_band(spectra, mission)
    at = joined(ours, theirs)
    edges = np.append(low, low[-1:] + mission.channel_kev)[at]
    if not len(at):
        return _nothing()
    a, b = summed(ours, at), summed(theirs, at)
    return SideBySide(edges[:-1], edges[1:], a, b, np.sqrt(a), np.sqrt(b))


def _nothing() -> SideBySide:
    none = np.zeros(0)
    return SideBySide(none, none, none, none, none, none)


def compare_area(spectra: tuple[Spectrum, Spectrum], band: Band) -> SideBySide:
    """Give both engines' areas on the energies of HEASoft's, in a band; empty without both."""
    ours, theirs = (one.response for one in spectra)
    if ours is None or theirs is None:
        return _nothing()
    lo, hi = theirs.energy_edges_kev[:-1], theirs.energy_edges_kev[1:]
    inside = (lo >= band.lo_kev * (1 - 1e-6)) & (hi <= band.hi_kev * (1 + 1e-6))
    lo, hi = lo[inside], hi[inside]
    area = value_at(ours.energy_edges_kev, ours.area_cm2, (lo + hi) / 2)
    exact = np.zeros(len(lo))
    return SideBySide(lo, hi, area, theirs.area_cm2[inside], exact, exact)


def compare_rates(curves: tuple[LightCurve, LightCurve]) -> tuple[SideBySide, float]:
    """Give both rates in the bins that both have, and how much later HEASoft's begin, s."""
    ours, theirs = curves
    pairs = paired(ours.time_s, theirs.time_s, ours.binsize_s)
    good = ours.good(MIN_FRACEXP)[pairs.first] & theirs.good(MIN_FRACEXP)[pairs.second]
    a, b = pairs.first[good], pairs.second[good]
    start = ours.time_s[a]
    rates = SideBySide(
        start,
        start + ours.binsize_s,
        ours.rate_per_s[a],
        theirs.rate_per_s[b],
        ours.error_per_s[a],
        theirs.error_per_s[b],
        "s",
    )
    return rates, pairs.shift_s


def _percent(ratio: float) -> str:
    """Give how far a ratio is from 1, e.g. ``"4 %"``."""
    off = max(100 * abs(ratio - 1), 0.01)
    return f"{off:.2g} %" if off < _WHOLE_PERCENT else f"{off:,.0f} %"


def _versus(ratio: float, more: str, less: str) -> str:
    """Say how HEASoft's value compares, e.g. ``"HEASoft's is 4 % larger"``."""
    if ratio == 1:
        return "both are equal"
    if abs(ratio - 1) < _SAME:
        return f"both agree to {_percent(ratio)}"
    return f"HEASoft's is {_percent(ratio)} {more if ratio > 1 else less}"


def _say_counts(spectra: tuple[Spectrum, Spectrum], mission: Mission) -> tuple[str, ...]:
    _, ours, theirs = (float(np.sum(values)) for values in _in_band(spectra, mission))
    if not ours > 0:
        return (f"Counts, {mission.band}: the embedded engine has none, HEASoft {theirs:,.0f}.",)
    words = _versus(theirs / ours, "more", "less")
    numbers = f"{ours:,.0f} embedded, {theirs:,.0f} HEASoft"
    said = [f"Counts, {mission.band}: {words} ({numbers})."]
    live = [one.exposure_s for one in spectra]
    if min(live) > 0:
        said.append(
            f"Live time: {_versus(live[1] / live[0], 'longer', 'shorter')}"
            f" ({live[0]:,.1f} s embedded, {live[1]:,.1f} s HEASoft)."
        )
    scale = [_scale(one) for one in spectra]
    if min(scale) > 0:
        words = _versus(scale[1] / scale[0], "larger", "smaller")
        said.append(f"Factor that scales the background to the source: {words}.")
    return tuple(said)


def _scale(spectrum: Spectrum) -> float:
    """Give the mean factor that scales background counts to the source; 0 without one."""
    return float(np.mean(spectrum.background_ratio)) if len(spectrum.counts) else 0.0


def _say_area(area: SideBySide, band: Band) -> tuple[str, ...]:
    if not len(area):
        return ("Area: it cannot be compared, one of the two spectra has no response.",)
    inside = [kev for kev in _EDGES_KEV if band.lo_kev < kev < band.hi_kev]
    found = []
    for lo, hi in pairwise((band.lo_kev, *inside, band.hi_kev)):
        ratio = area.ratio[(area.middle >= lo) & (area.middle < hi)]
        known = ratio[np.isfinite(ratio)]
        if len(known):
            found.append((lo, hi, float(np.median(known))))
    worst = max((ratio for _, _, ratio in found), key=lambda ratio: abs(ratio - 1), default=1.0)
    if abs(worst - 1) < _SAME:
        found = [(found[0][0], found[-1][1], worst)] if found else []
    said = (
        f"{_versus(ratio, 'larger', 'smaller')} between {lo:g} and {hi:g} keV"
        for lo, hi, ratio in found
    )
    return (f"Area: {', '.join(said)}.",) if found else ()


def _say_rates(rates: SideBySide, shift_s: float) -> tuple[str, ...]:
    both = (rates.embedded, rates.embedded_error, rates.heasoft, rates.heasoft_error)
    mean = mean_ratio(*both)
    if not np.isfinite(mean.ratio):
        return ("Light curve: there is no bin in which both have a rate.",)
    words = _versus(mean.ratio, "higher", "lower")
    steady = not mean.scatter > _STEADY
    how = "at all times alike" if steady else "not at all times alike, more than the errors allow"
    said = [f"Rate: {words} in {len(rates)} bins, {how}."]
    if abs(mean.ratio - 1) >= _SAME:
        said.append(
            "HEASoft also corrects rates for photons outside of the region and for vignetting: a"
            " nearly constant factor."
        )
    if shift_s:
        when = "later" if shift_s > 0 else "earlier"
        said.append(
            f"HEASoft's bins begin {abs(shift_s):.3g} s {when}; each is compared with the nearest."
        )
    return tuple(said)
