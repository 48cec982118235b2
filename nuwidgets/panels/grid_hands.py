"""What hands do in a grid of observations: look at some, tick those that are fitted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nuwidgets.core.bind import behind
from nuwidgets.panels.ticks import tick

if TYPE_CHECKING:
    from nuwidgets.panels.base import Panel
    from nuwidgets.widgets.grid_view import GridView

HOW = (
    "Click looks at one, and the other panels follow: s.look_at(…) · Ctrl-click adds ·"
    " double click enlarges · a tick includes it in the fit: s.use(…)"
)


def give_hands(panel: Panel, view: GridView) -> None:
    """Let a grid set what is looked at and what is fitted."""
    session = panel.session
    view.hear = panel.door.hear
    behind(panel.door, view)
    view.look = partial(panel.guard, _look, session)
    view.tick = partial(panel.guard, _tick, session)


def _look(session: Any, ids: tuple[str, ...]) -> None:
    session.look_at(*ids)


def _tick(session: Any, name: str, used: bool) -> None:  # noqa: FBT001  as the view calls it
    others = [one for one in session.used if one != name]
    tick(session, [*others, name] if used else others)
