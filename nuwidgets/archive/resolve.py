"""From what a user types to a position: coordinates in any form, or the name of a source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nuwidgets.archive.trouble import OFFLINE, why
from nuwidgets.errors import InputError, ServiceError, nearest

if TYPE_CHECKING:
    from nuwidgets.archive.memory import Memory
    from nuwidgets.archive.places import Places

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_PAIR = re.compile(rf"({_NUMBER})\s+({_NUMBER})")
_SEXAGESIMAL = re.compile(r"([-+]?\d+(?:\.\d+)?)(\s*[:hd\u00b0]|\s+\d+\s+[\d.]+\s+[-+]?\d)")
_FRAMES = {
    "icrs": "icrs", "fk5": "fk5", "j2000": "fk5", "fk4": "fk4", "b1950": "fk4",
    "galactic": "galactic", "gal": "galactic",
}  # fmt: skip


def position_of(target: str, places: Places, memory: Memory) -> tuple[float, float]:
    """Give right ascension and declination, deg (ICRS).

    Parameters
    ----------
    target : str
        Coordinates in any form that astropy reads, as ``"21:27:45 +56:56:39"``, ``"321.94
        +56.94"`` (deg) or ``"galactic 94.3 3.2"``, or the name of a source.
    places : Places
        Who resolves names.
    memory : Memory
        What was resolved before.

    Raises
    ------
    InputError
        If nothing is given, or nobody knows the name.
    ServiceError
        If the resolver does not answer.
    """
    if not target:
        raise InputError("Cannot search: no target is given. Type a name or coordinates.")
    at = _coordinates(target)
    if at is not None:
        return at
    known = {name.lower(): (ra, dec) for name, ra, dec in places.names}
    if target.lower() in known:
        return known[target.lower()]
    if known:
        names = nearest(target, [name for name, _ra, _dec in places.names])
        raise InputError(
            f"{places.says} knows no source {target!r}. {names} Coordinates will do as well."
        )
    key = f"name {target.lower()}"
    kept = memory.recall(key)
    if isinstance(kept, list) and all(isinstance(part, float) for part in kept[:2]):
        return kept[0], kept[1]
    found = _resolved(target, places)
    memory.learn(key, list(found))
    return found


def _coordinates(target: str) -> tuple[float, float] | None:
    """Read coordinates; None if it must be a name, as ``2129+47`` is.

    Raises
    ------
    InputError
        If it cannot be anything else, and is none.
    """
    from astropy.coordinates import SkyCoord

    frame, _, rest = target.partition(" ")
    named = _FRAMES.get(frame.lower())
    text = (rest if named else target).replace(",", " ").strip()
    plain = _PAIR.fullmatch(text)
    if not named and not plain and not _SEXAGESIMAL.match(text):
        return None
    try:
        if plain:
            at = SkyCoord(*_degrees(plain), frame=named or "icrs", unit="deg")
        else:
            _check_hours(text)
            at = SkyCoord(text, frame=named or "icrs", unit=("hourangle", "deg"))
    except (ValueError, TypeError) as error:
        raise InputError(
            f"Cannot read {target!r} as coordinates: {error} Write '21:27:45 +56:56:39',"
            " '321.94 +56.94' (deg) or 'galactic 94.3 3.2'."
        ) from error
    return float(at.icrs.ra.deg), float(at.icrs.dec.deg)


def _degrees(pair: re.Match[str]) -> tuple[float, float]:
    lon, lat = float(pair[1]), float(pair[2])
    if not (-360 <= lon <= 360 and -90 <= lat <= 90):  # noqa: PLR2004  deg
        raise InputError("longitude goes from 0 to 360 deg, latitude from -90 to 90.")
    return lon, lat


def _check_hours(text: str) -> None:
    """Refuse hours beyond a day, which astropy would take round the sky."""
    first = _SEXAGESIMAL.match(text)
    if first and "d" not in first[2] and not 0 <= float(first[1]) <= 24:  # noqa: PLR2004
        raise InputError("right ascension goes from 0 to 24 hours.")


def _resolved(target: str, places: Places) -> tuple[float, float]:
    from astropy.coordinates import SkyCoord
    from astropy.coordinates.name_resolve import NameResolveError, sesame_url

    try:
        if places.resolver_url:
            with sesame_url.set([places.resolver_url]):
                at = SkyCoord.from_name(target, cache=False)
        else:
            at = SkyCoord.from_name(target, cache=False)
    except NameResolveError as error:
        if "Unable to find coordinates" in str(error):
            raise InputError(
                f"Nobody knows a source {target!r}. Check the name, or give coordinates such as"
                " '21:27:45 +56:56:39'."
            ) from error
        raise _silent(target, error) from error
    except OSError as error:
        raise _silent(target, error) from error
    return float(at.icrs.ra.deg), float(at.icrs.dec.deg)


def _silent(target: str, error: Exception) -> ServiceError:
    return ServiceError(
        f"Cannot look up {target!r}: the name resolver (Sesame) does not answer ({why(error)})."
        f" Give coordinates, such as '21:27:45 +56:56:39', or try again. {OFFLINE}"
    )
