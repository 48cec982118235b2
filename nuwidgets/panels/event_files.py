"""The datasets with events that a panel shows; a panel without any says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.campaign import seen
from nuwidgets.dataset import EventDataset

if TYPE_CHECKING:
    from nuwidgets.panels.base import Panel


def event_datasets(panel: Panel) -> dict[str, EventDataset]:
    """Give the event datasets that are looked at, by name; fill the panel with words for none."""
    datasets = panel.session.datasets.values()
    every = {one.name: one for one in datasets if isinstance(one, EventDataset)}
    found = {name: every[name] for name in seen(panel.session, every)}
    if not found:
        panel.fill(w.HTML('<span class="nuw-note">No event files in this session.</span>'))
    return found
