"""What a reader must know before trusting a report: approximate, out of date, missing, warned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.missions.base import known_mission
from nuwidgets.reports import facts
from nuwidgets.reports.observations import FEW
from nuwidgets.reports.wording import joined, one_line

if TYPE_CHECKING:
    from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord

NOUNS = {
    "events": "event list",
    "screen": "screening",
    "regions": "selection by regions",
    "image": "image",
    "lightcurve": "light curve",
    "spectrum": "spectrum",
    "fit": "fit",
    "errors": "confidence intervals",
    "flux": "flux",
    "curve": "model curve",
    "longterm": "long-term light curve",
    "series": "fits one by one",
}
_ROUND = ("kept", "fresh", "empty")


def step_words(path: str) -> str:
    """Name a product in a sentence.

    Examples
    --------
    >>> step_words("60001110002A.spectrum"), step_words("fit")
    ('the spectrum of 60001110002A', 'the fit')
    """
    dataset, _, name = path.rpartition(".")
    words = f"the {NOUNS.get(name, name)}"
    return f"{words} of {one_line(dataset)}" if dataset else words


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def doubts(record: SessionRecord) -> tuple[str, ...]:
    """Give a sentence for each thing that a reader must know."""
    found = (*approximate(record), *stale(record), *missing(record), *warned(record))
    return tuple(dict.fromkeys(found))


def approximate(record: SessionRecord) -> tuple[str, ...]:
    """Say what is approximate and why."""
    reasons: dict[str, list[str]] = {}
    for step in facts.all_steps(record):
        why = getattr(getattr(step.product, "provenance", None), "approximate", "")
        fit = facts.fit_of(record)
        if step.path == "flux" and step.product is not None and fit:  # no better than the fit
            why = why or fit.provenance.approximate
        if why:
            reasons.setdefault(one_line(why), []).append(step.path)
    return tuple(
        f"Approximate: {_listed(paths)}. Reason: {why.removeprefix('approximate: ')}."
        for why, paths in reasons.items()
    )


def _listed(paths: list[str]) -> str:
    """Name products; of many datasets only how many."""
    names = [path.rpartition(".")[2] for path in paths if "." in path]
    many = [name for name in dict.fromkeys(names) if names.count(name) > FEW]
    words = [f"the {NOUNS.get(name, name)} of {names.count(name)} datasets" for name in many]
    rest = [path for path in paths if "." not in path or path.rpartition(".")[2] not in many]
    return joined([*words, *(step_words(path) for path in rest)])


def stale(record: SessionRecord) -> tuple[str, ...]:
    """Say what is out of date, and what does not belong to the best fit."""
    found = [
        f"Out of date: {step_words(step.path)}: computed with other settings than those of now"
        f"{_differs(record, step)}."
        for step in facts.all_steps(record)
        if step.product is not None and step.state not in _ROUND and not _lacks(step)
    ]
    for name in ("errors", "flux", "curve"):
        there = facts.product(record, name) is not None
        if there and facts.of_the_fit(record, name) is None and facts.fit_of(record):
            what = "The figure of the spectrum shows" if name == "curve" else "Left out:"
            found.append(
                f"{what} {step_words(name)} at other parameters or settings than the best fit's."
            )
    return tuple(found)


def _lacks(step: StepRecord) -> bool:
    """Whether it is a download that lacks something: its warnings say what."""
    return step.path == "download" and bool(step.product.failed)


def _differs(record: SessionRecord, step: StepRecord) -> str:
    """Say which settings of the fit have changed."""
    asked = facts.answered_fit(record)
    if step.path != "fit" or asked is None:
        return ""
    now = step.settings
    pairs = {
        "model": (now.get("model"), asked.expression),
        "parameters": (now.get("parameters"), asked.parameters),
        "statistic": (now.get("statistic"), asked.statistic),
        "ignored energies": (now.get("ignore"), asked.ignore),
        "abundances": (now.get("abundance"), asked.abundance),
        "cross sections": (now.get("cross_section"), asked.cross_section),
    }
    changed = [name for name, (mine, then) in pairs.items() if mine != then]
    spectra = [record.dataset(n).steps["spectrum"].answered for n in record.used]
    if tuple(spectra) != asked.spectra:
        changed.append("spectra")
    return f" (changed since: {joined(changed)})" if changed else ""


def missing(record: SessionRecord) -> tuple[str, ...]:
    """Say what was not computed, is not at hand, or failed."""
    found = []
    for step in facts.all_steps(record):
        if step.state in ("failed", "running"):
            words = "failed" if step.state == "failed" else "was not finished"
            found.append(f"Missing: {step_words(step.path)} {words} with the settings of now.")
        elif step.product is None and step.answered is not None:
            found.append(f"Missing: {step_words(step.path)} is not in memory; run it again.")
    found += _missing_of_fit(record)
    found += _missing_files(record)
    for one in facts.shown_datasets(record):
        events = one.steps.get("events")
        lacks = events and events.product is not None and events.product.livetime is None
        if lacks and _has_livetimes(one):
            found.append(
                f"No housekeeping file was given for {one_line(one.name)}: the live time is the"
                " mean of the event file's header."
            )
    return tuple(found)


def _has_livetimes(one: DatasetRecord) -> bool:
    """Whether the mission has files of live times: without such there is nothing to miss."""
    known = known_mission(one.pointing.telescope)
    return known is None or bool(known.hk_pattern)


def _missing_of_fit(record: SessionRecord) -> list[str]:
    fit = facts.fit_of(record)
    if fit is None:
        return ["Missing: no model was fitted."]
    found = [] if fit.converged else ["The fit did not converge: its parameters are not a minimum."]
    if facts.product(record, "errors") is None:
        found.append(
            "Missing: no confidence intervals were computed; errors are one sigma from the"
            " covariance."
        )
    wrong = {n: i.flags for n, i in facts.intervals(record).items() if "T" in i.flags}
    if wrong:
        flags = joined(f"{number} ({letters})" for number, letters in wrong.items())
        found.append(f"XSPEC's problem letters are set for the intervals of parameters {flags}.")
    return found


def _missing_files(record: SessionRecord) -> list[str]:
    named = dict.fromkeys(
        path for step in facts.all_steps(record) for _, path in facts.paths_in(step.answered)
    )
    return [
        f"Missing: the data file {one_line(path)} is not where it was."
        for path in named
        if not Path(path).exists()
    ]


def warned(record: SessionRecord) -> tuple[str, ...]:
    """Give the warnings of the products, each once."""
    found: dict[str, list[str]] = {}
    for step in facts.all_steps(record):
        for sentence in getattr(getattr(step.product, "provenance", None), "warnings", ()):
            found.setdefault(one_line(sentence), []).append(step_words(step.path))
    return tuple(f"{_capital(joined(steps))}: {words}" for words, steps in found.items())
