"""All panels of a session: a bar, search and pipeline, then image and fit, curve and spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.dataset import EventDataset
from nuwidgets.panels.backgrounds import BackgroundPanel
from nuwidgets.panels.base import close_all
from nuwidgets.panels.chain import ChainPanel
from nuwidgets.panels.compare import ComparePanel
from nuwidgets.panels.contours import ContourPanel
from nuwidgets.panels.download import DownloadPanel
from nuwidgets.panels.engine_fit import FitEnginePanel
from nuwidgets.panels.fake import FakePanel
from nuwidgets.panels.fit import FitPanel
from nuwidgets.panels.fluxes import FluxPanel
from nuwidgets.panels.fold import Fold
from nuwidgets.panels.goodness import GoodnessPanel
from nuwidgets.panels.goodtimes import GoodTimesPanel
from nuwidgets.panels.hardness import HardnessPanel
from nuwidgets.panels.image import ImagePanel
from nuwidgets.panels.lightcurve import LightCurvePanel
from nuwidgets.panels.model_choice import ModelChoicePanel
from nuwidgets.panels.period import PeriodPanel
from nuwidgets.panels.pipeline import PipelinePanel
from nuwidgets.panels.power import PowerPanel
from nuwidgets.panels.profile import ProfilePanel
from nuwidgets.panels.search import SearchPanel
from nuwidgets.panels.session import SessionPanel
from nuwidgets.panels.spectrum import SpectrumPanel
from nuwidgets.panels.task import TaskPanel

if TYPE_CHECKING:
    from nuwidgets.panels.base import Panel
    from nuwidgets.session import Session

IMAGE_PX = 320
"""Size of each image: two of them fit into half of a wide page."""


class Workbench(w.HBox):
    """Every panel that the session has something for, side by side where there is room.

    Parameters
    ----------
    session : Session
        What is shown.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        super().__init__()
        self.add_class("nuw-bench")
        self.panels: tuple[Panel, ...] = ()
        self.bar = SessionPanel(session, opened=False).add_class("nuw-bar")
        empty = not session.datasets
        self.folds = (
            Fold(session, "Find and get", (SearchPanel, DownloadPanel), opened=empty),
            Fold(session, "Pipeline", (PipelinePanel, TaskPanel), opened=False),
            Fold(session, "Profile and background", (ProfilePanel, BackgroundPanel), opened=False),
            Fold(session, "Good times and hardness", (GoodTimesPanel, HardnessPanel), opened=False),
            Fold(session, "Power and period", (PowerPanel, PeriodPanel), opened=False),
            Fold(session, "Confidence", (ContourPanel, ChainPanel), opened=False),
            Fold(session, "Fluxes and widths", (FluxPanel,), opened=False),
            Fold(session, "Which model", (ModelChoicePanel, GoodnessPanel), opened=False),
            Fold(session, "Fake spectra", (FakePanel,), opened=False),
            Fold(session, "XSPEC", (FitEnginePanel,), opened=False),
            Fold(session, "Both engines", (ComparePanel,), opened=False),
        )
        self._columns: list[w.Widget] = []
        session.door.do(self._arrange)
        session.observe(self._datasets_changed, "names")

    def _arrange(self) -> None:
        """Make the panels that are not there yet."""
        session = self.session
        kinds: list[type[Panel]] = [FitPanel, SpectrumPanel]
        if any(isinstance(d, EventDataset) for d in session.datasets.values()):
            kinds = [ImagePanel, FitPanel, LightCurvePanel, SpectrumPanel]
        there = {type(panel): panel for panel in self.panels}
        self.panels = tuple(there.get(kind) or self._make(kind) for kind in kinds)
        left = [p for p in self.panels if isinstance(p, ImagePanel | FitPanel)]
        right = [p for p in self.panels if p not in left]
        if [list(column.children) for column in self._columns] == [left, right]:
            return  # drawing panels again while they change is too much for a browser
        for column in self._columns:
            column.layout.close()
            column.close()
        self._columns = [w.VBox(c).add_class("nuw-column") for c in (left, right)]
        first, process, *more = self.folds
        self.children = [self.bar, first, process, *self._columns, *more]

    def _make(self, kind: type[Panel]) -> Panel:
        make: Any = kind  # each takes the session; the image panel a size too
        return make(self.session, **({"size": IMAGE_PX} if kind is ImagePanel else {}))

    def _datasets_changed(self, _change: object) -> None:
        self.session.door.do(self.session.door.speak, self._arrange)

    def close(self) -> None:
        """Close every panel; the session lives on."""
        if self.panels:
            self.session.unobserve(self._datasets_changed, "names")
        for panel in (*self.panels, self.bar, *self.folds):
            panel.close()
        self.panels = ()
        close_all(self._columns)
        self.layout.close()
        super().close()

    def __repr__(self) -> str:
        return f"<Workbench: {', '.join(self.session.datasets) or 'no datasets'}>"
