"""What was observed and how it was reduced, in sentences; what holds for many is said once."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from nuwidgets.reports import facts
from nuwidgets.reports.wording import Cite, joined, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nuwidgets.domain.record import DatasetRecord, SessionRecord
    from nuwidgets.reports.wording import Sentence

    Says = Callable[[DatasetRecord], Iterable[Sentence]]

_KINDS = {
    "events": ("an event file", "event files"),
    "spectrum": ("a spectrum file", "spectrum files"),
}
FEW = 6
"""More observations than this, by one instrument of one object, are told in one sentence."""
SOMEBODY = "\0"
"""Stands for the name of a dataset in a sentence that may hold for others too."""


def said_once(datasets: tuple[DatasetRecord, ...], *says: Says) -> list[Sentence]:
    """Give the sentences about datasets, each once, naming all those for which it holds.

    Parameters
    ----------
    datasets : tuple of DatasetRecord
    *says : callable
        Give the sentences about one dataset, one kind of sentence each.
    """
    found: dict[Sentence, list[str]] = {}
    for say in says:
        for one in datasets:
            for sentence in say(replace(one, name=SOMEBODY)):
                found.setdefault(sentence, []).append(one_line(one.name))
    every = len(datasets)
    return [
        tuple(
            part.replace(SOMEBODY, _names(names, every)) if isinstance(part, str) else part
            for part in sentence
        )
        for sentence, names in found.items()
    ]


def _names(names: list[str], every: int) -> str:
    return f"all {every} datasets" if len(names) == every > FEW else joined(names)


def observations(record: SessionRecord) -> list[Sentence]:
    """Say what was observed."""
    kinds: dict[tuple[str, ...], list[DatasetRecord]] = {}
    for one in facts.shown_datasets(record):
        at = one.pointing
        kinds.setdefault((one.kind, at.telescope, at.instrument, at.object_name), []).append(one)
    found: list[Sentence] = []
    for (kind, telescope, *_), several in kinds.items():
        new = _together(several) if len(several) > FEW else [_alone(one) for one in several]
        if telescope.lower() == "nustar" and kind and new:
            first, *rest = new[0]
            if not any(isinstance(part, Cite) for each in found for part in each):
                new[0] = (first, " ", Cite.of("Harrison2013"), *rest)
        found += new
    return found


def _alone(one: DatasetRecord) -> Sentence:
    at = one.pointing
    parts = [f"object {at.object_name}" if at.object_name else ""]
    parts += [f"ObsID {at.obs_id}" if at.obs_id else "", at.instrument]
    parts += [f"start {at.date_obs}" if at.date_obs else ""]
    about = ", ".join(one_line(part) for part in parts if part)
    live = facts.livetime_s(one)
    known = f" with a live time of {live / 1000:.1f} ks" if math.isfinite(live) else ""
    what = f"{one_line(one.name)} is {_KINDS[one.kind][0]} of {_telescope(one)}"
    return what, f" ({about}){known}." if about else f"{known}."


def _telescope(one: DatasetRecord) -> str:
    return one_line(one.pointing.telescope) or "an unnamed telescope"


def _together(several: list[DatasetRecord]) -> list[Sentence]:
    """Tell many observations in one sentence."""
    at = several[0].pointing
    parts = [f"object {at.object_name}" if at.object_name else "", at.instrument]
    ids = sorted({one.pointing.obs_id for one in several} - {""})
    parts += [f"ObsIDs {ids[0]} to {ids[-1]}"] if len(ids) > 1 else []
    dates = sorted({one.pointing.date_obs for one in several} - {""})
    parts += [f"starts from {dates[0]} to {dates[-1]}"] if len(dates) > 1 else []
    about = ", ".join(one_line(part) for part in parts if part)
    live = [x / 1000 for one in several if math.isfinite(x := facts.livetime_s(one))]
    known = f" with live times of {min(live):.1f} to {max(live):.1f} ks" if live else ""
    known += f", {sum(live):.1f} ks in all" if live else ""
    what = f"{len(several)} datasets are {_KINDS[several[0].kind][1]} of {_telescope(several[0])}"
    return [(what, f" ({about}){known}; the table of datasets has each.")]
