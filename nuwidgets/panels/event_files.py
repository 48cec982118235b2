"""The datasets with events that a panel shows; a panel without any says so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.campaign import event_files, seen

if TYPE_CHECKING:
    from nuwidgets.dataset import EventDataset
    from nuwidgets.panels.base import Panel
    from nuwidgets.session import Session


def event_datasets(panel: Panel) -> dict[str, EventDataset]:
    """Give the event datasets that are looked at, by name; fill the panel with words for none.

    The panel is made anew when they are others, and not for what else comes and goes.
    """
    panel.remaking.looks_at = partial(_looked_at, panel.session)
    found = {one.name: one for one in _looked_at(panel.session)}
    if not found:
        panel.fill(w.HTML('<span class="nuw-note">No event files in this session.</span>'))
    return found


def _looked_at(session: Session) -> tuple[EventDataset, ...]:
    every = {one.name: one for one in event_files(session)}
    return tuple(every[name] for name in seen(session, every))
