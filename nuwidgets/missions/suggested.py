"""What is usual for event files of a mission: settings of the steps, by the step's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.band import Band

if TYPE_CHECKING:
    from nuwidgets.domain.events import Pointing
    from nuwidgets.missions.base import Mission

_IN_BAND = ("image", "lightcurve", "profile", "backgrounds", "goodtimes", "power", "period")


def suggested(mission: Mission, pointing: Pointing | None = None) -> dict[str, dict[str, Any]]:
    """Give the settings that a new event file of a mission has, where nobody chose others.

    Parameters
    ----------
    mission : Mission
    pointing : Pointing, optional
        Who looked at what: its data mode may have settings of its own.
    """
    mode = mission.mode_of(pointing) if pointing is not None else None
    binsize_s = (mode and mode.binsize_s) or mission.binsize_s
    usual: dict[str, dict[str, Any]] = {name: {"band": mission.band} for name in _IN_BAND}
    soft = mission.bands[0]
    usual["lightcurve"]["binsize_s"] = binsize_s
    usual["counts"] = {"bands": mission.bands}
    usual["hardness"] = {
        "soft": soft,
        "hard": Band(soft.hi_kev, mission.band.hi_kev),
        "binsize_s": binsize_s,
    }
    if mode is not None and mode.max_grade is not None:
        usual["screen"] = {"max_grade": mode.max_grade}
    return usual
