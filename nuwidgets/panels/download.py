"""The download panel: which files of the selected observations, how much that is, and getting them.

Nothing goes over the network before a button is pressed: not when it is shown, nor when a session
is opened again.
"""

from __future__ import annotations

import html
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.archive.on_disk import Found, look
from nuwidgets.core.job import State
from nuwidgets.panels.base import Panel
from nuwidgets.panels.download_choice import DownloadChoice
from nuwidgets.panels.download_files import DownloadFiles
from nuwidgets.panels.download_go import SELECT_FIRST, DownloadGo, answered, failed_ones
from nuwidgets.panels.download_lines import ended, lines_html, moving, resting
from nuwidgets.panels.download_wanted import Wanted, wanted
from nuwidgets.panels.saving import apart

if TYPE_CHECKING:
    from nuwidgets.archive.on_disk import OnDisk
    from nuwidgets.session import Session

PLACE = "download"
"""Under which name the session remembers how this panel looks."""
REST_S = 0.2
"""Lines that move are drawn at most once in this time, s."""
NAMED = 6
"""So many observations are named; of the others only the number is said."""
CHOOSE = [
    "state", "product", "folder", "preset", "pattern",
    "modules", "modes", "also", "without", "copy", "opens",
]  # fmt: skip
"""Of a download: what the panel shows beside its progress."""


class DownloadPanel(Panel):
    """Choose files of the selected observations, see how much that is, download them.

    Parameters
    ----------
    session : Session
        Its download is shown and set.
    """

    brings_kept = False

    def __init__(self, session: Session) -> None:
        self._known: dict[str, tuple[tuple[Any, ...], Wanted]] = {}
        self._disk: OnDisk | None = None
        self._looked: tuple[Any, ...] = ()
        self._drawn_s = 0.0
        super().__init__(session, "Download")

    def build(self) -> None:
        """Make controls, table, sum, buttons and lines."""
        find, files, download = self.session.find, self.session.files, self.session.download
        self.stop.tooltip = "s.download.cancel()"
        self.selection = w.HTML().add_class("nuw-sentence")
        self.choice = DownloadChoice(self)
        self.files = DownloadFiles(self, lambda: self._wanted(by_hand=False))
        self.listing = w.VBox([self.files.table])
        self.go = DownloadGo(self)
        self.lines = w.HTML().add_class("nuw-lines")
        self.fill(
            self.selection, *self.choice.rows, self._list_row(), self.listing, *self.go.rows,
            self.lines,
        )  # fmt: skip
        self.follow(download, beside=(files,))
        self.head.serve(download, files)
        self.watch(find, ["selected", "mission"], self._show)
        self.watch(files, ["state", "product", "host"], self._show)
        self.watch(download, CHOOSE, self._show)
        self.watch(download, ["progress"], self._show_moving)
        self._show()

    def _list_row(self) -> w.Widget:
        self.list = self.button("List files", "s.files.run(anew=True)", self._list)
        self.fold = self.button("", "Show or hide the files", self._toggle)
        self.reset = self.button("As the preset", "", self._as_the_preset)
        self.reset.tooltip = "s.download.also = s.download.without = ()"
        self.hand = w.HTML().add_class("nuw-note")
        row = w.HBox([self.list, self.fold, self.reset, self.hand])
        return row.add_class("nuw-row").add_class("nuw-acts")

    # ---- what is wanted, and what of it is here ----------------------------------------------

    def _wanted(self, *, by_hand: bool = True) -> Wanted:
        """Give what is chosen, or what would be if nothing were ticked by hand; asks nobody."""
        files, request = self.session.files.product, self.session.download.request()
        request = request if by_hand else replace(request, also=(), without=())
        kind, asked = "chosen" if by_hand else "usual", (files, request)
        known = self._known.get(kind)
        if known is None or known[0] != asked:
            known = self._known[kind] = asked, wanted(files, request)
        return known[1]

    def _look(self) -> None:
        """Look up what is on the disk, apart, when that may be another answer than before."""
        files, download = self.session.files.product, self.session.download
        moving = download.state is State.RUNNING
        asked = () if moving else (files, download.folder, download.state, download.product)
        if asked == self._looked or self.door.closed:
            return
        self._looked = asked
        self._disk = self._disk if files is not None else None
        if files is not None and not moving:  # the end of what moves is looked up as another state
            folder = download.request().folder
            work = partial(look, folder, files.mission, files.observations)
            apart(self, work, partial(self._found, asked))

    def _found(self, asked: tuple[Any, ...], disk: OnDisk) -> None:
        if asked == self._looked and not self._closed:
            self._disk = disk
            self._show()
            self._show_state()

    # ---- what is shown -----------------------------------------------------------------------

    def _show(self) -> None:
        chosen = self._wanted()
        self.choice.show()
        self.files.show(self.session.files.product, chosen)
        self._look()
        self.selection.value = selection_html(self.session.find.selected)
        self._show_files(chosen)
        self.go.show(chosen, self._disk)
        self._show_lines(chosen)

    def _show_files(self, chosen: Wanted) -> None:
        """Show what is left of the table when it is folded, and what a hand has changed."""
        files, selected = self.session.files, self.session.find.selected
        opened = bool(self.session.views.get(PLACE, {}).get("files", True))
        listed = files.product is not None
        self.listing.layout.display = None if opened and listed else "none"
        aged = listed and not answered(files)
        (self.listing.add_class if aged else self.listing.remove_class)("nuw-aged")
        self.fold.description = "Files ▴" if opened else "Files ▾"
        self.fold.layout.display = None if listed else "none"
        words = hand_words(chosen, self._wanted(by_hand=False))
        self.hand.value, self.reset.layout.display = words, None if words else "none"
        why = "" if selected else SELECT_FIRST
        why = why or ("They are being listed." if files.state is State.RUNNING else "")
        self.list.disabled, self.list.tooltip = bool(why), why or "s.files.run(anew=True)"

    def _show_lines(self, chosen: Wanted) -> None:
        download = self.session.download
        if download.state is State.RUNNING:
            self._show_moving()
            return
        product = download.product if answered(download) else None
        if product is not None:
            lines = ended(product.observations, chosen)
        else:
            lines = resting(chosen, self._disk)
        self._draw(lines_html(lines))

    def _show_moving(self) -> None:
        progress, now_s = self.session.download.progress, time.monotonic()
        if progress is None or not progress.parts or now_s - self._drawn_s < REST_S:
            return
        self._drawn_s = now_s
        self._draw(lines_html(moving(progress.parts)))

    def _draw(self, text: str) -> None:
        if text != self.lines.value:
            self.lines.value = text
            self.lines.layout.display = None if text else "none"

    # ---- what a hand does --------------------------------------------------------------------

    def _list(self) -> None:
        """Ask the archive, also what it was asked before: its files may have changed."""
        self.session.files.submit(anew=True)

    def _toggle(self) -> None:
        opened = bool(self.session.views.get(PLACE, {}).get("files", True))
        self.session.view(PLACE, files=not opened)
        self._show()

    def _as_the_preset(self) -> None:
        self.session.download.also = self.session.download.without = ()

    # ---- what is different from other panels -------------------------------------------------

    def rebuild(self) -> None:
        """Stay as it is: nothing here is about datasets, and a download opens many."""

    def state_words(self, step: Any) -> tuple[str, str]:
        """Say it in the words of a download, where that says more."""
        download = self.session.download
        if step is download and download.state is State.STALE and (bad := failed_ones(download)):
            return "failed", f"● {len(bad)} of {len(download.product.observations)} failed"
        if step is download and download.state is State.EMPTY and self._begun:
            return "empty", "● begun, not ended"
        return super().state_words(step)

    @property
    def _begun(self) -> bool:
        """Whether some of what is wanted is on the disk, and not all."""
        chosen, disk = self._wanted(), self._disk
        here = disk.found(*chosen.observations) if disk is not None else Found()
        return here.size_bytes > 0 and here.n_files < chosen.n_files

    def warnings_of(self, products: list[Any]) -> list[str]:
        """Leave out what one observation lacks: it is in its line."""
        lines = {one.obs_id for product in products for one in product.observations if one.problem}
        said = super().warnings_of(products)
        return [text for text in said if text.partition(":")[0] not in lines]


def selection_html(selected: tuple[str, ...]) -> str:
    """Say which observations are selected, or how one selects some."""
    if not selected:
        return "Select observations in the search panel, or with <code>s.find.select(...)</code>."
    names = ", ".join(selected[:NAMED])
    more = f" and {len(selected) - NAMED} more" if len(selected) > NAMED else ""
    what = "1 observation" if len(selected) == 1 else f"{len(selected)} observations"
    return f"<b>{what}</b> selected: {html.escape(names)}{more}"


def hand_words(chosen: Wanted, usual: Wanted) -> str:
    """Say how ticks differ from what preset or pattern give; empty where they do not."""
    added, left = len(chosen.keys - usual.keys), len(usual.keys - chosen.keys)
    said = [f"{added} added"] if added else []
    said += [f"{left} left out"] if left else []
    return f"{', '.join(said)} by hand" if said else ""
