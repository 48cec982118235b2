"""What is usual for event files of a mission: settings of the steps, by the step's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.band import Band

if TYPE_CHECKING:
    from nuwidgets.missions.base import Mission

_IN_BAND = ("image", "lightcurve", "profile", "backgrounds", "goodtimes", "power", "period")


def suggested(mission: Mission) -> dict[str, dict[str, Any]]:
    """Give the settings that a new event file of a mission has, where nobody chose others."""
    usual: dict[str, dict[str, Any]] = {name: {"band": mission.band} for name in _IN_BAND}
    soft = mission.bands[0]
    usual["lightcurve"]["binsize_s"] = mission.binsize_s
    usual["counts"] = {"bands": mission.bands}
    usual["hardness"] = {
        "soft": soft,
        "hard": Band(soft.hi_kev, mission.band.hi_kev),
        "binsize_s": mission.binsize_s,
    }
    return usual
