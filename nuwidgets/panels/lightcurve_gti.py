"""Good times from and to a file, as HEASoft's tasks take them."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError
from nuwidgets.files.gti import parse_gti_file, write_gti
from nuwidgets.panels.lightcurve_plot import span_words
from nuwidgets.panels.lightcurve_times import plain, used, whole
from nuwidgets.panels.saving import apart, named, write_own

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.events import Pointing
    from nuwidgets.domain.gti import Gti
    from nuwidgets.panels.base import Panel

REPLACE, WITHIN, ADD = "instead", "within", "also"
HOW = (("use these instead", REPLACE), ("only within these", WITHIN), ("use these also", ADD))
"""What becomes of the times of a file: words and value."""


class GtiFiles:
    """A file name, how its times are used, and buttons to load and save.

    Parameters
    ----------
    panel : Panel
        Says what went wrong.
    datasets : iterable of EventDataset
        All take the times of a file; those of the first are saved.
    """

    def __init__(self, panel: Panel, datasets: Iterable[EventDataset]) -> None:
        self._panel, self._datasets = panel, tuple(datasets)
        self.file = w.Text(
            value="times.gti",
            placeholder="GTI file",
            tooltip="File of good times (FITS, START and STOP) to load or save",
            layout=w.Layout(width="150px"),
        )
        self.how = w.Dropdown(
            options=HOW, tooltip="What becomes of them", layout=w.Layout(width="150px")
        )
        for control in (self.file, self.how):
            behind(panel.door, control)
        load = 'screen.user_gti = nw.read_gti("times.gti")'
        save = 'nw.write_gti("times.gti", screen.user_gti, pointing)'
        self.note = w.HTML().add_class("nuw-note")
        buttons = (
            panel.button("Load GTI", load, self.load),
            panel.button("Save GTI", save, self.save),
        )
        self.box = w.HBox([self.file, *buttons, self.how, self.note]).add_class("nuw-row")

    def load(self) -> None:
        """Read the file, apart from the door, and use its times."""
        self.note.value = ""
        path = named(self.file.value, "good times")
        each = {one.name: one.pointing for one in self._datasets}
        apart(self._panel, partial(_read, path, each), partial(self._take, path))

    def _take(self, path: Path, parsed: dict[str, tuple[Gti, tuple[str, ...]]]) -> None:
        new = {one.name: self._joined(one, parsed[one.name][0]) for one in self._datasets}
        times, said = parsed[self._datasets[0].name]
        if not any(gti.intervals for gti in new.values()):
            raise InputError(
                f"Cannot use the times of {path.name!r}: none of its {span_words(times)} is good"
                " time here. Is it the file of another observation?"
            )
        for one in self._datasets:
            one.screen.user_gti = plain(one, new[one.name])
        self._panel.say("")
        words = f"{len(times.intervals)} stretches, {span_words(times)}, read from {path.name}."
        warned = "".join(f'<div class="nuw-approximate">⚠ {html.escape(s)}</div>' for s in said)
        self.note.value = html.escape(words) + warned

    def _joined(self, dataset: EventDataset, times: Gti) -> Gti:
        inside = times.intersect(whole(dataset))
        if self.how.value == WITHIN:
            return used(dataset).intersect(inside)
        return used(dataset).union(inside) if self.how.value == ADD else inside

    def save(self) -> None:
        """Write the times that are used, apart from the door.

        Raises
        ------
        InputError
            If there are none.
        """
        self.note.value = ""
        path, first = named(self.file.value, "good times"), self._datasets[0]
        times = used(first).intersect(whole(first))
        if not times.intervals:
            raise InputError("Cannot save good times: there are none. Open an event file first.")
        other = [d.name for d in self._datasets[1:] if used(d) != used(first)]
        of = f" of {first.name}" if other else ""
        work = partial(_write, times, first.pointing)
        apart(self._panel, partial(write_own, self._panel, path, work), partial(self._saved, of))

    def _saved(self, of: str, path: Path) -> None:
        self._panel.say("")
        self.note.value = html.escape(f"Good times{of} written to {path.name}.")


def _read(path: Path, pointings: dict[str, Pointing]) -> dict[str, tuple[Gti, tuple[str, ...]]]:
    """Give the times of a file in the seconds of each dataset, and what is to be said."""
    return {name: parse_gti_file(path, pointing) for name, pointing in pointings.items()}


def _write(times: Gti, pointing: Pointing, path: Path) -> None:
    write_gti(path, times, pointing, overwrite=True)
