"""Panels that look at steps which follow their settings only while they are seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nuwidgets.core.step import Step
    from nuwidgets.panels.base import Panel


def look_at(panel: Panel, *steps: Step[Any, Any]) -> None:
    """Let steps follow their settings as long as a panel stands as it does now."""
    onlookers = panel.session.onlookers
    onlookers.come(panel, *steps)
    panel.ends.append(partial(onlookers.go, panel))
