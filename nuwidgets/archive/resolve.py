"""From what a user types to a position: coordinates in any form, or the name of a source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nuwidgets.archive.trouble import OFFLINE, why
from nuwidgets.errors import InputError, ServiceError

if TYPE_CHECKING:
    from nuwidgets.archive.memory import Memory
    from nuwidgets.archive.places import Places

_PAIR = re.compile(r"[-+0-9.,\s]+")


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
    key = f"name {target.lower()}"
    kept = memory.recall(key)
    if kept is not None:
        return float(kept[0]), float(kept[1])
    found = _resolved(target, places)
    memory.learn(key, list(found))
    return found


def _coordinates(target: str) -> tuple[float, float] | None:
    """Read coordinates; None if it must be a name."""
    from astropy.coordinates import Angle, SkyCoord

    frame, _, rest = target.partition(" ")
    frames = {"icrs": "icrs", "fk5": "fk5", "j2000": "fk5", "fk4": "fk4", "b1950": "fk4",
              "galactic": "galactic", "gal": "galactic"}  # fmt: skip
    named = frames.get(frame.lower())
    text = (rest if named else target).replace(",", " ")
    parts = text.split()
    try:
        if named == "galactic":
            at = SkyCoord(*parts, frame=named, unit="deg")
        elif _PAIR.fullmatch(text) and len(parts) == 2:  # noqa: PLR2004  two plain numbers
            at = SkyCoord(*(Angle(float(part), "deg") for part in parts), frame=named or "icrs")
        else:
            at = SkyCoord(text, frame=named or "icrs", unit=("hourangle", "deg"))
    except (ValueError, TypeError) as error:
        if named or _PAIR.fullmatch(text.replace(":", " ")):
            raise InputError(
                f"Cannot read {target!r} as coordinates: {error} Write '21:27:45 +56:56:39',"
                " '321.94 +56.94' (deg) or 'galactic 94.3 3.2'."
            ) from error
        return None
    return float(at.icrs.ra.deg), float(at.icrs.dec.deg)


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
