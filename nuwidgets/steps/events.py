"""Open an event file."""

from __future__ import annotations

from typing import ClassVar

import traitlets as t

from nuwidgets.core.step import Step
from nuwidgets.domain.events import Events, EventsRequest


class EventsStep(Step[EventsRequest, Events]):
    """Reads the events of one instrument."""

    examples: ClassVar = {"path": ("a.evt", "b.evt"), "hk_path": ("", "a.hk")}

    path = t.Unicode("", help="Path of the level-2 event file, plain or .gz.")
    hk_path = t.Unicode("", help="Path of the housekeeping file with the live-time fraction.")

    def request(self) -> EventsRequest:
        """Give what the events depend on."""
        return EventsRequest(self.path, self.hk_path)
