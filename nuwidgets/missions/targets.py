"""What a mission names of rooms above its own, fetched when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.missions.base import Mission


def resolved(mission: Mission, target: str, what: str) -> Any:
    """Give what ``"module:name"``, or ``"module"`` alone, names.

    Parameters
    ----------
    mission : Mission
        Whose it is.
    target : str
    what : str
        What it is, in words, e.g. ``"approximate response"``.

    Raises
    ------
    InputError
        If it does not load.

    Examples
    --------
    >>> from nuwidgets.missions.base import mission_of
    >>> swift = mission_of("Swift")
    >>> resolved(swift, swift.spread, "point spread").name
    'Swift-XRT'
    """
    module, _, name = target.partition(":")
    try:
        found = import_module(module)
        return getattr(found, name) if name else found
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"Cannot use the {what} of {mission.name}: {target!r} does not load ({error}). Name a"
            " module and what is in it, as 'module:name', in the mission's record."
        ) from error
