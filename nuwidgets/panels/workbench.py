"""All panels of a session in two columns: image and fit, light curve and spectrum."""

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
        left: tuple[Panel, ...] = (FitPanel(session),)
        right: tuple[Panel, ...] = (SpectrumPanel(session),)
        if any(isinstance(d, EventDataset) for d in session.datasets.values()):
            left = (ImagePanel(session, size=IMAGE_PX), *left)
            right = (LightCurvePanel(session), *right)
        self.panels: tuple[Panel, ...] = (*left, *right)
        super().__init__([w.VBox(column).add_class("nuw-column") for column in (left, right)])
        self.add_class("nuw-bench")

    def close(self) -> None:
        """Close every panel; the session lives on."""
        for widget in (*self.panels, *self.children):
            widget.close()
        super().close()

    def __repr__(self) -> str:
        return f"<Workbench: {', '.join(self.session.datasets) or 'no datasets'}>"
