"""What a file or folder is, from what is in it and never from its name alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import FileError, NuwidgetsError
from nuwidgets.files.arf import find_arf
from nuwidgets.files.events import find_events
from nuwidgets.files.fits import check_regular, open_fits
from nuwidgets.files.gti import find_gti
from nuwidgets.files.hk import find_livetime
from nuwidgets.files.image import find_image
from nuwidgets.files.lightcurve import find_lightcurve
from nuwidgets.files.pha_tables import find_spectra, is_type_two
from nuwidgets.files.region_table import find_region
from nuwidgets.files.regions import parse_region_file
from nuwidgets.files.rmf_matrix import find_matrix, is_full
from nuwidgets.missions.base import missions
from nuwidgets.missions.choice import modes_missed

if TYPE_CHECKING:
    from os import PathLike

    from nuwidgets.files.fits import FitsFile
    from nuwidgets.missions.base import Mission

KINDS = {
    "obsid": "the folder of an observation",
    "events": "an event file",
    "pha": "a spectrum (PHA)",
    "pha2": "a file of several spectra (PHA type II)",
    "arf": "an effective area (ARF)",
    "rmf": "a redistribution matrix (RMF)",
    "rsp": "a full response (RSP)",
    "lightcurve": "a light curve",
    "gti": "a list of good time intervals",
    "image": "an image",
    "region": "a region file",
    "hk": "a housekeeping file",
    "session": "a session file",
    "xcm": "a state file of XSPEC",
}


@dataclass(frozen=True)
class EventPair:
    """An event file and the housekeeping that belongs to it."""

    path: str
    """The event file."""
    hk_path: str = ""
    """The housekeeping file; empty where there is none."""


@dataclass(frozen=True)
class FileKind:
    """What a path is."""

    kind: str
    """One of ``KINDS``."""
    path: str
    """The path, as it was given."""
    events: tuple[EventPair, ...] = ()
    """The event files to start from: those of an observation's folder, or the file itself."""
    obs_id: str = ""
    """Number of the observation, for its folder."""

    @property
    def says(self) -> str:
        """What it is, in words, e.g. ``"a light curve"``."""
        return KINDS[self.kind]


def _present(path: Path) -> str:
    """Give the path of a file, plain or gzipped; empty where there is neither."""
    return next(iter(_all_present(path)), "")


def _all_present(path: Path) -> list[str]:
    """Give the paths of the files that a glob in the last part means, plain or gzipped."""
    if not path.parent.is_dir():
        return []
    names = (path.name, f"{path.name}.gz")
    found = (
        sorted(path.parent.glob(name)) if set("*?[") & set(name) else [path.with_name(name)]
        for name in names
    )
    return [str(place) for group in found for place in group if place.is_file()]


def _pairs(
    folder: Path, mission: Mission, obs_id: str, modes: tuple[str, ...] = ()
) -> tuple[EventPair, ...]:
    """Give the event files of an observation; also where they lie in the folder itself."""
    pairs: dict[str, EventPair] = {}
    for module in mission.modules:
        hk = mission.hk_pattern.format(obs_id=obs_id, module=module)
        for pattern in mission.event_patterns(modes):
            events = pattern.format(obs_id=obs_id, module=module)
            here = _all_present(folder / events) or _all_present(folder / Path(events).name)
            beside = (_present(folder / hk) or _present(folder / Path(hk).name)) if hk else ""
            pairs |= {path: EventPair(path, beside or hk_beside(path)) for path in here}
    return tuple(pairs.values())


def pairs_in(folder: Path, modes: tuple[str, ...] = ()) -> bool:
    """Whether a folder named as its ObsID holds event files that a session can begin with."""
    return any(_pairs(folder, mission, folder.name, modes) for mission in missions().values())


def hk_beside(events_path: str) -> str:
    """Give the housekeeping file of an event file in the archive's layout; empty without one."""
    path = Path(events_path)
    for mission in missions().values():
        if hk := mission.hk_of(path.name):
            places = (path.parent.parent / hk, path.parent / Path(hk).name)
            return next((found for found in map(_present, places) if found), "")
    return ""


def _folder(path: Path, given: str, modes: tuple[str, ...]) -> FileKind:
    """Say which observation a folder holds."""
    found: dict[str, tuple[EventPair, ...]] = {}
    places = [path / mission.events_pattern for mission in missions().values()]
    inside = [f for place in dict.fromkeys(p.parent for p in places) for f in place.glob("*")]
    seen = sorted({f.name for f in [*inside, *path.iterdir()]})
    for mission in missions().values():
        numbers = {m[0] for n in (path.name, *seen) for m in re.finditer(mission.obsid_pattern, n)}
        for obs_id in sorted(numbers):
            pairs = _pairs(path, mission, obs_id, modes)
            if pairs:
                found[obs_id] = pairs
    if len(found) == 1:
        obs_id, pairs = next(iter(found.items()))
        return FileKind("obsid", given, pairs, obs_id)
    if found:
        raise FileError(
            f"{given!r} holds the event files of {len(found)} observations:"
            f" {', '.join(found)}. Give the folder of one, or an event file."
        )
    raise FileError(_no_events(given, seen, modes))


def _no_events(given: str, seen: list[str], modes: tuple[str, ...]) -> str:
    """Say why a folder is nothing to start from."""
    missed = (modes_missed(mission, seen, modes) for mission in missions().values())
    why = next(filter(None, missed), "")
    if why:
        return f"{given!r} has {why}, or open one of its event files."
    known = ", ".join(
        mission.events_pattern.format(obs_id="<obsid>", module=mission.modules[0])
        for mission in missions().values()
    )
    what = ", ".join(seen[:6]) or "nothing"
    return (
        f"{given!r} is no observation's folder: there is none of {known} (or .gz), only {what}."
        " Give the folder as the archive has it."
    )


def _fits_kind(file: FitsFile) -> str:
    """Say what a FITS file is; empty if nothing that is known."""
    matrix = find_matrix(file)
    if matrix is not None:
        return "rsp" if is_full(matrix) else "rmf"
    spectra = find_spectra(file)
    if spectra:
        return "pha2" if is_type_two(spectra[0]) else "pha"
    kinds = {
        "events": find_events,
        "arf": find_arf,
        "lightcurve": find_lightcurve,
        "hk": find_livetime,
        "image": find_image,
        "region": find_region,
        "gti": find_gti,
    }
    return next((kind for kind, find in kinds.items() if find(file) is not None), "")


def _is_text(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            start = stream.read(4096)
    except (OSError, ValueError):
        return False  # opening it as FITS says why
    return bool(start) and b"\0" not in start and not start.startswith((b"SIMPLE", b"\x1f\x8b"))


def _text_kind(given: str) -> FileKind:
    """Say that a text is a session or region file, or what is the matter with it."""
    if Path(given).suffix == ".nuw":
        return FileKind("session", given)
    if Path(given).suffix == ".xcm":
        return FileKind("xcm", given)
    try:
        parsed = parse_region_file(given)
    except NuwidgetsError as error:
        what = "neither FITS nor a region file. Give an event file, a spectrum, a response, a light"
        unknown = f"Cannot tell what {given!r} is: it is {what} curve or a DS9 region file."
        raise FileError(str(error) if given.endswith(".reg") else unknown) from error
    if not parsed.region and not parsed.unsupported:
        raise FileError(f"{given!r} is a text without any region. Give a FITS or region file.")
    return FileKind("region", given)


def identify(path: str | PathLike[str], modes: tuple[str, ...] = ()) -> FileKind:
    """Say what a file or folder is.

    Parameters
    ----------
    path : path
    modes : tuple of str
        Names of the data modes whose event files are meant in an observation's folder, e.g.
        ``("WT",)``; none: those that are usual for the mission.

    Raises
    ------
    FileError
        If it is missing, broken, or nothing that is known; says what was seen.
    """
    given = str(path)
    try:
        place = Path(given).expanduser()
        if place.is_dir():
            return _folder(place, given, modes)
        check_regular(place)
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(f"Cannot look at {given!r}: {error}. Check the path.") from error
    if _is_text(place):
        return _text_kind(given)
    with open_fits(given) as file:
        kind = _fits_kind(file)
        if not kind:
            raise FileError(
                f"Cannot tell what {given!r} is: it is FITS with {file.contents}. Give an event"
                " file, a spectrum, a response, a light curve or an image."
            )
    pairs = (EventPair(given, hk_beside(given)),) if kind == "events" else ()
    return FileKind(kind, given, pairs)


def describe(path: str | PathLike[str]) -> dict[str, Any]:
    """Say what a file or folder is and what is in it, in plain values.

    Returns
    -------
    dict
        ``kind`` and ``path``, and what goes with the kind: ``n_events``, ``exposure_s`` ...; units
        are in the names, what is not known is None.

    Raises
    ------
    FileError
        If it is missing, broken, or nothing that is known.
    """
    from nuwidgets.files.describe import facts_of

    return facts_of(identify(path))
