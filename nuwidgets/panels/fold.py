"""Search and download side by side under one line, which folds them away once there are data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.base import close_all
from nuwidgets.panels.download import DownloadPanel
from nuwidgets.panels.search import SearchPanel

if TYPE_CHECKING:
    from nuwidgets.panels.base import Panel
    from nuwidgets.session import Session

PLACE = "find and get"
"""Under which name the session remembers whether it is opened."""


class FindAndGet(w.VBox):
    """Two panels that are made when they are first seen.

    Parameters
    ----------
    session : Session
        What is searched and downloaded for; they are in sight at first if it has no datasets yet.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session, self._usual = session, not session.datasets
        self.panels: tuple[Panel, ...] = ()
        self.fold = w.Button(tooltip="Show or hide search and download")
        self.fold.add_class("nuw-fold")
        behind(session.door, self.fold)
        self.fold.on_click(lambda _button: session.door.hear(self.switch))
        self._columns = w.HBox().add_class("nuw-pair")
        self.children = (self.fold, self._columns)
        self.add_class("nuw-finder")
        self._show()

    @property
    def opened(self) -> bool:
        """Whether both panels are in sight."""
        return bool(self.session.views.get(PLACE, {}).get("opened", self._usual))

    def switch(self) -> None:
        """Show both panels, or fold them away."""
        self.session.view(PLACE, opened=not self.opened)
        self.session.door.speak(self._show)

    def _show(self) -> None:
        if self.opened and not self.panels:
            self.panels = SearchPanel(self.session), DownloadPanel(self.session)
            self._columns.children = [w.VBox([p]).add_class("nuw-column") for p in self.panels]
        self._columns.layout.display = None if self.opened else "none"
        self.fold.description = "Find and get " + ("▴" if self.opened else "▾")

    def close(self) -> None:
        """Close both panels."""
        for panel in self.panels:
            panel.close()
        self.panels = ()
        close_all((*self.children, *self._columns.children))
        self.layout.close()
        super().close()

    def __repr__(self) -> str:
        return "<FindAndGet: " + ("opened>" if self.opened else "folded>")
