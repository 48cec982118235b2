"""An event file, opened: what was asked, and the events with all that is needed to use them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.gti import Gti  # noqa: TC001  a field type, resolved at run time
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats, Mask
    from nuwidgets.domain.sky import TangentPlane


@dataclass(frozen=True)
class EventsRequest:
    """Ask for the events of a file."""

    path: str
    """Path of the level-2 event file, plain or .gz."""
    hk_path: str = ""
    """Path of the housekeeping file with the live-time fraction; empty: use the header's."""
    stamp: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    """Time of change, ns, and size, bytes, of each named file: a changed file is another one."""


@dataclass(frozen=True)
class Pointing:
    """Who looked at what, and when."""

    telescope: str = ""
    """TELESCOP, e.g. ``"NuSTAR"``."""
    instrument: str = ""
    """INSTRUME, e.g. ``"FPMA"``."""
    obs_id: str = ""
    """OBS_ID, as text."""
    object_name: str = ""
    """OBJECT."""
    date_obs: str = ""
    """DATE-OBS."""
    tstart_s: float = 0.0
    """TSTART, s since the reference time."""
    tstop_s: float = 0.0
    """TSTOP, s since the reference time."""
    ra_obj_deg: float | None = None
    """RA_OBJ: right ascension of the target, deg, or None."""
    dec_obj_deg: float | None = None
    """DEC_OBJ: declination of the target, deg, or None."""
    mjdref_days: float = 0.0
    """Reference time MJDREFI + MJDREFF, days, in `timesys`."""
    timesys: str = "TT"
    """TIMESYS."""
    timeref: str = "LOCAL"
    """TIMEREF: ``"SOLARSYSTEM"`` where times are those at the barycentre."""
    mode: str = ""
    """DATAMODE, e.g. ``"PHOTON"`` or ``"WINDOWED"`` of Swift's X-ray telescope."""
    substrate_v: float | None = None
    """XRTVSUB: voltage of the substrate of Swift's detector, V, or None."""


@dataclass(frozen=True, eq=False)
class LivetimeRecord:
    """Live-time fraction second by second, from a housekeeping file (HK1FPM)."""

    time_s: Floats
    """Start of each second, s, shape (n,)."""
    fraction: Floats
    """Live fraction of each second, 0 to 1, shape (n,)."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


@dataclass(frozen=True, eq=False)
class Events:
    """The events of one instrument, in the order of the file."""

    time_s: Floats
    """Arrival times, s since the reference time, shape (n,)."""
    x: NDArray[Any]
    """Sky pixel from 0 along x, shape (n,); -2 or less where there is none."""
    y: NDArray[Any]
    """Sky pixel from 0 along y, shape (n,); -2 or less where there is none."""
    pi: NDArray[Any]
    """Pulse-invariant channel, shape (n,); negative where there is none."""
    grade: NDArray[Any]
    """Event grade, shape (n,)."""
    gti: Gti
    """Good time intervals."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, and when."""
    plane: TangentPlane | None = None
    """Sky coordinates of the pixels; None where the file has none that can be trusted."""
    shape: tuple[int, int] = (1000, 1000)
    """Number of pixels along (y, x)."""
    deadc: float = 1.0
    """Live-time fraction over the good times: livetime_s = ontime_s * deadc."""
    livetime: LivetimeRecord | None = None
    """Live-time fraction second by second, where a housekeeping file gave it."""
    det_id: NDArray[Any] | None = None
    """Detector number, shape (n,), where the file has it."""
    request: EventsRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def __len__(self) -> int:
        return len(self.time_s)

    def __repr__(self) -> str:
        where = self.pointing
        return (
            f"<Events: {len(self):,} of {where.object_name!r}, {where.telescope}"
            f" {where.instrument} {where.obs_id}, livetime_s={self.livetime_s:.1f}>"
        )

    @property
    def ontime_s(self) -> float:
        """Sum of the good times, s."""
        return self.gti.ontime_s

    @property
    def livetime_s(self) -> float:
        """Good time corrected for dead time, s; the EXPOSURE of the products."""
        return self.ontime_s * self.deadc

    def where(self, mask: Mask, **changes: Any) -> Events:
        """Give the events that `mask` picks, shape (n,), with other fields replaced."""
        columns = {n: getattr(self, n)[mask] for n in ("time_s", "x", "y", "pi", "grade")}
        columns["det_id"] = None if self.det_id is None else self.det_id[mask]
        return replace(self, **columns, **changes)


@dataclass(frozen=True)
class ScreenRequest:
    """Ask for the events that pass a user's filters."""

    events: EventsRequest
    """The events to filter."""
    user_gti: Gti | None = None
    """Times to keep; None keeps all good times."""
    max_grade: int | None = None
    """Largest grade to keep; None keeps all."""
