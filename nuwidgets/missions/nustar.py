"""NuSTAR.

Channels, pixels and file names: NuSTAR Data Analysis Software Guide (Perri et al.). Default
regions: the circle of 150 arcsec and the ring of 180 to 300 arcsec of the HEASARC's tutorials.
Catalogue: HEASARC's NUMASTER. What nupipeline reads: its help page (NuSTARDAS).
"""

from __future__ import annotations

from nuwidgets.domain.band import Band
from nuwidgets.missions.archive import CLEANED, REPROCESS, Archive, Catalogue, FileRole
from nuwidgets.missions.base import Mission
from nuwidgets.missions.heasoft import Heasoft, Needed
from nuwidgets.missions.nustar_tasks import TASKS

_ID = r"nu\d{11}"
_BOTH = (CLEANED, REPROCESS)
_AGAIN = (REPROCESS,)
_EVENTS = rf"{_ID}(?P<module>[AB])(?P<mode>\d\d)(_chu\d+_[NS])?"

_ROLES = (
    FileRole(rf"event_cl/{_EVENTS}_cl\.evt", "cleaned events", (CLEANED,)),
    FileRole(rf"event_cl/{_EVENTS}_gti\.fits", "good times"),
    FileRole(rf"event_cl/{_EVENTS}_ex\.img", "exposure map"),
    FileRole(rf"event_cl/{_ID}(?P<module>[AB]).*_ex\.img", "exposure map"),
    FileRole(rf"event_cl/{_EVENTS}.*\.(pha|arf|rmf|lc|flc)", "ready-made spectrum or light curve"),
    FileRole(rf"event_cl/{_ID}(?P<module>[AB])_mkf\.fits", "filter file: orbit and pointing"),
    FileRole(rf"event_cl/{_ID}(?P<module>[AB])_det1\.fits", "detector's place on the sky"),
    FileRole(rf"event_cl/{_ID}(?P<module>[AB])_oa\.fits", "optical axis"),
    FileRole(rf"event_cl/{_ID}(?P<module>[AB])_(bp|hp)\.fits", "bad pixels"),
    FileRole(rf"event_uf/{_ID}(?P<module>[AB])_uf\.evt", "unfiltered events", _AGAIN),
    FileRole(rf"hk/{_ID}(?P<module>[AB])_fpm\.hk", "housekeeping: live time", _BOTH),
    FileRole(rf"hk/{_ID}(?P<module>[AB])_dspx\.fits", "disabled pixels", _AGAIN),
    FileRole(r"hk/.*", "housekeeping", _AGAIN),
    FileRole(rf"auxil/{_ID}_att\.fits", "attitude", _BOTH),
    FileRole(rf"auxil/{_ID}_orb\.fits", "orbit", _AGAIN),
    FileRole(r"auxil/NUSTAR_TLE_ARCHIVE.*", "orbital elements", _AGAIN),
    FileRole(rf"auxil/{_ID}_(mast|psd|psdcorr)\.fits", "mast and laser metrology", _AGAIN),
    FileRole(r"auxil/.*", "auxiliary", _AGAIN),
    FileRole(rf"{_ID}\.cat", "list of the files", _AGAIN),
)

NUSTAR = Mission(
    name="NuSTAR",
    modules=("A", "B"),
    instruments=("FPMA", "FPMB"),
    n_channels=4096,
    first_kev=1.6,
    channel_kev=0.04,
    band=Band(3.0, 79.0),
    bands=(Band(3.0, 10.0), Band(10.0, 30.0), Band(30.0, 79.0)),
    grouping="optsnmin 6",
    binsize_s=256.0,
    pixel_arcsec=2.45810736,
    source_radius_arcsec=150.0,
    background_radii_arcsec=(180.0, 300.0),
    letters="nu",
    obsid_pattern=r"\d{11}",
    places=("event_cl", "event_uf", "auxil", "hk"),
    events_pattern="event_cl/nu{obs_id}{module}01_cl.evt",
    hk_pattern="hk/nu{obs_id}{module}_fpm.hk",
    stem_pattern=r"nu(?P<obs_id>\d{11})(?P<module>[AB])\d\d",
    pipeline="nupipeline",
    products="nuproducts",
    response="nuwidgets.science.nustar_response:response",
    spread="nuwidgets.science.psf_models:NUSTAR",
    detectors="nuwidgets.engines.embedded.detectors:known_detectors",
    dead_time_s=2.5e-3,
    hk_files=(
        "nu{obs_id}{module}_fpm.hk", "nu{obs_id}{module}.mkf", "nu{obs_id}{module}_mkf.fits",
        "nu{obs_id}{module}.attorb", "nu{obs_id}_chu123.fits",
    ),
    heasoft=Heasoft(
        tasks=TASKS,
        reads=("event_uf", "event_cl", "hk", "auxil"),
        needs=(
            Needed("nu{obs_id}{module}_uf.evt", ("event_uf",)),
            Needed("nu{obs_id}{module}_fpm.hk", ("hk",)),
            Needed("nu{obs_id}_att.fits", ("auxil",)),
            Needed("nu{obs_id}_orb.fits", ("auxil",)),
        ),
        runs="nuwidgets.missions.nustar_tasks:pipeline_requests",
        instrument_parameter="instrument",
        products="nuwidgets.engines.heasoft.nustar_products",
        grades=((26, "nupipeline with gradeexpr='0-{grade}'"),),
        caldb="nustar/fpm",
        caldb_users=frozenset((
            "nuflagbad", "nucalcpha", "nucalcpi", "nuflagevt", "nucalcpos", "nucoord", "nuskypos",
            "numetrology", "nuattcorr", "nucalcsaa", "nufilter", "nuscreen", "nusplitsc",
            "nulccorr", "numkarf", "numkrmf",
        )),
        xselect_users=frozenset(("nuscreen", "nusplitsc")),
    ),
    archive=Archive(
        catalogue=Catalogue(
            keywords="nustar",
            exposure="exposure_a",
            public="public_date",
            status="status",
            flag="issue_flag",
            asked=("end_time", "exposure_b", "comments", "instrument_mode", "title", "pi_lname"),
            shown=("obsid", "name", "time", "exposure_a", "status"),
        ),
        folder="/FTP/nustar/data/obs/{bc}/{a}/{obs_id}/",
        roles=_ROLES,
        modes={
            "science": "01", "occultation": "02", "slew": "03", "SAA": "04", "calibration": "05",
            "science_sc": "06",
        },
        usual_modes=("science",),
    ),
)  # fmt: skip
MISSION = NUSTAR
