"""All panels of a session, arranged: images above, then light curve, spectrum and fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.dataset import EventDataset
from nuwidgets.panels.fit import FitPanel
from nuwidgets.panels.image import ImagePanel
from nuwidgets.panels.lightcurve import LightCurvePanel
from nuwidgets.panels.spectrum import SpectrumPanel

if TYPE_CHECKING:
    from nuwidgets.panels.base import Panel
    from nuwidgets.session import Session


class Workbench(w.HBox):
    """Every panel that the session has something for, side by side where there is room.

    Parameters
    ----------
    session : Session
        What is shown.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        has_events = any(isinstance(d, EventDataset) for d in session.datasets.values())
        self.panels: tuple[Panel, ...] = (SpectrumPanel(session), FitPanel(session))
        if has_events:
            self.panels = (ImagePanel(session), LightCurvePanel(session), *self.panels)
        super().__init__(self.panels)
        self.add_class("nuw-bench")

    def close(self) -> None:
        """Close every panel; the session lives on."""
        for panel in self.panels:
            panel.close()
        super().close()

    def __repr__(self) -> str:
        return f"<Workbench: {', '.join(self.session.datasets) or 'no datasets'}>"
