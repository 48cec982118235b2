"""What a download would bring, the button that begins it, and why it cannot be pressed."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.archive.on_disk import Found
from nuwidgets.core.job import State
from nuwidgets.panels.download_wanted import sum_words

if TYPE_CHECKING:
    from nuwidgets.archive.on_disk import OnDisk
    from nuwidgets.core.step import Step
    from nuwidgets.panels.base import Panel
    from nuwidgets.panels.download_wanted import Wanted
    from nuwidgets.steps.download import DownloadStep

SELECT_FIRST = "Select observations first: in the search panel, or with s.find.select(...)."
LIST_FIRST = "List the files first: then their number and size are known."
NONE_CHOSEN = "No files are chosen. Choose another preset or pattern, or tick files."


class DownloadGo:
    """A sum, a button, and a note beside it.

    Parameters
    ----------
    panel : Panel
        Its session's download is begun.
    """

    def __init__(self, panel: Panel) -> None:
        self._session, self._step = panel.session, panel.session.download
        self.total, self.why = w.HTML().add_class("nuw-sentence"), w.HTML().add_class("nuw-note")
        self.button = panel.button("Download", "", self._step.submit, style="primary")
        self.button.layout.width = "110px"
        row = w.HBox([self.button, self.why]).add_class("nuw-row").add_class("nuw-acts")
        self.rows: tuple[w.Widget, ...] = (self.total, row)

    def show(self, chosen: Wanted, disk: OnDisk | None) -> None:
        """Show what is wanted now, and what of it is on the disk as far as that is known."""
        listed = self._session.files.product is not None
        text, lack = sum_words(chosen, disk, self._step.request()) if listed else ("", "")
        red = f'. <span class="nuw-failed">{html.escape(lack)}</span>' if lack else ""
        self.total.value = html.escape(text) + red
        hindrance = self._hindrance(chosen)
        why = hindrance or lack
        self.button.disabled, self.button.tooltip = bool(why), why or "s.download.run()"
        self.button.description = self._label(chosen, disk)
        said = hindrance or ("" if lack else self._advice())
        self.why.value = html.escape(said)

    def _label(self, chosen: Wanted, disk: OnDisk | None) -> str:
        """Name what a click would do: what is here already is only checked."""
        here = disk.found(*chosen.observations) if disk else Found()
        if chosen.n_files and here.n_files == chosen.n_files:
            return "Open" if self._step.opens and not whole(self._step) else "Check"
        return "Go on" if here.size_bytes or failed_ones(self._step) else "Download"

    def _hindrance(self, chosen: Wanted) -> str:
        """Say why nothing can be downloaded now; empty when it can."""
        files, step = self._session.files, self._step
        hindrances = (
            (step.state is State.RUNNING, "It is under way."),
            (not self._session.find.selected, SELECT_FIRST),
            (files.product is None or not answered(files), LIST_FIRST),
            (bool(chosen.problem), chosen.problem),
            (not chosen.n_files, NONE_CHOSEN),
        )
        return next((why for true, why in hindrances if true), "")

    def _advice(self) -> str:
        count = len(failed_ones(self._step))
        if not count:
            return ""
        what = "One observation" if count == 1 else f"{count} observations"
        return f"{what} failed. Go on tries again; another host may have the files."


def answered(step: Step[Any, Any]) -> bool:
    """Whether the product of now is that of the settings of now, whatever failed in it."""
    return step.state is State.KEPT or step.ledger.answered == (step.request(),)


def failed_ones(step: DownloadStep) -> dict[str, str]:
    """Give what went wrong, by observation, if that was with the settings of now."""
    return step.product.failed if step.product is not None and answered(step) else {}


def whole(step: DownloadStep) -> bool:
    """Whether all that is wanted now was downloaded."""
    return answered(step) and not failed_ones(step)
