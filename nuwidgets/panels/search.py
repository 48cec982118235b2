"""The search panel: from the name of a source to the observations that are wanted of it."""

from __future__ import annotations

import html
import math
import time
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.errors import InputError
from nuwidgets.missions.base import missions
from nuwidgets.panels.base import Panel
from nuwidgets.panels.search_columns import PLACE
from nuwidgets.panels.search_plot import SearchPlot
from nuwidgets.panels.search_table import SearchTable, allow
from nuwidgets.panels.search_texts import sentence
from nuwidgets.panels.time_axis import MJD

if TYPE_CHECKING:
    from nuwidgets.session import Session

ARCHIVES = (("HEASARC", "heasarc"), ("simulated", "demo"))
HINT = "Type the name of a source or its coordinates, and press Enter."
RADIUS = "radius [\N{PRIME}]"
SOON_S = 1.0
"""Enter is heard a moment before the text that it ends, s."""


class SearchPanel(Panel):
    """Finds observations in the archive; ticks and a brush choose some of them.

    Parameters
    ----------
    session : Session
        Its search is shown.
    width_px : int
        Width of the plot where there is room.
    """

    brings_kept = False

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        self.find = session.find
        super().__init__(session, "Search", width_px=width_px)

    def build(self) -> None:
        """Make form, table and plot."""
        self._entered_s = -math.inf
        self.table = SearchTable(self)
        self.chart = SearchPlot(self, lambda axis: self.table.count_in(mjd=axis.kind == MJD))
        self.summary = w.HTML(HINT).add_class("nuw-sentence")
        acts = w.HBox([self.table.all, self.table.none, self.table.words]).add_class("nuw-row")
        self.more = w.VBox([self.table.columns.table]).add_class("nuw-shelf")
        parts = [self.table.rows, acts, self.chart.box, self.chart.plot]
        self.result = w.VBox(parts).add_class("nuw-found")
        self.fill(self._form(), self.more, self.summary, self.result)
        self.follow(self.find)
        self.head.serve(self.find)
        self.say_of("brush", self.chart.plot.brush_unavailable)
        self.watch(self.find, ["product", "selected", "state"], self._describe)
        self.watch(self.find, ["target"], self._retargeted)
        self.watch(self.find, ["server"], self._show_more)
        for show in (self._describe, self._retargeted, self._show_more):
            show()

    def rebuild(self) -> None:
        """Stay as it is: a search knows nothing of the session's datasets."""

    # ---- form --------------------------------------------------------------------------------

    def _form(self) -> w.Widget:
        self.target = _text("target", "name or coordinates", 's.find.target = "Cyg X-1"', "270px")
        radius = _text(RADIUS, "catalogue's own", "s.find.radius_arcmin = 5", "190px")
        mission = w.Dropdown(options=tuple(missions()), tooltip='s.find.mission = "Swift"')
        self.archive = w.Dropdown(options=ARCHIVES, tooltip='s.find.server = "heasarc"')
        mission.layout.width = self.archive.layout.width = "110px"
        self.tie(self.target, self.find, "target")
        self.tie(mission, self.find, "mission")
        self.tie(radius, self.find, "radius_arcmin", to_control=_as_text, from_control=_as_radius)
        self.tie(self.archive, self.find, "server")
        self.target.on_msg(self._message)
        self.act = self.button("Search", "s.find.run(anew=True)", self._search, style="primary")
        self.fold = self.button("", "Show or hide archive and columns", self._toggle)
        self.fold.add_class("nuw-more")
        row = [self.target, mission, radius, self.archive, self.act, self.fold]
        return w.HBox(row).add_class("nuw-row")

    def _message(self, _text: object, content: Any, _buffers: object) -> None:
        if content.get("event") == "submit":
            self.door.hear(self.guard, self._enter)

    def _enter(self) -> None:
        """Search; should the text that was ended by Enter come only now, search for that."""
        self._entered_s = time.monotonic()
        if self.find.target:
            self._search()

    def _search(self) -> None:
        """Ask the archive, also what it was asked before: it may have new rows."""
        self.find.submit(anew=True)

    def _retargeted(self) -> None:
        allow(self.act, "s.find.run(anew=True)", "" if self.find.target else HINT)
        if time.monotonic() - self._entered_s < SOON_S and self.find.target:
            self._entered_s = -math.inf
            self.find.cancel()
            self._search()

    # ---- more --------------------------------------------------------------------------------

    @property
    def opened(self) -> bool:
        """Whether archive and columns are shown."""
        return bool(self.session.views.get(PLACE, {}).get("more", False))

    def _toggle(self) -> None:
        self.session.view(PLACE, more=not self.opened)
        self._show_more()

    def _show_more(self) -> None:
        opened, usual = self.opened, self.find.server == "heasarc"
        self.fold.description = "Less ▴" if opened else "More ▾"
        self.more.layout.display = None if opened else "none"
        self.archive.layout.display = "none" if usual and not opened else None

    # ---- result ------------------------------------------------------------------------------

    def _describe(self) -> None:
        """Say in one sentence what was found; it is dimmed while it answers another question."""
        found, fresh = self.find.product, self.find.fresh
        shown = found is not None and len(found) > 0
        (self.result.remove_class if shown else self.result.add_class)("nuw-folded")
        if found is None:
            return
        for part in (self.summary, self.result):
            (part.remove_class if fresh else part.add_class)("nuw-aged")
        text = html.escape(sentence(found, len(self.find.selected)))
        if text != self.summary.value:
            self.summary.value = text


def _text(name: str, placeholder: str, tooltip: str, width: str) -> w.Text:
    box = w.Text(description=name, placeholder=placeholder, tooltip=tooltip)
    box.continuous_update, box.layout.width = False, width
    box.style.description_width = "58px" if name == RADIUS else "42px"
    return box


def _as_text(arcmin: float | None) -> str:
    return "" if arcmin is None else f"{arcmin:.10g}"


def _as_radius(text: str) -> Any:
    """Give arcmin, an angle with a unit, or None for the catalogue's own radius."""
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        pass
    from astropy.units import Quantity

    try:
        return Quantity(text)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Cannot search within {text!r}. Type arcmin, such as 5, or an angle: '0.5 deg'."
        ) from error
