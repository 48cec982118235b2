"""What rests on a fit, as code: titles, words, and what is printed of each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.scripts.matters import OVERALL, made
from nuwidgets.scripts.sections import Section

if TYPE_CHECKING:
    from nuwidgets.domain.record import SessionRecord

TITLES = {
    "fit": "Fit",
    "errors": "Confidence intervals",
    "flux": "Flux",
    "luminosity": "Luminosity",
    "eqwidth": "Equivalent width",
    "contours": "Contours",
    "chain": "Markov chain",
    "goodness": "Goodness of fit",
    "fake": "Simulated spectra",
    "compare_fit": "The same fit by XSPEC",
    "curve": "Model curve",
    "series": "Observations one by one",
}
"""Headings, by name of the step."""
TEXTS = {
    "fit": "The model, what it is compared with, and the values that the fit starts from.",
    "errors": "Each parameter is moved until the statistic has risen by delta.",
    "flux": "The model is integrated over a band.",
    "luminosity": "The model is integrated over a band of the source's own energies.",
    "eqwidth": "A line is measured by the width of continuum with as many photons.",
    "contours": "Parameters are stepped, the others refitted.",
    "chain": "emcee walks through the parameters; it needs nuwidgets[mcmc].",
    "goodness": "Spectra are simulated from the best fit, and compared with it like the data.",
    "fake": "Spectra are simulated from the model.",
    "compare_fit": "Both engines fit the same, from the same start.",
    "curve": "The model is folded through the response and compared with the data.",
    "series": "The model is fitted to each observation by itself; one that fails is put aside.",
}
"""What each does, in a sentence."""


def results(record: SessionRecord) -> tuple[Section, ...]:
    """Give the lines that print what came out."""
    lines: list[str] = []
    for name in OVERALL:
        if name != "curve" and made(record.steps.get(name)):
            lines += _printed(name)
    return (Section("Results", "", tuple(lines)),) if lines else ()


def _printed(name: str) -> tuple[str, ...]:
    if name == "series":
        return ("nw.series_table(s).pprint(max_lines=-1, max_width=-1)",)
    if name != "errors":
        return (f"print(s.{name}.product)",)
    return (
        "for one in s.errors.product.intervals:",
        '    print(f"{one.number:3d}  {one.lo:.6g} to {one.hi:.6g}  {one.flags}")',
    )
