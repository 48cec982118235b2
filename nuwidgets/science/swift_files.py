"""Which of Swift-XRT's calibration files belongs to an observation, by their names.

Names are ``swx{mode}{grades}{substrate}_{YYYYMMDD}v{nnn}.rmf`` (and ``.arf``), e.g.
``swxpc0to12s6_20130101v014.rmf``: photon counting, grades 0 to 12, substrate at 6 V, for
observations from 2013 on. What a name leaves out, it does not depend on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.events import Pointing

_NAME = re.compile(
    r"swx(?P<mode>[a-z]{2})?(?P<grades>\d+(to\d+)?)?(?P<substrate>s\d)?"
    r"_(?P<day>\d{8})v(?P<version>\d+)\.(?P<kind>rmf|arf)(\.gz)?",
    re.IGNORECASE,
)
_MODES = {"PHOTON": ("pc", 12), "WINDOWED": ("wt", 2)}
_RAISED = "20070830"
"""From this day on the substrate was kept at 6 V, before at 0 V."""


@dataclass(frozen=True)
class Wanted:
    """What a file must be for."""

    mode: str
    """``"pc"`` or ``"wt"``."""
    grades: str
    """Good grades, e.g. ``"0to12"``."""
    substrate: str
    """``"s0"`` or ``"s6"``: volts of the substrate."""
    day: str
    """Day of the observation, YYYYMMDD."""

    def __str__(self) -> str:
        kinds = {"pc": "photon counting", "wt": "windowed timing"}
        return (
            f"{kinds[self.mode]}, grades {self.grades.replace('to', ' to ')}, substrate at"
            f" {self.substrate[1:]} V, of {_dashed(self.day)} or before"
        )


def wanted_for(pointing: Pointing, max_grade: int | None = None) -> Wanted:
    """Give what files must be for.

    Parameters
    ----------
    pointing : Pointing
        Its data mode, day and substrate voltage; where the last is not known, that of the day.
    max_grade : int or None
        Largest grade that was kept; None for all good ones.

    Raises
    ------
    FileError
        If mode or day are not known.
    """
    mode = pointing.mode.strip().upper()
    day = pointing.date_obs[:10].replace("-", "")
    if mode not in _MODES or not re.fullmatch(r"\d{8}", day):
        raise FileError(
            "Cannot choose response files: the events say DATAMODE"
            f" {pointing.mode!r} and DATE-OBS {pointing.date_obs!r}; PHOTON or WINDOWED and a day"
            " are needed. Name one RMF and one ARF."
        )
    short, most = _MODES[mode]
    largest = most if max_grade is None else min(max_grade, most)
    volts = pointing.substrate_v
    if volts is None:
        volts = 6.0 if day >= _RAISED else 0.0
    return Wanted(short, f"0to{largest}" if largest else "0", f"s{volts:.0f}", day)


def chosen(names: Iterable[str], wanted: Wanted, kind: str) -> str:
    """Give the file to take: the newest that is not for later days, in its last version.

    Parameters
    ----------
    names : iterable of str
        Names of files; others may be among them.
    wanted : Wanted
    kind : str
        ``"rmf"`` or ``"arf"``.

    Returns
    -------
    str
        Empty if none fits.
    """
    fitting = []
    for name in names:
        found = _NAME.fullmatch(name)
        if found is None or found["kind"].lower() != kind or found["day"] > wanted.day:
            continue
        said = (found["mode"], found["grades"], found["substrate"])
        asked = (wanted.mode, wanted.grades, wanted.substrate)
        if all(s is None or s.lower() == a for s, a in zip(said, asked, strict=True)):
            exact = sum(s is not None for s in said)
            fitting.append((exact, found["day"], int(found["version"]), name))
    return max(fitting)[-1] if fitting else ""


def is_calibration(name: str, kind: str) -> bool:
    """Whether a name is that of a calibration file of a kind, ``"rmf"`` or ``"arf"``."""
    found = _NAME.fullmatch(name)
    return found is not None and found["kind"].lower() == kind


def _dashed(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"
