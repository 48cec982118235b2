"""Panels under one line, which folds them away: they are made when they are first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.base import close_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nuwidgets.panels.base import Panel
    from nuwidgets.session import Session


class Fold(w.VBox):
    """Panels side by side under a line with a title.

    Parameters
    ----------
    session : Session
        What the panels show; it remembers under the title whether they are in sight.
    title : str
        Shown in the line.
    makes : sequence of callable
        Each makes a panel of the session.
    opened : bool
        Whether they are in sight at first.
    """

    def __init__(
        self,
        session: Session,
        title: str,
        makes: Sequence[Callable[[Session], Panel]],
        *,
        opened: bool,
    ) -> None:
        super().__init__()
        self.session, self.title = session, title
        self._makes, self._usual = tuple(makes), opened
        self.panels: tuple[Panel, ...] = ()
        self.fold = w.Button(tooltip=f"Show or hide: {title.lower()}")
        self.fold.add_class("nuw-fold")
        behind(session.door, self.fold)
        self.fold.on_click(lambda _button: session.door.hear(self.switch))
        self._columns = w.HBox().add_class("nuw-pair")
        self.children = (self.fold, self._columns)
        self.add_class("nuw-finder")
        self._show()

    @property
    def opened(self) -> bool:
        """Whether the panels are in sight."""
        return bool(self.session.views.get(self._place, {}).get("opened", self._usual))

    @property
    def _place(self) -> str:
        return self.title.lower()

    def switch(self) -> None:
        """Show the panels, or fold them away."""
        self.session.view(self._place, opened=not self.opened)
        self.session.door.speak(self._show)

    def _show(self) -> None:
        if self.opened and not self.panels:
            self.panels = tuple(make(self.session) for make in self._makes)
            self._columns.children = [w.VBox([p]).add_class("nuw-column") for p in self.panels]
        eyes = self.session.onlookers
        for panel in self.panels:
            (eyes.wake if self.opened else eyes.sleep)(panel)
            (panel.remaking.wake if self.opened else panel.remaking.sleep)()
        self._columns.layout.display = None if self.opened else "none"
        self.fold.description = f"{self.title} " + ("▴" if self.opened else "▾")

    def close(self) -> None:
        """Close the panels."""
        for panel in self.panels:
            panel.close()
            self.session.onlookers.wake(panel)
        self.panels = ()
        close_all((*self.children, *self._columns.children))
        self.layout.close()
        super().close()

    def __repr__(self) -> str:
        return f"<Fold {self.title}: " + ("opened>" if self.opened else "folded>")
