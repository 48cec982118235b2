"""The background panel: where to take the background, and what lies on which detector."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError
from nuwidgets.panels.background_words import COLUMNS, NUMBERS, bars, found_words, row_of
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, band_boxes, together
from nuwidgets.panels.event_files import event_datasets
from nuwidgets.panels.onlooking import look_at
from nuwidgets.steps.backgrounds import PREVIEW
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.backgrounds import BackgroundPlace, Backgrounds
    from nuwidgets.session import Session

VIEW = "backgrounds"
_AT = 's.datasets["…"].backgrounds.'
_USE, _SHOW = f'{_AT}use("circle")', f'{_AT}preview("circle")'


class BackgroundPanel(Panel):
    """Proposals for the background region of each event file.

    Parameters
    ----------
    session : Session
        Its event datasets have proposals of their own; one is shown at a time.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Background region")

    def build(self) -> None:
        """Make table, bars and buttons for the event datasets of now."""
        self._datasets = event_datasets(self)
        self._shown: tuple[Any, ...] = ()
        if not self._datasets:
            return
        self.table = RowTable(
            columns=list(COLUMNS), align=list(NUMBERS), alt="Proposals for the background region"
        )
        self.table.height, self.table.empty = 150, "No proposal yet."
        behind(self.door, self.table)
        self.table.observe(self._chosen, "selected")
        self.words, self.reason, self.bars = (w.HTML() for _ in range(3))
        for text in (self.words, self.reason):
            text.add_class("nuw-sentence")
        self.fill(self._settings(), self.words, self.table, self.reason, self.bars, self._acts())
        steps = [d.backgrounds for d in self._datasets.values()]
        look_at(self, *steps)
        self.follow(*steps)
        self.head.serve(*steps)
        for dataset in self._datasets.values():
            self.watch(dataset.backgrounds, ["product", "state"], self._show)
            self.watch(dataset.regions, ["named"], self._say_preview)
        self._say_chosen()
        self._show()

    def _settings(self) -> w.Widget:
        steps = [d.backgrounds for d in self._datasets.values()]
        kept = self.session.views.get(VIEW, {}).get("dataset", "")
        first = kept if kept in self._datasets else next(iter(self._datasets))
        self.which = w.Dropdown(
            options=list(self._datasets), value=first, tooltip="Which event file is shown"
        )
        self.which.layout.width = "170px"
        behind(self.door, self.which)
        self.which.observe(self._switched, "value")
        lo, hi = band_boxes(self, steps, "Energy [keV]", f"{_AT}band = (3, 79)")
        wings = w.FloatText(description="wings below [%]", step=1.0)
        wings.tooltip = f"{_AT}wings_percent = 5"
        wings.layout.width, wings.style.description_width = "175px", "112px"
        avoid = w.Text(
            description="keep out of", placeholder="names of regions", continuous_update=False
        )
        avoid.tooltip = f'{_AT}avoid = ("knot",)'
        avoid.layout.width, avoid.style.description_width = "230px", "74px"
        self.tie(wings, steps, "wings_percent")
        self.tie(avoid, steps, "avoid", to_control=", ".join)
        return w.HBox([self.which, together(lo, hi), wings, avoid]).add_class("nuw-row")

    def _acts(self) -> w.Widget:
        self.use = self.button("Use as background", _USE, self._use, style="primary")
        self.use_all = self.button("Use in all, each its own", _USE, self._use_all)
        self.preview = self.button("Show in image", _SHOW, self._preview)
        if len(self._datasets) == 1:
            self.use_all.layout.display = "none"
        return (
            w.HBox([self.use, self.use_all, self.preview])
            .add_class("nuw-row")
            .add_class("nuw-acts")
        )

    @property
    def dataset(self) -> EventDataset:
        """The event file that is shown."""
        return self._datasets[self.which.value]

    def _found(self) -> Backgrounds | None:
        return self.dataset.backgrounds.product

    def _proposal(self) -> BackgroundPlace | None:
        found = self._found()
        known = {} if found is None else {one.name: one for one in found.proposals}
        return known.get(self.table.selected)

    def _switched(self, _change: object) -> None:
        self.session.view(VIEW, dataset=self.which.value)
        self.guard(self.door.speak, self._show)

    def _chosen(self, _change: object) -> None:
        if PREVIEW in self.dataset.regions.named and self._proposal() is not None:
            self.guard(self.dataset.backgrounds.preview, self.table.selected)
        self.guard(self.door.speak, self._say_chosen)

    def _show(self) -> None:
        found, name = self._found(), self.dataset.name
        old = (found, name) == self._shown or not self.calm(self.dataset.backgrounds)
        if found is None or old:
            return
        self._shown = found, name
        rows = [row_of(one, found.detector) for one in found.proposals]
        marks = {one.name: "stale" if one.poor else "fresh" for one in found.proposals}
        chosen = self.table.selected
        self.table.fill(COLUMNS, rows, align=NUMBERS, marks=marks)
        keys = [row[0] for row in rows]
        self.table.selected = chosen if chosen in keys else next(iter(keys), "")
        self.words.value = html.escape(found_words(name, found))
        self._say_chosen()

    def _say_chosen(self) -> None:
        found, one = self._found(), self._proposal()
        why_not = "" if one is not None else "No proposal is chosen."
        allow(self.use, _USE, why_not)
        allow(self.use_all, _USE, why_not)
        self._say_preview()
        if found is None:
            return
        poor = "" if one is None or not one.poor else f" Poor: {'; '.join(one.poor)}."
        reason = "" if one is None else one.reason + poor
        self.reason.value = html.escape(reason)
        self.bars.value = bars(self.dataset.name, found, one)

    def _say_preview(self) -> None:
        seen = PREVIEW in self.dataset.regions.named
        self.preview.description = "Hide in image" if seen else "Show in image"
        why_not = "" if seen or self._proposal() is not None else "No proposal is chosen."
        allow(self.preview, f"{_AT}preview()" if seen else _SHOW, why_not)

    def _use(self) -> None:
        self._take(self.dataset, self.table.selected)

    def _use_all(self) -> None:
        """Take the same kind of proposal in every event file, or its best where it has none."""
        for dataset in self._datasets.values():
            found = dataset.backgrounds.product
            names = [] if found is None else [one.name for one in found.proposals]
            if not names:
                raise InputError(
                    f"Cannot use a proposal for {dataset.name}: it has none yet. Wait for them."
                )
            wanted = self.table.selected
            self._take(dataset, wanted if wanted in names else names[0])

    @staticmethod
    def _take(dataset: EventDataset, name: str) -> None:
        dataset.backgrounds.use(name)
        dataset.backgrounds.preview()

    def _preview(self) -> None:
        step = self.dataset.backgrounds
        step.preview("" if PREVIEW in self.dataset.regions.named else self.table.selected)
