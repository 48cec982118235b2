"""What differs from mission to mission, and how to find a mission by its telescope's name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.events import Pointing
    from nuwidgets.missions.archive import Archive
    from nuwidgets.missions.heasoft import Heasoft
    from nuwidgets.missions.modes import Mode

BOTH = ("both", "all")
"""Words for all modules of a mission."""


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
    letters: str
    """How the names of all files of an observation begin, before its number."""
    obsid_pattern: str
    """Regular expression of an observation's number."""
    places: tuple[str, ...]
    """Parts of an observation's folder that hold such files."""
    events_pattern: str
    """Glob of the level-2 event file under the observation's folder, with {obs_id}, {module}."""
    hk_pattern: str
    """Housekeeping file under the observation's folder, with {obs_id}, {module}; "" for none."""
    stem_pattern: str
    """Regular expression of how an event file's name begins, with a group obs_id, and module if
    there are several."""
    pipeline: str
    """The task that calibrates and screens an observation."""
    products: str
    """The task that makes light curves and spectra of a region."""
    archive: Archive
    """Where and what HEASARC's archive keeps of it."""
    telescop: str = ""
    """TELESCOP of its files, in any case; empty where that is `name`."""
    modes: dict[str, Mode] = field(default_factory=dict)
    """Data modes that differ from one another, by their names in ``archive.modes``."""
    hk_files: tuple[str, ...] = ()
    """Names of housekeeping, filter and orbit files that belong to an event file, with {obs_id},
    {module}."""
    heasoft: Heasoft | None = None
    """How HEASoft's tasks work on it; None where they are not known here."""
    response: str = ""
    """What makes an approximate response, as ``"module:function"`` of the part of the source's
    photons that a region holds and the angle off axis, arcmin; empty where there is none."""
    spread: str = ""
    """How a point source is spread, as ``"module:name"`` of a `Spread`; empty where not known."""
    detectors: str = ""
    """What tells where the detectors were on the sky, as ``"module:function"``; empty where that
    is not known: then there are no outlines, no exposure map and no image of the detectors."""
    dead_time_s: float = 0.0
    """Time for which an event blinds a detector, s, where that bends power spectra."""

    @property
    def processing(self) -> Heasoft:
        """How HEASoft's tasks work on it.

        Raises
        ------
        InputError
            If that is not known.
        """
        if self.heasoft is None:
            known = [name for name, one in missions().items() if one.heasoft is not None]
            raise InputError(f"{self.name} has no pipeline here. {nearest(self.name, known)}")
        return self.heasoft

    def is_of(self, telescope: str) -> bool:
        """Whether a telescope, named as in TELESCOP, in any case, is this mission's."""
        return telescope.strip().lower() in (self.name.lower(), self.telescop.lower() or "-")

    def instruments_of(self, word: str) -> tuple[str, ...]:
        """Give the modules that a word means: ``"both"``, INSTRUME or letters of one.

        Raises
        ------
        InputError
            If it is none of these.
        """
        if word.strip().lower() in BOTH:
            return self.instruments
        pairs = zip(self.instruments, self.modules, strict=True)
        known = {name.lower(): one for one, letters in pairs for name in (letters, one)}
        if word.strip().lower() not in known:
            names = nearest(word, (BOTH[0], *self.instruments))
            raise InputError(f"{self.name} has no instrument {word!r}. {names}")
        return (known[word.strip().lower()],)

    def mode_of(self, pointing: Pointing) -> Mode | None:
        """Give the data mode of an observation; None for one that differs in nothing."""
        said = pointing.mode.strip().upper()
        known = (one for one in self.modes.values() if said and one.datamode == said)
        return next(known, None)

    def event_patterns(self, modes: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Give globs of the event files of data modes, by their names; none: the usual ones.

        Where modes differ from one another, those that are not in `modes` have no events to open.
        """
        if not self.modes:
            return (self.events_pattern,)
        known = {name.lower(): mode for name, mode in self.modes.items()}
        wanted = (mode.lower() for mode in modes or self.archive.usual_modes)
        found = (
            known[name].events_pattern or self.events_pattern for name in wanted if name in known
        )
        return tuple(dict.fromkeys(found))

    def home_of(self, folder: PurePath) -> PurePath:
        """Give the folder of an observation, given where its event files are in the archive."""
        depth = len(PurePath(self.events_pattern).parent.parts)
        return (folder, *folder.parents)[min(depth, len(folder.parents))]

    def name_of(self, pointing: Pointing) -> str:
        """Give the short name of an observation by one module, e.g. ``60001110002A``."""
        mode = self.mode_of(pointing)
        if mode is not None and mode.suffix:
            return pointing.obs_id + mode.suffix
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
    """Give all missions by name: those in this package, and those that other packages bring."""
    from nuwidgets.missions.registry import known

    return known().missions


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
    for mission in known.values():
        if mission.is_of(telescope):
            return mission
    from nuwidgets.missions.registry import broken_words

    raise InputError(
        f"Cannot analyse events of the telescope {telescope!r}. {nearest(telescope, known)}"
        f" Spectra (PHA files) of any telescope can be fitted.{broken_words()}"
    )


def known_mission(telescope: str) -> Mission | None:
    """Give the mission of a telescope, named as in TELESCOP; None if it is not one we know."""
    return next((one for one in missions().values() if one.is_of(telescope)), None)
