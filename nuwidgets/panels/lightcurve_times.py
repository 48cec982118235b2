"""Which times are used: what is brushed is kept, left out, or brought back; how much there is."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError
from nuwidgets.panels.lightcurve_plot import span_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nuwidgets.dataset import EventDataset
    from nuwidgets.panels.base import Panel

    Change = Callable[[EventDataset, Gti], Gti]


class UsedLine:
    """A line that says how much of the good time is used.

    Parameters
    ----------
    panel : Panel
        Whose line it is.
    datasets : iterable of EventDataset
        Each is named where they differ.
    """

    def __init__(self, panel: Panel, datasets: Iterable[EventDataset]) -> None:
        self._datasets = tuple(datasets)
        self.line = w.HTML().add_class("nuw-sentence")
        for one in self._datasets:
            panel.watch(one.screen, ["user_gti"], self.show)
            panel.watch(one.events, ["product"], self.show)
        self.show()

    def show(self) -> None:
        """Say how much time is used, of each dataset where that differs."""
        words = {one.name: used_words(one) for one in self._datasets}
        words = {name: text for name, text in words.items() if text}
        said = "Good time used: " + alike(words) if words else ""
        self.line.value = html.escape(said)


class TimesChoice:
    """Buttons that set `screen.user_gti` of datasets.

    Parameters
    ----------
    panel : Panel
        Whose buttons they are.
    datasets : iterable of EventDataset
        All are set.
    brushed : callable
        Gives what is brushed of a dataset, or None.
    clear : callable
        Takes the brush away.
    """

    def __init__(
        self,
        panel: Panel,
        datasets: Iterable[EventDataset],
        brushed: Callable[[EventDataset], Gti | None],
        clear: Callable[[], object],
    ) -> None:
        self._datasets, self._brushed, self._clear = tuple(datasets), brushed, clear
        buttons = (
            ("Keep", "screen.user_gti = lightcurve.selected_s", self.keep),
            ("Leave out", "screen.user_gti = gti.without(lightcurve.selected_s)", self.leave_out),
            ("Bring back", "screen.user_gti = gti.union(lightcurve.selected_s)", self.bring_back),
            ("All times", "screen.user_gti = None", self.all_times),
        )
        self.buttons = tuple(panel.button(*one) for one in buttons)

    def keep(self) -> None:
        """Use what is brushed and nothing else."""
        self._choose(lambda _dataset, brushed: brushed)

    def leave_out(self) -> None:
        """Use what was used, without what is brushed."""
        self._choose(lambda dataset, brushed: used(dataset).without(brushed))

    def bring_back(self) -> None:
        """Use what was used, and what is brushed."""
        self._choose(
            lambda dataset, brushed: used(dataset).union(brushed.intersect(whole(dataset)))
        )

    def all_times(self) -> None:
        """Use all good times."""
        for dataset in self._datasets:
            dataset.screen.user_gti = None
        self._clear()

    def _choose(self, change: Change) -> None:
        chosen = {one.name: self._brushed(one) for one in self._datasets}
        new = {
            one.name: change(one, brushed)
            for one in self._datasets
            if (brushed := chosen[one.name]) is not None
        }
        if not new:
            raise InputError(
                "No times are brushed: drag across the light curve, or type them, first."
            )
        for dataset in self._datasets:
            if dataset.name in new:
                dataset.screen.user_gti = plain(dataset, new[dataset.name])
        self._clear()


def whole(dataset: EventDataset) -> Gti:
    """Give all good times of a dataset's file."""
    product = dataset.events.product
    return product.gti if product is not None else Gti()


def used(dataset: EventDataset) -> Gti:
    """Give the good times of a dataset that are used."""
    chosen: Gti | None = dataset.screen.user_gti
    return whole(dataset) if chosen is None else chosen


def plain(dataset: EventDataset, times: Gti) -> Gti | None:
    """Give times as the setting is to have them: all good times are None."""
    everything = whole(dataset)
    return None if everything.intervals and times == everything else times


def alike(words: Mapping[str, str]) -> str:
    """Give what is said of datasets, by name where that differs.

    Examples
    --------
    >>> alike({"A": "1 ks", "B": "1 ks"}), alike({"A": "1 ks", "B": "2 ks"})
    ('1 ks', 'A: 1 ks · B: 2 ks')
    """
    differ = len(set(words.values())) > 1
    lines = [f"{name}: {text}" for name, text in words.items()] if differ else words.values()
    return " · ".join(dict.fromkeys(lines))


def used_words(dataset: EventDataset) -> str:
    """Say how much of the good time is used; empty before the file is read."""
    everything = whole(dataset)
    if not everything.intervals:
        return ""
    chosen = everything.intersect(used(dataset))
    total, left = everything.ontime_s, chosen.ontime_s
    if dataset.screen.user_gti is None:
        return f"all {span_words(everything)}"
    n = len(chosen.intervals)
    stretches = f"{n} stretch" + ("" if n == 1 else "es")
    share = 100 * left / total if total else 0.0
    return f"{span_words(chosen)} of {span_words(everything)} ({share:.3g} %), {stretches}"
