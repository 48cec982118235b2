"""Open an event file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nuwidgets.domain.events import Events, EventsRequest


def solve_events(request: EventsRequest, above: tuple[Any, ...], token: Any) -> Events:  # noqa: ARG001
    """Give the events of a file.

    Raises
    ------
    FileError
        If a file is missing or is not what it should be.
    """
    from dataclasses import replace

    from nuwidgets.files.events import read_events

    token.report(None, "reading events")
    events = read_events(request.path, request.hk_path)
    token.check()
    return replace(events, request=request)
