"""STAND-IN: rows of the catalogues NUMASTER and SWIFTMASTR, made up, with everything odd in them."""

from __future__ import annotations

from nuwidgets.simulation.server.tables import ArchiveColumn, ArchiveTable

RA_DEG, DEC_DEG = 359.99, -35.0
"""Where the source is: a cone around it goes over RA 0."""
FUTURE_MJD = 80_000.0
SOURCE = "Barnard's <A & B>"
NUSTAR_RADIUS_ARCMIN, SWIFT_RADIUS_ARCMIN = 15.0, 12.0

_NU = {
    "name": ("char", "", "Target designation"), "ra": ("double", "deg", "Right ascension"),
    "dec": ("double", "deg", "Declination"), "time": ("double", "d", "Start of observation (MJD)"),
    "obsid": ("char", "", "Observation ID"), "status": ("char", "", "Status of the observation"),
    "exposure_a": ("double", "s", "Effective exposure of FPMA"),
    "observation_mode": ("char", "", "Type of observation: science or slew"),
    "obs_type": ("char", "", "Observation type"),
    "processing_date": ("double", "d", "Date of processing (MJD)"),
    "public_date": ("double", "d", "Date on which the data are public (MJD)"),
    "issue_flag": ("int", "", "Whether there is an issue: 1 is yes"),
    "end_time": ("double", "d", "End of observation (MJD)"),
    "exposure_b": ("double", "s", "Effective exposure of FPMB"),
    "ontime_a": ("double", "s", "On-source time of FPMA"), "comments": ("char", "", "Comments"),
    "instrument_mode": ("char", "", "Instrument mode"), "title": ("char", "", "Proposal title"),
    "pi_lname": ("char", "", "Principal investigator"), "__row": ("char", "", "Row"),
}  # fmt: skip
_NU_SHOWN = tuple(_NU)[:12]
_SW = {
    "name": ("char", "", "Target designation"), "obsid": ("char", "", "Observation ID"),
    "ra": ("double", "deg", "Right ascension"), "dec": ("double", "deg", "Declination"),
    "start_time": ("double", "d", "Start of observation (MJD)"),
    "processing_date": ("double", "d", "Date of processing (MJD)"),
    "xrt_exposure": ("double", "s", "XRT exposure"), "uvot_exposure": ("double", "s", "UVOT exposure"),
    "bat_exposure": ("double", "s", "BAT exposure"),
    "archive_date": ("double", "d", "Date of archiving (MJD)"),
    "stop_time": ("double", "d", "End of observation (MJD)"),
    "roll_angle": ("double", "deg", "Roll angle"), "target_id": ("int", "", "Target ID"),
    "xrt_expo_pc": ("double", "s", "XRT exposure, photon counting"),
    "xrt_expo_wt": ("double", "s", "XRT exposure, windowed timing"), "__row": ("char", "", "Row"),
}  # fmt: skip
_SW_SHOWN = tuple(_SW)[:10]


def _nu(obs_id, row, mjd, exposure_s, public_mjd, /, status="archived", **other):
    """Give one row of NUMASTER; what is not said is usual."""
    length_d = 2 * exposure_s / 86_400
    usual = {
        "name": SOURCE, "ra": RA_DEG, "dec": DEC_DEG, "time": mjd, "obsid": obs_id,
        "status": status, "exposure_a": exposure_s, "observation_mode": "SCIENCE",
        "obs_type": "GO", "processing_date": None if mjd is None else mjd + 10,
        "public_date": public_mjd, "issue_flag": 0,
        "end_time": None if mjd is None else mjd + length_d, "exposure_b": 0.99 * exposure_s,
        "ontime_a": 1.1 * exposure_s, "comments": "", "instrument_mode": "NORMAL",
        "title": 'ACCRETION > 0.1 "EDDINGTON" & <OUTFLOWS>', "pi_lname": "Müller",
        "__row": row,
    }  # fmt: skip
    return tuple((usual | other).values())


NUSTAR_ROWS = (
    _nu("60001110002", "1001", 56_000.25, 20_000.0, 56_200.0),
    _nu("60001110004", "1002", 56_100.5, 51_234.5, 56_300.0, name="Barnard's A", ra=0.005),
    _nu("60001110006", "1003", 57_000.0, 30_000.0, 57_200.0, issue_flag=1, comments="Stray light"),
    _nu("00001110002", "1004", 57_400.0, 5_000.0, 57_500.0, obs_type="CAL"),
    _nu("90001110002", "1005", 60_000.0, 40_000.0, FUTURE_MJD),
    _nu("90001110004", "1006", 60_100.0, 41_000.0, None, "processed"),
    _nu("60001110008", "1007", None, 0.0, None, "accepted"),
    _nu("60001110010", "1008", FUTURE_MJD - 50, -1.0, None, "scheduled"),
    _nu("60001110001", "1009", 56_000.0, 0.0, 56_200.0, observation_mode="SLEW"),
    _nu("60001110012", "1010", 58_000.0, 25_000.0, 58_200.0),
    _nu("60009999002", "1011", 58_100.0, 12_000.0, 58_300.0, name="Neighbour", dec=DEC_DEG + 0.15),
    _nu("70009999002", "1012", 58_200.0, 11_000.0, 58_400.0, name="Far off", dec=DEC_DEG + 0.5),
)
"""Three public and whole, the third of them flagged; one whose number begins with 0; two not public
(a date to come, no date); two planned; a slew; one public without data; two other sources."""
NUSTAR_WITH_DATA = ("60001110002", "60001110004", "60001110006", "00001110002", "60009999002")
NUSTAR_SECRET = ("90001110002",)


def _sw(obs_id, row, mjd, exposure_s, **other):
    """Give one row of SWIFTMASTR; what is not said is usual."""
    usual = {
        "name": SOURCE, "obsid": obs_id, "ra": RA_DEG, "dec": DEC_DEG, "start_time": mjd,
        "processing_date": mjd + 9, "xrt_exposure": exposure_s, "uvot_exposure": exposure_s - 9,
        "bat_exposure": exposure_s + 30, "archive_date": mjd + 10, "stop_time": mjd + 0.4,
        "roll_angle": 123.4, "target_id": int(obs_id[:8]), "xrt_expo_pc": exposure_s,
        "xrt_expo_wt": 0.0, "__row": row,
    }  # fmt: skip
    return tuple((usual | other).values())


SWIFT_ROWS = (
    _sw("00032106001", "2001", 55_665.5, 1_000.0),
    _sw("00032106002", "2002", 55_788.1, 2_500.0),
    _sw("00032106003", "2003", 55_800.0, 3_000.0),
    _sw("00032106004", "2004", 55_815.9, 900.0, xrt_expo_pc=100.0, xrt_expo_wt=800.0),
    _sw("00032106005", "2005", 55_900.0, 4_000.0, archive_date=None),
    _sw("00032106006", "2006", 55_950.0, 0.0, xrt_expo_pc=0.0),
    _sw("00032106007", "2007", 55_960.0, 1_200.0),
    _sw("00099999001", "2008", 55_970.0, 1_300.0, name="Far off", dec=DEC_DEG + 0.5),
)
"""Four public and whole, one not yet archived, one without exposure, one without data, one far."""
SWIFT_WITH_DATA = {
    "00032106001": "2011_04", "00032106002": "2011_08", "00032106003": "2011_08",
    "00032106004": "2011_09",
}  # fmt: skip


def _columns(described):
    return tuple(ArchiveColumn(name, *rest) for name, rest in described.items())


NUMASTER = ArchiveTable(
    "numaster", "NuSTAR Master Catalog", _columns(_NU), NUSTAR_ROWS, NUSTAR_RADIUS_ARCMIN, _NU_SHOWN
)
SWIFTMASTR = ArchiveTable(
    "swiftmastr", "Swift Master Catalog", _columns(_SW), SWIFT_ROWS, SWIFT_RADIUS_ARCMIN, _SW_SHOWN
)
SURVEY = ArchiveTable(
    "nuaftersev", "NuSTAR <Serendipitous> Survey & Swift", _columns(_NU)[:3] + _columns(_NU)[-1:],
    (), 5.0, ("name",),
)  # fmt: skip
"""A catalogue that is none of observations."""
