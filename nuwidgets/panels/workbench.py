"""All panels of a session: a bar, search and pipeline, then image and fit, curve and spectrum.

Of many observations their table is always on top, and grids of images and spectra, the long-term
light curve and parameters against time stand above the panels of the one that is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.campaign import FEW, event_files
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
from nuwidgets.panels.image_grid import ImageGridPanel
from nuwidgets.panels.lightcurve import LightCurvePanel
from nuwidgets.panels.longterm import LongTermPanel
from nuwidgets.panels.model_choice import ModelChoicePanel
from nuwidgets.panels.observations import ObservationsPanel
from nuwidgets.panels.parameter_time import ParameterTimePanel
from nuwidgets.panels.period import PeriodPanel
from nuwidgets.panels.pipeline import PipelinePanel
from nuwidgets.panels.power import PowerPanel
from nuwidgets.panels.profile import ProfilePanel
from nuwidgets.panels.search import SearchPanel
from nuwidgets.panels.session import SessionPanel
from nuwidgets.panels.spectrum import SpectrumPanel
from nuwidgets.panels.spectrum_grid import SpectrumGridPanel
from nuwidgets.panels.task import TaskPanel

if TYPE_CHECKING:
    from nuwidgets.panels.base import Panel
    from nuwidgets.session import Session

IMAGE_PX = 320
"""Size of each image: two of them fit into half of a wide page."""
LEFT = (ImagePanel, FitPanel)
TABLE: tuple[type[Panel], ...] = (ObservationsPanel,)
"""What is always on top where there are many observations."""
PAIRS: tuple[tuple[type[Panel], type[Panel]], ...] = (
    (ImageGridPanel, SpectrumGridPanel),
    (LongTermPanel, ParameterTimePanel),
)
"""What stands side by side above the panels of single observations."""


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
        self._placed: tuple[list[Panel], list[list[list[Panel]]]] = ([], [])
        self._rows: list[w.HBox] = []
        session.door.do(self._arrange)
        session.observe(self._datasets_changed, "names")

    def _arrange(self) -> None:
        """Make the panels that are not there yet, and close those that are for other numbers."""
        n_events = len(event_files(self.session))
        single: list[type[Panel]] = [FitPanel, SpectrumPanel]
        if n_events:
            single = [ImagePanel, FitPanel, LightCurvePanel, SpectrumPanel]
        many = [*TABLE, *(kind for pair in PAIRS for kind in pair)] if n_events > FEW else []
        there = {type(panel): panel for panel in self.panels}
        self.panels = tuple(there.get(kind) or self._make(kind) for kind in (*single, *many))
        shown = {type(panel): panel for panel in self.panels}
        left = [shown[kind] for kind in single if kind in LEFT]
        right = [shown[kind] for kind in single if kind not in LEFT]
        pairs = [[[shown[kind]] for kind in pair] for pair in PAIRS] if many else []
        self._place([shown[kind] for kind in TABLE if many], [*pairs, [left, right]])
        for panel in there.values():
            if panel not in self.panels:
                panel.close()

    def _place(self, table: list[Panel], rows: list[list[list[Panel]]]) -> None:
        """Put panels into rows of columns, unless they stand there already."""
        if (table, rows) == self._placed:
            return  # drawing panels again while they change is too much for a browser
        old, self._placed = self._rows, (table, rows)
        self._rows = [
            w.HBox([w.VBox(panels).add_class("nuw-column") for panels in row]).add_class("nuw-pair")
            for row in rows
        ]
        for row in self._rows:
            row.add_class("nuw-finder")
            if table:
                row.add_class("nuw-many")  # narrower: one image stands in each
        first, process, *more = self.folds
        self.children = [self.bar, *table, first, process, *self._rows, *more]
        _take_apart(old)

    def _make(self, kind: type[Panel]) -> Panel:
        make: Any = kind  # each takes the session; the image panel a size too
        panel: Panel = make(self.session, **({"size": IMAGE_PX} if kind is ImagePanel else {}))
        return panel.add_class("nuw-finder") if kind in TABLE else panel

    def _datasets_changed(self, _change: object) -> None:
        self.session.door.do(self.session.door.speak, self._arrange)

    def close(self) -> None:
        """Close every panel; the session lives on."""
        if self.panels:
            self.session.unobserve(self._datasets_changed, "names")
        for panel in (*self.panels, self.bar, *self.folds):
            panel.close()
        self.panels = ()
        _take_apart(self._rows)
        self.layout.close()
        super().close()

    def __repr__(self) -> str:
        return f"<Workbench: {', '.join(self.session.datasets) or 'no datasets'}>"


def _take_apart(rows: list[w.HBox]) -> None:
    """Close rows and their columns, not the panels in them."""
    for row in rows:
        for column in row.children:
            column.children = ()
    close_all(rows)
