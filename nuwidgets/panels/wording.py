"""Paths of steps and settings in a user's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SAME = 4
"""So many warnings alike are said once."""
LONGEST = 60
"""Letters of a log's line beside the progress."""
STATES = {
    "empty": "● nothing yet",
    "running": "● running",
    "fresh": "● up to date",
    "kept": "○ up to date",
    "stale": "● out of date",
    "failed": "● failed",
}
"""What is said of a step's state, by its value."""
_FIELDS = {"expression": "model", "user_gti": "good times", "names": "the observations"}
_STEPS = {
    "find": "the search",
    "files": "the list of files",
    "download": "the download",
    "pipeline": "the pipeline",
    "task": "the task",
    "fit": "the fit",
    "curve": "the model curve",
    "errors": "the errors",
    "flux": "the flux",
    "luminosity": "the luminosity",
    "eqwidth": "the equivalent width",
    "contours": "the contours",
    "chain": "the Markov chain",
    "goodness": "the goodness",
    "fake": "the simulated spectra",
    "compare_fit": "the comparison of both engines",
    "shared": "the shared regions",
    "longterm": "the long-term light curve",
    "series": "the fits one by one",
    "thumbnails": "the small images",
    "events": "the event file",
    "screen": "the good times",
    "image": "the image",
    "exposure": "the exposure map",
    "geometry": "the place of the detectors",
    "regions": "the regions",
    "counts": "the counts of the regions",
    "profile": "the radial profile",
    "backgrounds": "the proposals for the background",
    "goodtimes": "the conditions for good times",
    "hardness": "the hardness",
    "power": "the power spectrum",
    "period": "the search for a period",
    "lightcurve": "the light curve",
    "spectrum": "the spectrum",
    "compare": "the comparison",
}
_SETTINGS = {
    "fit.engine": "engine of the fit",
    "fit.weight": "weights",
    "fit.test_statistic": "test statistic",
    "fit.groups": "data groups",
    "fit.responses": "responses of sources",
    "contours.axes": "axes of the contours",
    "goodness.n": "number of simulated data sets",
    "find.target": "target",
    "find.mission": "mission",
    "find.radius_arcmin": "search radius",
    "find.selected": "selected observations",
    "find.event_mjd": "date of the event",
    "files.host": "host",
    "download.also": "files ticked by hand",
    "download.without": "files left out by hand",
    "download.preset": "choice of files",
    "download.pattern": "pattern of files",
    "download.folder": "folder of the download",
    "pipeline.parameters": "parameters of the pipeline",
    "pipeline.engine": "engine",
    "pipeline.folders": "folders of observations",
    "regions.source": "source region",
    "regions.background": "background region",
    "regions.named": "named regions",
    "lightcurve.selected_s": "brushed times",
    "lightcurve.binsize_s": "bins of the light curve",
    "curve.selected_kev": "brushed energies",
    "screen.user_gti": "good times",
    "fit.model": "model",
    "fit.parameters": "parameters of the fit",
    "fit.ignore": "ignored energies",
    "fit.statistic": "statistic",
    "errors.delta": "error Δ",
    "fit.run()": "what the fit found",
    "spectrum.grouping": "grouping",
}


def step_words(path: str) -> str:
    """Name a step, e.g. ``"the regions of 60001110002A"``.

    Examples
    --------
    >>> step_words("60001110002A.regions"), step_words("fit")
    ('the regions of 60001110002A', 'the fit')
    """
    dataset, _, name = path.rpartition(".")
    words = _STEPS.get(name, name)
    return f"{words} of {dataset}" if dataset else words


def changed_words(fields: tuple[str, ...]) -> str:
    """Say which parts of a request changed, from `Step.stale_because`; empty for none.

    Examples
    --------
    >>> changed_words(("fit.expression", "fit.parameters"))
    'model and parameters changed'
    >>> changed_words(())
    ''
    """
    if "names" in fields:  # all else is of other observations
        fields = ("names",)
    words = (field.removeprefix("fit.") for field in fields)
    named = (_FIELDS.get(word, word) for word in words)
    said = " and ".join(dict.fromkeys(named))
    return f"{said} changed" if said else ""


def undo_words(says: str) -> str:
    """Say what undo changes, from the words of `Edits.says`.

    Examples
    --------
    >>> undo_words("60001110002A.regions.source and 1 more")
    'source region of 60001110002A and 1 more'
    >>> undo_words("fit.parameters"), undo_words("fit.abundance"), undo_words("")
    ('parameters of the fit', 'abundance of the fit', '')
    """
    first, more, rest = says.partition(" and ")
    path, _, setting = first.rpartition(".")
    dataset, _, step = path.rpartition(".")
    if not path:
        return says
    of = f" of {dataset}" if dataset else ""
    words = _SETTINGS.get(f"{step}.{setting}", "")
    if not words:
        words = f"{setting.replace('_', ' ')} of {_STEPS.get(step, step)}"
    return words + of + more + rest


def short(line: str) -> str:
    """Give a line of a log as it goes into one line of a panel; rulers say nothing.

    Examples
    --------
    >>> short("----------"), short("Command: " + "x" * 100)[-3:]
    ('', 'xx…')
    """
    words = line.strip() if any(letter.isalnum() for letter in line) else ""
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def said_lines(sentences: Sequence[str], kind: str = "", *, spare: Sequence[str] = ()) -> str:
    """Give sentences of HTML a line each, once; those to spare are said already.

    Examples
    --------
    >>> said_lines(["late", "dark", "late"], "nuw-warned", spare=["dark"])
    '<div class="nuw-warned">late</div>'
    """
    said = [said for said in dict.fromkeys(sentences) if said and said not in spare]
    # a sentence that points at a character keeps its lines
    lines = [f"<pre>{text}</pre>" if "\n" in text else text for text in said]
    start = f'<div class="{kind}">' if kind else "<div>"
    return "".join(f"{start}{line}</div>" for line in lines)


def once(sentences: Sequence[str]) -> list[str]:
    """Give sentences, and of many that differ in names and numbers alone the first.

    Examples
    --------
    >>> once([f"a{n}: {n} of 9 bins are empty." for n in range(1, 6)])
    ['a1: 1 of 9 bins are empty. The same, with other numbers, of 4 more.']
    """
    kinds: dict[str, list[str]] = {}
    for text in dict.fromkeys(sentences):
        name, colon, rest = text.partition(": ")
        kind = re.sub(r"\d+", "0", rest) if colon and " " not in name else text
        kinds.setdefault(kind, []).append(text)
    said = []
    for texts in kinds.values():
        more = f"{texts[0]} The same, with other numbers, of {len(texts) - 1} more."
        said += texts if len(texts) < SAME else [more]
    return said
