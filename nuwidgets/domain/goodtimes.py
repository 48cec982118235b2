"""Good times chosen by what was measured: count rates, flares, columns of housekeeping files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.events import EventsRequest
    from nuwidgets.domain.lightcurve import LightCurve
    from nuwidgets.domain.region import Region

EDGES = ("hold", "halfway")
"""``"hold"``: a row of a file says what is until the next row, as maketime has it with prefr=0 and
postfr=1; ``"halfway"``: from half-way after the row before to half-way before the next, as with
prefr=0.5 and postfr=0.5."""
FIELD = "field"
"""The name, among those of regions, of the whole field of view."""
CONDITIONS = (
    ("Outside of the SAA", ("SAA",), "SAA == 0"),
    ("Outside of the SAA, by the instrument", ("INSAA",), "INSAA == 0"),
    ("Outside of the SAA, by the shield", ("SW_SAA",), "SW_SAA == 0"),
    ("Outside of the tentacle", ("SW_TENTACLE",), "SW_TENTACLE == 0"),
    ("Source not behind the Earth", ("ELV",), "ELV > 3"),
    ("Source behind the Earth", ("ELV",), "ELV < -5"),
    ("Not occulted, by the pipeline", ("OCCULTED",), "OCCULTED == 0"),
    ("Away from the bright Earth", ("BR_EARTH",), "BR_EARTH > 20"),
    ("Not slewing", ("SLEW",), "SLEW == 0"),
    ("In the Earth's shadow", ("SUNSHINE",), "SUNSHINE == 0"),
    ("In sunlight", ("SUNSHINE",), "SUNSHINE == 1"),
    ("Magnetic rigidity above 4 GeV/c", ("COR",), "COR > 4"),
    ("CCD cold enough", ("CCD_TEMP",), "CCD_TEMP < -50"),
)
"""Usual conditions: what they mean, the columns they need, the expression.

Columns of NuSTAR's and Swift's filter files (.mkf), and of NuSTAR's housekeeping (INSAA of fpm.hk,
SW_SAA ...).
"""


@dataclass(frozen=True)
class GoodTimesRequest:
    """Ask which of a file's good times pass all of some conditions."""

    events: EventsRequest
    """The event file, with all of its good times."""
    band: Band
    """Energies that are counted for rates."""
    rate_binsize_s: float = 60.0
    """Length of the bins in which rates are judged, s."""
    min_rate: float | None = None
    """Least rate of a bin that is kept, counts/s; None for any."""
    max_rate: float | None = None
    """Largest rate of a bin that is kept, counts/s; None for any."""
    flare_sigma: float | None = None
    """Bins so many sigma above the quiet rate are flares, and left out; None keeps them."""
    region: str = FIELD
    """Where rates are counted: ``"field"`` for everywhere, or the name of a region."""
    area: Region | None = None
    """That region; None for the whole field, and where there is none of that name."""
    hk_path: str = ""
    """File whose columns the expression names; empty for none."""
    expression: str = ""
    """What columns must fulfil, such as ``"ELV > 3 && SLEW == 0"``; empty for nothing."""
    edges: str = "hold"
    """How long a row of that file holds, one of `EDGES`."""
    show: tuple[str, ...] = ()
    """Names of further columns to give."""
    stamp: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    """Time of change, ns, and size, bytes, of that file."""


@dataclass(frozen=True, eq=False)
class HkColumn:
    """A column of a housekeeping or filter file."""

    name: str
    """Its name, as an expression has it."""
    unit: str
    """Its unit, as in the file; empty where it says none."""
    time_s: Floats
    """Time of each row, s since the events' reference time, rising, shape (n,)."""
    value: Floats
    """Values, NaN where there is none, shape (n,)."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


@dataclass(frozen=True, eq=False)
class GoodTimes:
    """The good times that pass, with what they were judged by."""

    gti: Gti
    """The good times that are left."""
    ontime_s: float
    """Good time of the file, s."""
    kept_s: float
    """Good time that is left, s."""
    rate: LightCurve | None = None
    """The rates that were judged; None where no rate was asked for."""
    columns: tuple[HkColumn, ...] = ()
    """The columns that the expression names, and those to show."""
    names: tuple[str, ...] = ()
    """Names of all columns of the file that an expression may use."""
    whole: Gti = field(default_factory=Gti)
    """All good times of the file."""
    quiet_rate: float | None = None
    """Rate without flares, counts/s; None where no flares were looked for."""
    flare_rate: float | None = None
    """Rate from which a whole bin is a flare, counts/s; None where no flares were looked for."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    request: GoodTimesRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """Usual conditions that the file has the columns for: pairs (what it means, expression)."""
        return tuple(
            (text, expression)
            for text, needed, expression in CONDITIONS
            if set(needed) <= set(self.names)
        )

    def __repr__(self) -> str:
        return f"<GoodTimes: {self.kept_s:.1f} s of {self.ontime_s:.1f} s>"
