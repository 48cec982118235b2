"""The simulated archive's catalogues: the columns of HEASARC's numaster, and a row of each visit.

Names, types and defaults follow HEASARC's description of the table; dates are MJD, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nuwidgets.simulation.archive_plan import PLANNED, PROPRIETARY
from nuwidgets.simulation.observation import good_times
from nuwidgets.simulation.server.tables import ArchiveColumn, ArchiveTable
from nuwidgets.simulation.times import mjd_of

if TYPE_CHECKING:
    from nuwidgets.simulation.archive_plan import Visit
    from nuwidgets.simulation.server.tables import Cell

RADIUS_ARCMIN = 12.0
"""About the side of NuSTAR's field."""
DEADC = 0.976
"""Live fraction of what was not simulated: the usual one of this source."""
NEVER_MJD = 88_069.0
"""When the proprietary data become public: the first of January 2100."""
_PROCESSED_DAYS, _PUBLIC_DAYS = 12, 60
_ROW = ArchiveColumn("__row", description="Number by which the archive knows the row")

NUMASTER = ArchiveTable(
    "numaster",
    "NuSTAR Master Catalog (SIMULATED)",
    (
        ArchiveColumn("name", "char", "", "Name of the target"),
        ArchiveColumn("ra", "double", "deg", "Right ascension of the pointing (ICRS)"),
        ArchiveColumn("dec", "double", "deg", "Declination of the pointing (ICRS)"),
        ArchiveColumn("time", "double", "d", "Start of the observation (MJD)"),
        ArchiveColumn("obsid", "char", "", "Number of the observation"),
        ArchiveColumn("status", "char", "", "Status: accepted, scheduled, processed, archived"),
        ArchiveColumn("exposure_a", "double", "s", "Exposure of FPMA, dead time taken off"),
        ArchiveColumn("observation_mode", "char", "", "Observing mode"),
        ArchiveColumn("obs_type", "char", "", "Type of the observation"),
        ArchiveColumn("processing_date", "double", "d", "Date of the processing (MJD)"),
        ArchiveColumn("public_date", "double", "d", "Date on which the data become public (MJD)"),
        ArchiveColumn("issue_flag", "int", "", "1 if an issue is noted in the comments"),
        ArchiveColumn("end_time", "double", "d", "End of the observation (MJD)"),
        ArchiveColumn("exposure_b", "double", "s", "Exposure of FPMB, dead time taken off"),
        ArchiveColumn("ontime_a", "double", "s", "Good time of FPMA"),
        ArchiveColumn("ontime_b", "double", "s", "Good time of FPMB"),
        ArchiveColumn("instrument_mode", "char", "", "Mode of the instrument"),
        ArchiveColumn("spacecraft_mode", "char", "", "Mode of the spacecraft"),
        ArchiveColumn("roll_angle", "double", "deg", "Position angle of the detectors"),
        ArchiveColumn("lii", "double", "deg", "Galactic longitude"),
        ArchiveColumn("bii", "double", "deg", "Galactic latitude"),
        ArchiveColumn("subject_category", "char", "", "Kind of the target"),
        ArchiveColumn("cycle", "int", "", "Cycle of the proposal"),
        ArchiveColumn("proposal_number", "char", "", "Number of the proposal"),
        ArchiveColumn("title", "char", "", "Title of the proposal"),
        ArchiveColumn("pi_lname", "char", "", "Last name of the principal investigator"),
        ArchiveColumn("priority", "char", "", "Priority of the target"),
        ArchiveColumn("country", "char", "", "Country of the principal investigator"),
        ArchiveColumn("software_version", "char", "", "Software of the processing"),
        ArchiveColumn("caldb_version", "char", "", "Calibration of the processing"),
        ArchiveColumn("comments", "char", "", "Comments"),
        _ROW,
    ),
    (),
    RADIUS_ARCMIN,
    (
        "name", "ra", "dec", "time", "obsid", "status", "exposure_a", "observation_mode",
        "obs_type", "processing_date", "public_date", "issue_flag",
    ),
)  # fmt: skip
"""NuSTAR's catalogue, without rows."""

SWIFTMASTR = ArchiveTable(
    "swiftmastr",
    "Swift Master Catalog (SIMULATED)",
    (
        ArchiveColumn("name", "char", "", "Name of the target"),
        ArchiveColumn("obsid", "char", "", "Number of the observation"),
        ArchiveColumn("ra", "double", "deg", "Right ascension of the pointing (ICRS)"),
        ArchiveColumn("dec", "double", "deg", "Declination of the pointing (ICRS)"),
        ArchiveColumn("start_time", "double", "d", "Start of the observation (MJD)"),
        ArchiveColumn("stop_time", "double", "d", "End of the observation (MJD)"),
        ArchiveColumn("processing_date", "double", "d", "Date of the processing (MJD)"),
        ArchiveColumn("archive_date", "double", "d", "Date on which the data were archived (MJD)"),
        ArchiveColumn("xrt_exposure", "double", "s", "Exposure of the XRT"),
        ArchiveColumn("xrt_expo_pc", "double", "s", "Exposure of the XRT in photon counting"),
        ArchiveColumn("xrt_expo_wt", "double", "s", "Exposure of the XRT in windowed timing"),
        ArchiveColumn("roll_angle", "double", "deg", "Roll angle"),
        ArchiveColumn("uvot_exposure", "double", "s", "Exposure of the UVOT"),
        ArchiveColumn("bat_exposure", "double", "s", "Exposure of the BAT"),
        ArchiveColumn("target_id", "char", "", "Number of the target"),
        _ROW,
    ),
    (),
    RADIUS_ARCMIN,
    (
        "name", "obsid", "ra", "dec", "start_time", "processing_date", "xrt_exposure",
        "uvot_exposure", "bat_exposure", "archive_date",
    ),
)  # fmt: skip
"""Swift's catalogue, without rows: those of the campaign are put in when it is served."""

COLUMN_NAMES = [column.name for column in NUMASTER.columns]


@dataclass(frozen=True)
class Seen:
    """How long each module looked, s; FPMA first."""

    exposure_s: tuple[float, float] = (0.0, 0.0)
    """Live times, s."""
    ontime_s: tuple[float, float] = (0.0, 0.0)
    """Good times, s."""


def expected(visit: Visit) -> Seen:
    """Give the times of a visit whose files are not simulated."""
    if visit.kind != PROPRIETARY:
        return Seen()
    ontime_s = visit.truth.exposure_s
    return Seen((ontime_s * DEADC,) * 2, (ontime_s,) * 2)


def row_of(visit: Visit, key: str, seen: Seen) -> tuple[Cell, ...]:
    """Give the row of a visit in the order of the columns."""
    truth = visit.truth
    cells: dict[str, Cell] = {
        "name": truth.object_name, "obsid": truth.obs_id, "priority": "A",
        "roll_angle": None if visit.kind == PLANNED else truth.roll_deg,
        "status": "accepted" if visit.kind == PLANNED else "archived",
        "exposure_a": seen.exposure_s[0], "exposure_b": seen.exposure_s[1],
        "ontime_a": seen.ontime_s[0], "ontime_b": seen.ontime_s[1],
        "observation_mode": "SCIENCE", "obs_type": "GO", "instrument_mode": "SCIENCE",
        "spacecraft_mode": "INERTIAL", "subject_category": "AGN", "issue_flag": visit.issue_flag,
        "cycle": int(truth.obs_id[1:3]), "proposal_number": truth.obs_id[1:5] + "0",
        "title": "A SIMULATED ARCHIVE", "pi_lname": "NUWIDGETS",
        "country": "NONE", "software_version": "SIMULATED", "caldb_version": "SIMULATED",
        "comments": f"SIMULATED. {visit.comment}", "__row": key,
    }  # fmt: skip
    cells |= _position(visit) | _dates(visit)
    return tuple(cells[name] for name in COLUMN_NAMES)


def _position(visit: Visit) -> dict[str, Cell]:
    """Give the cells that say where the telescope looked."""
    from astropy.coordinates import SkyCoord

    plane = visit.truth.plane
    galactic = SkyCoord(plane.ra_ref_deg, plane.dec_ref_deg, unit="deg").galactic
    return {
        "ra": round(plane.ra_ref_deg, 5), "dec": round(plane.dec_ref_deg, 5),
        "lii": round(float(galactic.l.deg), 5), "bii": round(float(galactic.b.deg), 5),
    }  # fmt: skip


def _dates(visit: Visit) -> dict[str, Cell]:
    """Give the cells that say when; there are none before an observation."""
    if visit.kind == PLANNED:
        return dict.fromkeys(("time", "end_time", "processing_date", "public_date"))
    gti = good_times(visit.truth)
    end = mjd_of(gti.intervals[-1][1])
    public = NEVER_MJD if visit.kind == PROPRIETARY else float(round(end) + _PUBLIC_DAYS)
    return {
        "time": mjd_of(gti.intervals[0][0]), "end_time": end,
        "processing_date": float(round(end) + _PROCESSED_DAYS), "public_date": public,
    }  # fmt: skip


def filled(rows: tuple[tuple[Cell, ...], ...]) -> tuple[ArchiveTable, ...]:
    """Give the catalogues with the rows of NuSTAR's."""
    return replace(NUMASTER, rows=rows), SWIFTMASTR
