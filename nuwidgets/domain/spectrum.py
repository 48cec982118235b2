"""A spectrum: counts in channels with all that OGIP keeps beside them, ready to be fitted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.gti import Gti
    from nuwidgets.domain.pileup import PileUp
    from nuwidgets.domain.region import Region
    from nuwidgets.domain.response import Response
    from nuwidgets.domain.selection import SelectionRequest


@dataclass(frozen=True)
class ExtractedSpectrumRequest:
    """Ask for the spectrum of a selection of events, its background and its response."""

    selection: SelectionRequest
    """The events to count."""
    grouping: Grouping = field(default_factory=Grouping)
    """How channels are joined into bins."""
    rmf_path: str = ""
    """RMF or RSP file; empty: the approximate response of the mission."""
    arf_path: str = ""
    """ARF file; empty: the approximate area of the mission."""
    stamp: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    """Time of change, ns, and size, bytes, of each named file: a changed file is another one."""
    engine: str = ""
    """Who makes it: ``"heasoft"``, or empty for the embedded engine."""


@dataclass(frozen=True)
class FileSpectrumRequest:
    """Ask for a spectrum from a PHA file with its background and response."""

    path: str
    """PHA file, plain or .gz."""
    background_path: str = ""
    """Background PHA; empty: the file's BACKFILE; ``"none"``: no background."""
    rmf_path: str = ""
    """RMF or RSP; empty: the file's RESPFILE."""
    arf_path: str = ""
    """ARF; empty: the file's ANCRFILE; ``"none"``: none."""
    grouping: Grouping = field(default_factory=Grouping)
    """How channels are joined into bins; kind ``"file"`` keeps the file's own."""
    row: int = 0
    """Which spectrum of a type II file, from 1; 0 for a type I file."""
    stamp: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    """Time of change, ns, and size, bytes, of each named file: a changed file is another one."""


SpectrumRequest = ExtractedSpectrumRequest | FileSpectrumRequest


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Counts in channels; a file of rates is kept as counts = rate * exposure."""

    channel: NDArray[Any]
    """Channel numbers as the file counts them, shape (n,)."""
    counts: Floats
    """Counts, not background-subtracted, shape (n,)."""
    exposure_s: float
    """EXPOSURE: live time, s."""
    backscal: Floats
    """BACKSCAL: size of the region as a fraction of the sky image, shape (n,)."""
    areascal: Floats
    """AREASCAL, shape (n,)."""
    quality: NDArray[Any]
    """OGIP QUALITY, 0 good, shape (n,)."""
    grouping: NDArray[Any]
    """OGIP GROUPING: 1 starts a bin, -1 continues it, shape (n,)."""
    poisson: bool = True
    """Whether errors are Poisson's (POISSERR); else `stat_error` holds them."""
    stat_error: Floats | None = None
    """STAT_ERR as counts, shape (n,), or None."""
    sys_error: Floats | None = None
    """SYS_ERR, a fraction, shape (n,), or None."""
    first_channel: int = 0
    """First legal channel (TLMIN of CHANNEL)."""
    n_channels: int = 0
    """DETCHANS: number of legal channels."""
    channel_type: str = "PI"
    """CHANTYPE, ``"PI"`` or ``"PHA"``."""
    is_rate: bool = False
    """Whether the file keeps RATE instead of COUNTS."""
    background: Spectrum | None = None
    """The background spectrum, channel by channel as this one."""
    response: Response | None = None
    """The response; None where none is known: then it can be shown in channels only."""
    name: str = ""
    """Short name for legends and tables, e.g. ``"60001110002A"`` or the file's name."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    links: tuple[tuple[str, str], ...] = ()
    """BACKFILE, RESPFILE, ANCRFILE as the file says them, as pairs (keyword, value)."""
    gti: Gti | None = None
    """Good time intervals."""
    region: Region | None = None
    """The extraction region, in pixels."""
    wmap: NDArray[Any] | None = None
    """Counts image of the region's bounding box, -1 outside, shape (n_y, n_x), or None."""
    wmap_origin: tuple[int, int] = (0, 0)
    """Sky pixel (x, y) from 0 of the first WMAP pixel."""
    path: str = ""
    """The file it came from; empty if extracted."""
    pileup: PileUp | None = None
    """What to do about a source too bright for its middle; None where it is not."""
    request: SpectrumRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    @property
    def total(self) -> float:
        """Sum of the counts of all channels."""
        return float(np.sum(self.counts))

    def __repr__(self) -> str:
        beside = [n for n in ("background", "response") if getattr(self, n) is not None]
        parts = " and ".join(beside) or "counts alone"
        return (
            f"<Spectrum {self.name!r}: {self.total:g} counts in {len(self.counts)} channels,"
            f" exposure_s={self.exposure_s:.1f}, with {parts}>"
        )

    @property
    def background_ratio(self) -> Floats:
        """Factor that scales background counts to the source region, shape (n,).

        (EXPOSURE * AREASCAL * BACKSCAL) of the source over that of the background; a BACKSCAL
        that is not positive is taken from the background, as XSPEC does. Zero without background.
        """
        other = self.background
        if other is None:
            return np.zeros(len(self.counts))
        size = np.where(self.backscal > 0, self.backscal, other.backscal)
        mine = self.exposure_s * self.areascal * size
        return mine / (other.exposure_s * other.areascal * other.backscal)
