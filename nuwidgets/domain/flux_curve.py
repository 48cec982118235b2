"""The flux of a source over many observations: fitted, converted from a rate, or a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.table_columns import made_table

if TYPE_CHECKING:
    from astropy.table import Table

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band

FITTED, CONVERTED, LIMIT, NOTHING = "fitted", "converted", "limit", ""
COLUMNS = {
    "names": ("name", "", "short name of the dataset"),
    "start_mjd": ("start_mjd", "d", "start of the first good time, MJD (TT)"),
    "stop_mjd": ("stop_mjd", "d", "end of the last good time, MJD (TT)"),
    "flux_erg_per_cm2_s": ("flux", "erg / (cm2 s)", "flux in the band; NaN for a limit"),
    "lo_erg_per_cm2_s": ("flux_lo", "erg / (cm2 s)", "lower end of its interval"),
    "hi_erg_per_cm2_s": ("flux_hi", "erg / (cm2 s)", "upper end of its interval"),
    "limit_erg_per_cm2_s": ("flux_limit", "erg / (cm2 s)", "upper limit, from that of the rate"),
    "kind": ("kind", "", "fitted, converted from the rate, limit, or empty for none"),
    "by": ("by", "", "the fitted observation whose flux per rate was used"),
}
"""Columns of `FluxCurve.table`, by field: name, unit, and what they hold."""


@dataclass(frozen=True, eq=False)
class FluxCurve:
    """One row for each observation, in the order of the rates; n observations."""

    names: tuple[str, ...]
    """Short name of each observation's dataset."""
    band: Band
    """Energies of the flux, keV."""
    start_mjd: Floats
    """Start of the first good time, MJD (TT), shape (n,)."""
    stop_mjd: Floats
    """End of the last good time, MJD (TT), shape (n,)."""
    flux_erg_per_cm2_s: Floats
    """Flux, erg/cm2/s; NaN where the source is not detected, shape (n,)."""
    lo_erg_per_cm2_s: Floats
    """Lower end of its interval, erg/cm2/s; NaN where there is none, shape (n,)."""
    hi_erg_per_cm2_s: Floats
    """Upper end of its interval, erg/cm2/s; NaN where there is none, shape (n,)."""
    limit_erg_per_cm2_s: Floats
    """Upper limit, erg/cm2/s; NaN where no flux per rate is known, shape (n,)."""
    kind: tuple[str, ...]
    """``"fitted"``, ``"converted"`` from the rate, ``"limit"``, or empty where there is nothing."""
    by: tuple[str, ...]
    """The fitted observation whose flux per rate was used; empty where none was."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def middle_mjd(self) -> Floats:
        """Middle of each observation, MJD (TT), shape (n,)."""
        middle: Floats = (self.start_mjd + self.stop_mjd) / 2
        return middle

    def table(self) -> Table:
        """Give a row for each observation as an astropy table, with units and words."""
        return made_table(self, COLUMNS, {"band": str(self.band)})

    def __repr__(self) -> str:
        kinds = dict.fromkeys(self.kind)
        said = ", ".join(f"{self.kind.count(kind)} {kind or 'without'}" for kind in kinds)
        return f"<FluxCurve: {said or 'no observations'}>"
