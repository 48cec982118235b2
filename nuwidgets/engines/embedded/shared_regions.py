"""The regions that observations share: chosen, not computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.shared_regions import SharedRegions

if TYPE_CHECKING:
    from nuwidgets.domain.shared_regions import SharedRegionsRequest


def solve_shared_regions(
    request: SharedRegionsRequest,
    above: tuple[Any, ...],  # noqa: ARG001
    token: Any,  # noqa: ARG001
) -> SharedRegions:
    """Give the regions as they were chosen."""
    return SharedRegions(request.source, request.background, request.apart, request)
