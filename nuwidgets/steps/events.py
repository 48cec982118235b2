"""Open an event file."""

from __future__ import annotations

from typing import ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.events import Events, EventsRequest
from nuwidgets.steps.traits import as_path


class EventsStep(Step[EventsRequest, Events]):
    """Reads the events of one instrument."""

    examples: ClassVar = {"path": ("a.evt", "b.evt"), "hk_path": ("", "a.hk")}

    path = Value(as_path, "", "the path of a level-2 event file, plain or .gz")
    hk_path = Value(as_path, "", "the path of the housekeeping file with the live-time fraction")

    def request(self) -> EventsRequest:
        """Give what the events depend on."""
        return EventsRequest(self.path, self.hk_path, self.stamps.of(self.path, self.hk_path))
