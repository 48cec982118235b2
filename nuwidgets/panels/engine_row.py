"""Who made a light curve or a spectrum, and the button that lets HEASoft make it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.job import State
from nuwidgets.steps.engine_choice import AUTO, EMBEDDED, ENGINES, HEASOFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.dataset import EventDataset
    from nuwidgets.panels.base import Panel


class EngineRow:
    """One line of a panel: who made its products, who is to, and a button.

    Parameters
    ----------
    panel : Panel
        Whose line it is.
    datasets : sequence of EventDataset
        Whose light curves or spectra the panel shows.
    what : str
        Name of the step in a dataset, e.g. ``"spectrum"``; it has the setting `engine`.
    """

    def __init__(self, panel: Panel, datasets: Sequence[EventDataset], what: str) -> None:
        self._panel, self._datasets = panel, tuple(datasets)
        self._steps = tuple(getattr(one, what) for one in self._datasets)
        self.choice = w.Dropdown(
            options=ENGINES, description="engine", layout=w.Layout(width="170px")
        )
        self.choice.style.description_width = "46px"
        self.choice.tooltip = f's.datasets["…"].{what}.engine = "heasoft"; s.engine for all'
        panel.tie(self.choice, self._steps, "engine")
        self.make = panel.button("Make with HEASoft", f's.datasets["…"].{what}.run()', self._make)
        self.words = w.HTML().add_class("nuw-note")
        self.warning = w.HTML().add_class("nuw-approximate")
        # what goes on is said beside the button: nothing moves when it begins
        progress = panel.progress.add_class("nuw-beside")
        row = w.HBox([self.choice, self.make, progress, self.words]).add_class("nuw-row")
        self.box = w.VBox([row, self.warning])
        for step in self._steps:
            panel.watch(step, ["state", "product", "engine"], self.show)
        for one in self._datasets:
            panel.watch(one.regions, ["source", "background"], self._warn)
        self.show()
        self._warn()

    def _warn(self) -> None:
        """Say, before HEASoft is asked, which shapes its tasks cannot correct for."""
        self.warning.layout.display = "none"
        if not self._panel.session.processing.here():
            return
        said = [text for one in self._datasets for text in uncorrected(one)]
        words = html.escape(" ".join(dict.fromkeys(said)))
        self._panel.door.speak(setattr, self.warning, "value", f"⚠ {words}" if words else "")
        self.warning.layout.display = None if words else "none"

    def _make(self) -> None:
        for step in self._steps:
            step.ask()
            step.submit()

    def show(self) -> None:
        """Say who made what is shown, and whether the button can be pressed."""
        processing = self._panel.session.processing
        alone = not processing.here() and all(step.engine == AUTO for step in self._steps)
        for control in (self.choice, self.make):
            control.layout.display = "none" if alone else None
        busy = any(step.state is State.RUNNING and step.by_heasoft for step in self._steps)
        self.words.layout.display = "none" if busy else None
        made = all(step.by_heasoft and step.fresh for step in self._steps)
        why = _why_not(here=processing.here(), busy=busy, made=made, choice=self._steps[0].engine)
        if self.make.disabled != bool(why):
            self.make.disabled = bool(why)
        if not busy:
            self.make.tooltip = why or self._panel.session.processing.why()
        said = f'<span title="{html.escape(processing.why())}">{html.escape(self._says())}</span>'
        if said != self.words.value:
            self.words.value = said

    def _says(self) -> str:
        made = {step.product.provenance.engine for step in self._steps if step.product is not None}
        if made == {HEASOFT}:
            versions = {v for s in self._steps for v in s.product.provenance.versions}
            task = next(
                (
                    f" ({name} {version})"
                    for name, version in sorted(versions)
                    if name.endswith("products")
                ),
                "",
            )
            return f"made by HEASoft{task}"
        if made == {EMBEDDED}:
            here = self._panel.session.processing.here()
            why = "it follows your hand" if here else "HEASoft is not installed here"
            return f"made by the embedded engine: {why}"
        return "made by " + " and ".join(sorted(made)) if made else ""


def uncorrected(dataset: EventDataset) -> tuple[str, ...]:
    """Say which shapes of a dataset's regions HEASoft's tasks cannot correct for."""
    from nuwidgets.files.task_regions import region_warnings
    from nuwidgets.missions.base import known_mission

    mission = known_mission(dataset.pointing.telescope)
    if mission is None or mission.heasoft is None or not mission.heasoft.products:
        return ()
    regions = {"source": dataset.regions.source, "background": dataset.regions.background}
    texts = (region_warnings(one, kind, mission.products) for kind, one in regions.items() if one)
    return tuple(text for several in texts for text in several)


def _why_not(*, here: bool, busy: bool, made: bool, choice: str) -> str:
    """Say why HEASoft cannot be asked now; empty if it can."""
    if not here:
        return "HEASoft is not installed here."
    if choice == EMBEDDED:
        return "The embedded engine was chosen."
    if busy:
        return "HEASoft is making it."
    return "It is up to date, made by HEASoft." if made else ""
