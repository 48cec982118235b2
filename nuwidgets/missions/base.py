"""What differs from mission to mission, and how to find a mission by its telescope's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.events import Pointing
    from nuwidgets.missions.archive import Archive


@dataclass(frozen=True)
class Mission:
    """Names, numbers and file patterns of one mission."""

    name: str
    """Name as it is written, e.g. ``"NuSTAR"``."""
    modules: tuple[str, ...]
    """Letters of the telescopes' modules in file names."""
    instruments: tuple[str, ...]
    """INSTRUME of each module."""
    n_channels: int
    """Number of PI channels, from 0."""
    first_kev: float
    """Lower energy of channel 0, keV."""
    channel_kev: float
    """Width of a channel, keV."""
    band: Band
    """Energies looked at by default."""
    bands: tuple[Band, ...]
    """Energies that regions are counted in by default; the first is soft, the second hard."""
    grouping: str
    """How spectra are grouped by default."""
    binsize_s: float
    """Length of a light curve's bin by default, s."""
    pixel_arcsec: float
    """Size of a sky pixel, arcsec."""
    source_radius_arcsec: float
    """Radius of the source region by default, arcsec."""
    background_radii_arcsec: tuple[float, float]
    """Radii of the background ring by default, arcsec."""
    obsid_pattern: str
    """Regular expression of an observation's number."""
    events_pattern: str
    """Glob of the level-2 event file under the observation's folder, with {obs_id}, {module}."""
    hk_pattern: str
    """Housekeeping file under the observation's folder, with {obs_id}, {module}; "" for none."""
    stem_pattern: str
    """Regular expression of how an event file's name begins, with groups obs_id and module."""
    pipeline: str
    """The task that calibrates and screens an observation."""
    products: str
    """The task that makes light curves and spectra of a region."""
    archive: Archive
    """Where and what HEASARC's archive keeps of it."""
    response: str = ""
    """What makes an approximate response, as ``"module:function"`` of the part of the source's
    photons that a region holds and the angle off axis, arcmin; empty where there is none."""
    spread: str = ""
    """How a point source is spread, as ``"module:name"`` of a `Spread`; empty where not known."""

    def name_of(self, pointing: Pointing) -> str:
        """Give the short name of an observation by one module, e.g. ``60001110002A``."""
        letters = dict(zip(self.instruments, self.modules, strict=True))
        return pointing.obs_id + letters.get(pointing.instrument, pointing.instrument)

    def stem(self, file_name: str) -> str:
        """Give how the products of an event file are named; empty for a name that is not ours.

        Examples
        --------
        >>> mission_of("NuSTAR").stem("nu60001110002A01_cl.evt.gz")
        'nu60001110002A01'
        """
        found = re.match(self.stem_pattern, file_name)
        return found[0] if found else ""

    def hk_of(self, file_name: str) -> str:
        """Give the housekeeping file of an event file, under the observation's folder, or ""."""
        found = re.match(self.stem_pattern, file_name)
        return self.hk_pattern.format(**found.groupdict()) if found else ""

    def energy_lo_kev(self, pi: Floats | float) -> Floats:
        """Give the lower energy of channels, keV; shape as given."""
        return self.first_kev + self.channel_kev * np.asarray(pi, float)

    def channels(self, band: Band) -> tuple[int, int]:
        """Give the channels whose lower energy lies in a band: first, and one past the last."""
        lo, hi = ((e - self.first_kev) / self.channel_kev for e in (band.lo_kev, band.hi_kev))
        # 3 keV is channel 35 exactly, and 34.99999 in floating point
        first, past = (int(np.ceil(round(v, 6))) for v in (lo, hi))
        return min(max(first, 0), self.n_channels), min(max(past, 0), self.n_channels)


def missions() -> dict[str, Mission]:
    """Give all missions by name."""
    from nuwidgets.missions.nustar import NUSTAR
    from nuwidgets.missions.swift import SWIFT

    return {mission.name: mission for mission in (NUSTAR, SWIFT)}


def mission_of(telescope: str) -> Mission:
    """Give the mission of a telescope, named as in TELESCOP, in any case.

    Raises
    ------
    InputError
        If no mission goes by that name.

    Examples
    --------
    >>> mission_of("NUSTAR").n_channels
    4096
    """
    known = missions()
    for name, mission in known.items():
        if name.lower() == telescope.strip().lower():
            return mission
    raise InputError(
        f"Cannot analyse events of the telescope {telescope!r}. {nearest(telescope, known)}"
        " Spectra (PHA files) of any telescope can be fitted."
    )


def known_mission(telescope: str) -> Mission | None:
    """Give the mission of a telescope, named as in TELESCOP; None if it is not one we know."""
    try:
        return mission_of(telescope)
    except InputError:
        return None
