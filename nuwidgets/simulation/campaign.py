"""A simulated outburst that Swift follows: the truth as a function of the day, and every look.

The source is made after recurrent novae such as T Pyxidis in 2011: a supersoft black body appears
months after the discovery, shrinks while it grows hotter, and fades, over thin plasma that cools.
Nothing of it was measured. The number of the target does not fit into the 24 bits that Swift has
for it: no real observation has such an ObsID.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from pathlib import Path

TARGET = "SIMULATED NOVA"
TARGET_ID = "99000100"
RA_DEG, DEC_DEG = 136.9, -32.6
EVENT_MJD = 58_200.0
"""When the outburst was discovered, MJD (UTC)."""
DAYS = (123.0, 151.0)
"""Days in which the source is followed closely."""
EXPRESSION = "tbabs*(bbodyrad+bremss)"
NAMES = ("TBabs.nH", "bbodyrad.kT", "bbodyrad.norm", "bremss.kT", "bremss.norm")
"""Parameters of the model, in its order: component and name."""
ABUNDANCE, CROSS_SECTION = "wilm", "vern"
NH = 0.12
"""Absorption, 1e22 cm-2, the same on all days."""
COUNTING, WINDOWED, BROKEN, PLANNED = "counting", "windowed", "broken", "planned"
"""Photon counting; windowed timing alone; photon counting with a file that ends early; not yet."""
_ROLL_STEP_DEG, _ROLL_FIRST_DEG = 47.0, 12.0
_OFFSETS_ARCMIN = (0.4, 2.4)


def values_on(day: float) -> tuple[float, ...]:
    """Give the true parameters on a day since the discovery, in the order of ``NAMES``.

    Units are XSPEC's: 1e22 cm-2, keV, (km / 10 kpc)^2, keV, and the norm of bremss.
    """
    rise, fade = _step(day, 119.0, 3.5), 1.0 - _step(day, 152.0, 5.0)
    soft_kev = 0.067 + 0.026 * math.exp(-(((day - 138.0) / 11.0) ** 2))
    bright = 1.0 + 0.7 * math.exp(-(((day - 136.2) / 2.5) ** 2))
    soft_norm = 1.35e5 * (0.075 / soft_kev) ** 3 * bright * rise * fade + 1.0
    thin_kev = 2.2 - 1.4 * _step(day, 135.0, 20.0)
    thin_norm = 3.2e-3 * rise * math.exp(-(((day - 128.0) / 34.0) ** 2)) + 2.0e-6
    return (NH, soft_kev, soft_norm, thin_kev, thin_norm)


def _step(day: float, middle: float, width: float) -> float:
    """Give a smooth step from 0 to 1."""
    return 0.5 + 0.5 * math.tanh((day - middle) / (2.0 * width))


@dataclass(frozen=True)
class Look:
    """One row of Swift's catalogue and what it stands for."""

    segment: int
    """Number of the observation of its target, from 1."""
    day: float
    """When it starts, days since the discovery."""
    exposure_s: float
    """Sum of the good times, s, but for whole frames."""
    comment: str = ""
    """What an observer should know of it."""
    kind: str = COUNTING
    """``"counting"``, ``"windowed"``, ``"broken"`` or ``"planned"``."""

    @property
    def obs_id(self) -> str:
        """Number of the observation, 11 digits."""
        return f"{TARGET_ID}{self.segment:03d}"

    @property
    def start_mjd(self) -> float:
        """When it starts, MJD (UTC)."""
        return EVENT_MJD + self.day

    @property
    def folder(self) -> str:
        """Where its files lie below the archive's root; empty if there are none."""
        if self.kind == PLANNED:
            return ""
        from nuwidgets.missions.hindrance import date_of

        month = date_of(self.start_mjd)[:7].replace("-", "_")
        return f"/FTP/swift/data/obs/{month}/{self.obs_id}/"

    @property
    def roll_deg(self) -> float:
        """How the camera is turned on the sky, deg: another way each time."""
        return (_ROLL_FIRST_DEG + _ROLL_STEP_DEG * self.segment) % 360.0

    @property
    def offset_arcmin(self) -> tuple[float, float]:
        """Where the telescope points, arcmin to the west and north of the source."""
        rng = np.random.default_rng([7, self.segment])
        r, angle = rng.uniform(*_OFFSETS_ARCMIN), rng.uniform(0, 2 * np.pi)
        return float(r * np.cos(angle)), float(r * np.sin(angle))

    @property
    def values(self) -> tuple[float, ...]:
        """True parameters of the model, in the order of ``NAMES``; constant over the look."""
        return values_on(self.day)


_FAINT = "Before the supersoft phase: no source is expected."
_BRIGHT = "Bright: above 0.6 counts/s, where real frames would pile up; here none do."
LOOKS = (
    Look(1, 3.2, 3_900.0, _FAINT),
    Look(2, 20.6, 3_100.0, _FAINT),
    Look(3, 47.9, 2_500.0, _FAINT),
    Look(4, 77.3, 2_900.0, _FAINT),
    Look(5, 98.1, 3_400.0, _FAINT),
    Look(6, 113.7, 2_700.0, "The rise."),
    Look(7, 123.4, 2_300.0),
    Look(8, 125.6, 2_100.0),
    Look(9, 127.8, 1_900.0),
    Look(10, 129.1, 90.0, "Cut short by a burst elsewhere."),
    Look(11, 130.2, 2_200.0),
    Look(12, 132.4, 2_000.0),
    Look(13, 134.5, 1_800.0, _BRIGHT),
    Look(14, 136.7, 1_900.0, _BRIGHT),
    Look(15, 137.9, 2_000.0, "The file of its events ends early, also at the archive.", BROKEN),
    Look(16, 139.0, 1_700.0, _BRIGHT),
    Look(17, 141.1, 2_000.0),
    Look(18, 142.3, 1_500.0, "Windowed timing alone.", WINDOWED),
    Look(19, 143.3, 2_100.0),
    Look(20, 145.5, 2_300.0),
    Look(21, 147.8, 2_400.0),
    Look(22, 150.4, 2_600.0),
    Look(23, 158.2, 2_800.0, "The decline."),
    Look(24, 171.5, 3_300.0, "The decline."),
    Look(25, 204.0, 4_000.0, "The end: no source is expected."),
    Look(26, 225.0, 2_000.0, "Accepted, not yet observed.", PLANNED),
)
"""The rows, in the order of the catalogue."""


def look_of(obs_id: str) -> Look:
    """Give an observation by its number.

    Raises
    ------
    InputError
        If it is none of the campaign.
    """
    known = {look.obs_id: look for look in LOOKS}
    if obs_id not in known:
        raise InputError(f"No observation {obs_id!r} was simulated. {nearest(obs_id, known)}")
    return known[obs_id]


def truth_of(obs_id: str) -> dict[str, float]:
    """Give the true parameters of an observation by name, e.g. ``"bbodyrad.kT"``.

    Raises
    ------
    InputError
        If it is none of the campaign.

    Examples
    --------
    >>> truth_of("99000100012")["TBabs.nH"]
    0.12
    """
    return dict(zip(NAMES, look_of(obs_id).values, strict=True))


def write_truth(path: Path) -> None:
    """Write all that an analysis should find, as JSON."""
    said: dict[str, Any] = {
        "simulated": True, "target": TARGET, "ra_deg": RA_DEG, "dec_deg": DEC_DEG,
        "event_mjd": EVENT_MJD, "expression": EXPRESSION, "abundance": ABUNDANCE,
        "cross_section": CROSS_SECTION,
        "observations": {
            look.obs_id: asdict(look) | {"truth": truth_of(look.obs_id)}
            for look in LOOKS if look.kind != PLANNED
        },
    }  # fmt: skip
    path.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
