"""An energy band: two numbers that are only valid together."""

from __future__ import annotations

from dataclasses import dataclass

from nuwidgets.errors import InputError


@dataclass(frozen=True, order=True)
class Band:
    """A range of measured energies, half-open.

    Examples
    --------
    >>> Band(3, 79)
    Band(lo_kev=3.0, hi_kev=79.0)
    """

    lo_kev: float
    """Lower edge, keV, inside the band."""
    hi_kev: float
    """Upper edge, keV, outside the band."""

    def __post_init__(self) -> None:
        """Refuse what is not a band; keep plain floats."""
        lo, hi = float(self.lo_kev), float(self.hi_kev)
        if not 0 <= lo < hi:
            raise InputError(
                f"An energy band needs 0 <= lo_kev < hi_kev, got {lo!r} and {hi!r} keV."
                " Give the lower edge first, both in keV."
            )
        object.__setattr__(self, "lo_kev", lo)
        object.__setattr__(self, "hi_kev", hi)

    def __str__(self) -> str:
        return f"{self.lo_kev:g}-{self.hi_kev:g} keV"
