"""What a mission's record names of the rooms above it, by the telescope of the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nuwidgets.missions.base import known_mission
from nuwidgets.missions.targets import resolved
from nuwidgets.science import psf_models

if TYPE_CHECKING:
    from nuwidgets.science.psf_models import Spread


def spread_of(telescope: str) -> Spread:
    """Give how a telescope, named as in TELESCOP, spreads a point source.

    Raises
    ------
    InputError
        If it is not known.
    """
    mission = known_mission(telescope)
    if mission is None or not mission.spread:
        return psf_models.spread_of(telescope)
    spread: Spread = resolved(mission, mission.spread, "point spread")
    return spread
