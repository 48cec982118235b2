"""A mark on the sky with a name: a source of a list, a star, a place to remember."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from nuwidgets.errors import InputError


@dataclass(frozen=True)
class Marker:
    """A named place on the sky.

    Examples
    --------
    >>> Marker("NGC 1068", 40.6696, -0.0133).dec_deg
    -0.0133
    """

    name: str
    """What is written beside it; may be empty."""
    ra_deg: float
    """Right ascension, deg, FK5 J2000."""
    dec_deg: float
    """Declination, deg, FK5 J2000."""

    def __post_init__(self) -> None:
        """Refuse what is no place; keep plain text and floats."""
        try:
            ra, dec = float(self.ra_deg), float(self.dec_deg)
        except (TypeError, ValueError):
            ra = dec = math.nan
        if not (math.isfinite(ra) and -90 <= dec <= 90):  # noqa: PLR2004  degrees
            raise InputError(
                f"Cannot mark {self.name!r} at ra_deg={self.ra_deg!r}, dec_deg={self.dec_deg!r}."
                " Give degrees, the declination from -90 to 90."
            )
        object.__setattr__(self, "name", str(self.name).strip())
        object.__setattr__(self, "ra_deg", ra % 360.0)
        object.__setattr__(self, "dec_deg", dec)


def as_markers(value: Any) -> tuple[Marker, ...]:
    """Take markers, or triples (name, ra_deg, dec_deg), in their order; None for none.

    Raises
    ------
    InputError
        If it is neither.
    """
    try:
        return tuple(one if isinstance(one, Marker) else Marker(*one) for one in value or ())
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"Cannot use {value!r} as markers. Give a list of Marker(name, ra_deg, dec_deg), or of"
            ' triples such as ("NGC 1068", 40.67, -0.01).'
        ) from error
