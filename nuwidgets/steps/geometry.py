"""Find out how the detectors lie on the sky."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from nuwidgets.core.step import Step
from nuwidgets.domain.geometry import Geometry, GeometryRequest
from nuwidgets.files.aspect_files import AXIS, DET1, places_beside

if TYPE_CHECKING:
    from nuwidgets.core.stamps import Stamp, Stamps
    from nuwidgets.steps.events import EventsStep


def stamps_beside(stamps: Stamps, events_path: str) -> tuple[Stamp, ...]:
    """Give the stamps of the files with the aspect that lie beside an event file."""
    paths = (path for end in (DET1, AXIS) for path in places_beside(events_path, end))
    return tuple(stamp for path in paths if (stamp := stamps[path]))


class GeometryStep(Step[GeometryRequest, Geometry]):
    """Gives outlines of the detectors and the optical axis, from the events and files beside."""

    recorded: ClassVar = False
    only_seen: ClassVar = True
    examples: ClassVar[dict[str, tuple[object, object]]] = {}

    above: tuple[EventsStep]

    def request(self) -> GeometryRequest:
        """Give what the geometry depends on."""
        events = self.above[0].request()
        return GeometryRequest(events, stamps_beside(self.stamps, events.path))
