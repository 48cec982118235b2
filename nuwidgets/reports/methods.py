"""The methods paragraph: what was done, in sentences that name only what the record holds."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.fit import CHI
from nuwidgets.reports import facts
from nuwidgets.reports.citations import ABUNDANCES, CROSS_SECTIONS
from nuwidgets.reports.doubts import doubts
from nuwidgets.reports.observations import observations, said_once
from nuwidgets.reports.region_words import region_words
from nuwidgets.reports.wording import Cite, Code, Paragraph, joined, one_line

if TYPE_CHECKING:
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.record import DatasetRecord, SessionRecord
    from nuwidgets.reports.wording import Sentence

_GROUPINGS = {
    "none": "were not grouped",
    "file": "were grouped as their files say",
    "constant": "were grouped by {scale:g} channels",
    "min": "were grouped to at least {scale:g} counts in a bin",
    "snmin": "were grouped into bins with a signal-to-noise ratio of at least {scale:g}",
    "bmin": "were grouped into bins with at least {scale:g} counts of background",
    "netmin": "were grouped to at least {scale:g} counts above the background in a bin",
    "opt": "were grouped into optimal bins",
    "optmin": "were grouped into optimal bins with at least {scale:g} counts",
    "optsnmin": "were grouped into optimal bins with a signal-to-noise ratio of at least {scale:g}",
    "template": "were grouped like {text}",
    "grppha": "were grouped by grppha's commands: {text}",
}


def paragraphs(record: SessionRecord) -> tuple[Paragraph, ...]:
    """Give the whole text."""
    found = (
        Paragraph("Observations", tuple(observations(record))),
        Paragraph("Data reduction", tuple(_reduction(record))),
        Paragraph("Spectral analysis", tuple(_analysis(record))),
        Paragraph("Software", tuple(_software(record))),
        Paragraph("Read before publishing", tuple((s,) for s in doubts(record)), listed=True),
    )
    return tuple(one for one in found if one.sentences)


def _reduction(record: SessionRecord) -> list[Sentence]:
    steps = (_screening, _regions, _grouping, _response, _lightcurve)
    return said_once(facts.shown_datasets(record), *steps)


def _screening(one: DatasetRecord) -> list[Sentence]:
    asked = one.steps["screen"].answered if "screen" in one.steps else None
    found: list[Sentence] = []
    if asked is not None and asked.user_gti is not None:
        n, good = len(asked.user_gti.intervals), asked.user_gti.ontime_s
        found.append(
            (f"For {one.name}, only times in {n} chosen intervals ({good:.1f} s) were kept.",)
        )
    if asked is not None and asked.max_grade is not None:
        found.append((f"For {one.name}, only grades up to {asked.max_grade} were kept.",))
    return found


def _regions(one: DatasetRecord) -> list[Sentence]:
    regions = facts.regions_of(one)
    if regions is None or not regions[0]:
        return []
    words = f"For {one.name}, source counts were taken from {region_words(regions[0])}"
    words += f", background from {region_words(regions[1])}" if regions[1] else ", no background"
    return [(f"{words}.",)]


def _grouping(one: DatasetRecord) -> list[Sentence]:
    asked = one.steps["spectrum"].answered if "spectrum" in one.steps else None
    if asked is None:
        return []
    how = asked.grouping
    done = _GROUPINGS[how.kind].format(scale=how.scale, text=how.text)
    words = f"Channels of {one.name} {done.replace(' 1 counts', ' 1 count')}"
    cite: Sentence = (" ", Cite.of("Kaastra2016")) if how.kind.startswith("opt") else ()
    return [(words, *cite, ".")]


def _response(one: DatasetRecord) -> list[Sentence]:
    spectrum = one.steps["spectrum"].product if "spectrum" in one.steps else None
    found: list[Sentence] = []
    background = spectrum.background if spectrum is not None else None
    if background is not None and background.path:
        found.append((f"The background of {one.name} is from {_file_name(background.path)}.",))
    response = spectrum.response if spectrum is not None else None
    if response is None or (response.provenance.approximate and not response.rmf_path):
        return found  # what is approximate is said among the doubts
    files = joined(_file_name(path) for path in (response.rmf_path, response.arf_path) if path)
    return [*found, (f"The response of {one.name} is from {files}.",)] if files else found


def _file_name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _lightcurve(one: DatasetRecord) -> list[Sentence]:
    step = one.steps.get("lightcurve")
    if step is None or step.product is None:
        return []
    curve, asked = step.product, step.answered
    done = [
        "the background taken away" if curve.background_subtracted else "",
        "corrected for dead time bin by bin" if curve.livetime_corrected else "",
    ]
    width = f"bins of {asked.binsize_s:g} s"
    width = {"orbit": "one bin an orbit", "gti": f"{width} begun anew in each good interval"}.get(
        asked.bins, width
    )
    where = "" if asked.region == "source" else f"the region {one_line(asked.region)!r} of "
    bands = joined(str(band) for band in (asked.band, *asked.bands))
    words = f"The light curve of {where}{one.name} counts {bands} in {width}"
    how = joined(word for word in done if word)
    at_barycentre = curve.pointing.timeref == "SOLARSYSTEM"
    times = f"photon times are {'' if at_barycentre else 'not '}corrected to the barycentre"
    return [(f"{words}{', ' * bool(how)}{how}; {times}.",)]


def _analysis(record: SessionRecord) -> list[Sentence]:
    return [*_longterm(record), *_joint_fit(record), *_one_by_one(record)]


def _longterm(record: SessionRecord) -> list[Sentence]:
    """Say how the source was counted in each observation."""
    step = record.steps.get("longterm")
    if step is None or step.product is None or step.answered is None or not step.product.names:
        return []
    curve, asked = step.product, step.answered
    n, found = len(curve.names), int(curve.detected.sum())
    limits = int((~curve.detected & np.isfinite(curve.limit_per_s)).sum())
    words = f"In {asked.band} the source is detected in {found} of {n} observations"
    words += f"; {limits} others have upper limits at {asked.level:g}%" * bool(limits)
    return [(f"{words}.",)]


def _joint_fit(record: SessionRecord) -> list[Sentence]:
    fit, asked = facts.fit_of(record), facts.answered_fit(record)
    if fit is None or asked is None:
        return []
    names = joined(one_line(name) for name in facts.group_names(record, asked))
    found: list[Sentence] = [
        (
            "The model, in the notation of XSPEC ", Cite.of("Arnaud1996"), ", is ",
            Code(asked.expression), f"; it was fitted to {names}.",
        ),
        *_other_spectra(record, asked),
        *_absorption(asked),
        *_range(record, asked),
    ]  # fmt: skip
    cash: Sentence = () if asked.statistic == CHI else (" ", Cite.of("Cash1979"))
    found.append(
        (
            f"The statistic is {fit.statistic_name}", *cash,
            f"; its minimum is {fit.statistic:.2f} for {fit.dof} degrees of freedom.",
        )
    )  # fmt: skip
    return [*found, *_levels(record)]


def _one_by_one(record: SessionRecord) -> list[Sentence]:
    """Say how observations were fitted each by itself."""
    step = record.steps.get("series")
    if step is None or step.product is None or step.answered is None:
        return []
    asked, n = step.answered, len(step.product.points)
    fitted = n - len(step.product.failed)
    level = f", with {facts.confidence_words(asked.delta)} confidence intervals for one parameter"
    said = f" was also fitted to each observation by itself ({fitted} of {n} could be fitted)"
    model: Sentence = ("The model ", Code(asked.fit.expression), said)
    found: list[Sentence] = [(*model, f"{level if asked.delta else ''}.")]
    how = "without what absorbs" if asked.unabsorbed else "absorption included"
    return [*found, (f"Their fluxes are those of the model in {asked.band}, {how}.",)]


def _other_spectra(record: SessionRecord, asked: FitRequest) -> list[Sentence]:
    """Say that what was fitted is not what the reduction describes."""
    now = {one.steps["spectrum"].answered for one in record.datasets if "spectrum" in one.steps}
    if set(asked.spectra) <= now:
        return []
    return [("The spectra that were fitted were made otherwise than the reduction above says.",)]


def _absorption(asked: FitRequest) -> list[Sentence]:
    used = {p.component.lower() for p in asked.parameters} & {"tbabs", "phabs"}
    if not used:
        return []
    own = {"tbabs": "vern", "phabs": asked.cross_section}
    tables = dict.fromkeys(own[name] for name in sorted(used))
    keys = (CROSS_SECTIONS[name] for name in tables if name in CROSS_SECTIONS)
    elements = ABUNDANCES.get(asked.abundance)
    found: list[Sentence] = []
    model: Sentence = ("TBabs ", Cite.of("Wilms2000"), " ") if "tbabs" in used else ("Absorption ",)
    cite: Sentence = (" ", Cite.of(elements)) if elements else ()
    found.append(
        (
            *model, f"takes abundances {asked.abundance}", *cite,
            f" and cross sections {joined(tables)} ", Cite(tuple(keys)), ".",
        )
    )  # fmt: skip
    return found


def _range(record: SessionRecord, asked: FitRequest) -> list[Sentence]:
    curve = facts.of_the_fit(record, "curve")
    found: list[Sentence] = []
    if asked.ignore:
        found.append(("Left out, in XSPEC's notation: ", Code(" ".join(asked.ignore)), "."))
    if curve is not None and curve.n_bins:
        lo, hi = facts.energies_kev(curve)
        found.append((f"{curve.n_bins} bins from {lo:.4g} to {hi:.4g} keV were compared.",))
    return found


def _levels(record: SessionRecord) -> list[Sentence]:
    errors, flux = facts.of_the_fit(record, "errors"), facts.flux_of(record)
    found: list[Sentence] = []
    if errors is not None:
        level, rise = facts.confidence_words(errors.delta), errors.delta
        words = f"Errors are {level} confidence intervals for one parameter: the statistic rises by"
        found.append((f"{words} {rise:g} with the others refitted.",))
    if flux is not None:
        asked = record.steps["flux"].answered
        values = joined(f"{value:.3e}" for value in flux.erg_per_cm2_s)
        part = f"component {asked.component}" if asked.component else "the model"
        how = "as it stands, absorption included,"
        if flux.absorbers:
            how = f"without {joined(flux.absorbers)}"
        words = f"The flux of {part} {how} in {asked.band}"
        found.append((f"{words} is {values} erg/cm2/s.",))
    return found


def software(record: SessionRecord) -> dict[str, str]:
    """Give name and version of what was used, as installed now."""
    engines = [step.product.provenance for step in _signed(record)]
    embedded = any(one.engine == "embedded" for one in engines)
    fits = [name for name in ("fit", "errors") if facts.product(record, name) is not None]
    names = ["nuwidgets", "astropy", "matplotlib", "numpy"]
    names += ["scipy"] if embedded else []
    names += ["iminuit"] if embedded and fits else []
    return {name: metadata.version(name) for name in names}


def engines(record: SessionRecord) -> tuple[str, ...]:
    """Give the engines that signed the products, with their versions."""
    signed = (step.product.provenance for step in _signed(record))
    return tuple(sorted({f"{one.engine} {one.version}".strip() for one in signed}))


def _signed(record: SessionRecord) -> list[Any]:
    steps = facts.all_steps(record)
    return [s for s in steps if s.product is not None and s.product.provenance.engine]


def _software(record: SessionRecord) -> list[Sentence]:
    cited = {
        "astropy": "Astropy2022",
        "matplotlib": "Hunter2007",
        "numpy": "Harris2020",
        "scipy": "Virtanen2020",
        "iminuit": "JamesRoos1975",
    }
    parts: list[Any] = []
    for name, version in software(record).items():
        parts += [", " if parts else "", f"{name} {version}"]
        parts += [" ", Cite.of(cited[name])] if name in cited else []
    made = engines(record)
    words = f"The products were computed by the engine {joined(made)}. " if made else ""
    return [(f"{words}This report was written with ", *parts, ".")]
