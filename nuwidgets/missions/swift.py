"""Swift's X-ray telescope, photon counting and windowed timing.

Channels, pixels and file names: The SWIFT XRT Data Reduction Guide (Capalbi et al. 2005) and the
help pages of xrtpipeline. Default regions and band: HEASARC's tutorial on T Pyxidis. Good grades:
0 to 12 in photon counting, 0 to 2 in windowed timing (the same guide). Pile-up: 0.6 counts/s in
photon counting (the guide's pages on pile-up), 100 in windowed timing (Romano et al. 2006, A&A 456,
917; 2006A&A...456..917R).
"""

from __future__ import annotations

from nuwidgets.domain.band import Band
from nuwidgets.missions.archive import CLEANED, REPROCESS, Archive, Catalogue, FileRole
from nuwidgets.missions.base import Mission
from nuwidgets.missions.heasoft import Heasoft, Needed
from nuwidgets.missions.modes import Mode
from nuwidgets.missions.swift_tasks import TASKS

_ID = r"sw\d{11}"
_BOTH = (CLEANED, REPROCESS)
_AGAIN = (REPROCESS,)
_EVENTS = rf"{_ID}x(?P<mode>pc|wt|pu|lr|im)(w.)?(b.)?"

_ROLES = (
    FileRole(rf"xrt/event/{_EVENTS}po_cl\.evt", "cleaned events, pointing", (CLEANED,)),
    FileRole(rf"xrt/event/{_EVENTS}(st|sl)_cl\.evt", "cleaned events, settling or slewing"),
    FileRole(rf"xrt/event/{_EVENTS}.*_uf\.evt", "unfiltered events", _AGAIN),
    FileRole(r"xrt/event/.*", "events", ()),
    FileRole(rf"xrt/hk/{_ID}xhd\.hk", "frame headers: exposure of each frame", _BOTH),
    FileRole(r"xrt/hk/.*", "housekeeping", _AGAIN),
    FileRole(r"xrt/image/.*", "images in imaging mode"),
    FileRole(r"xrt/products/.*", "quick-look product"),
    FileRole(rf"auxil/{_ID}(pat|sat|uat)\.fits", "attitude", _BOTH),
    FileRole(rf"auxil/{_ID}sen\.hk", "spacecraft's housekeeping", _AGAIN),
    FileRole(rf"auxil/{_ID}sao\.fits", "orbit", _AGAIN),
    FileRole(r"auxil/SWIFT_TLE_ARCHIVE.*", "orbital elements", _AGAIN),
    FileRole(r"auxil/.*", "auxiliary", _AGAIN),
    FileRole(r"bat/.*", "Burst Alert Telescope"),
    FileRole(r"uvot/.*", "UV and optical telescope"),
    FileRole(r"(log|tdrss)/.*", "log or alert message"),
)

SWIFT = Mission(
    name="Swift",
    modules=("XRT",),
    instruments=("XRT",),
    n_channels=1024,
    first_kev=0.0,
    channel_kev=0.01,
    band=Band(0.3, 7.0),
    bands=(Band(0.3, 1.5), Band(1.5, 7.0)),
    grouping="min 1",
    binsize_s=100.0,
    pixel_arcsec=2.35731204,
    source_radius_arcsec=180.0,
    background_radii_arcsec=(240.0, 390.0),
    letters="sw",
    obsid_pattern=r"\d{11}",
    places=("xrt/event", "auxil", "xrt/hk"),
    events_pattern="xrt/event/sw{obs_id}xpcw?po_cl.evt",
    hk_pattern="",
    stem_pattern=r"sw(?P<obs_id>\d{11})x(pc|wt)w.po",
    pipeline="xrtpipeline",
    products="xrtproducts",
    response="nuwidgets.science.swift_response:response",
    spread="nuwidgets.science.psf_models:SWIFT",
    modes={
        "PC": Mode("photon counting", "PHOTON", max_grade=12, piled_up_per_s=0.6),
        "WT": Mode(
            "windowed timing",
            "WINDOWED",
            "WT",
            "xrt/event/sw{obs_id}xwtw?po_cl.evt",
            max_grade=2,
            binsize_s=1.0,
            piled_up_per_s=100.0,
        ),
    },
    hk_files=("sw{obs_id}s.mkf", "sw{obs_id}xhd.hk", "sw{obs_id}x.mkf"),
    heasoft=Heasoft(
        tasks=TASKS,
        reads=("xrt/event", "xrt/hk", "auxil"),
        needs=(
            Needed("sw{obs_id}x*_uf.evt", ("", "xrt/event")),
            Needed("sw{obs_id}xhd.hk", ("xrt/hk",)),
        ),
        checks="nuwidgets.files.swift_inputs:attitude_of",
        runs="nuwidgets.files.swift_inputs:pipeline_requests",
        mode_parameter="datamode",
        products="nuwidgets.engines.heasoft.swift_products",
        grades=(
            (12, "xrtpipeline with exprpcgrade='0-{grade}'"),
            (2, "xrtpipeline with exprwtgrade='0-{grade}'"),
        ),
        caldb="swift/xrt",
        caldb_users=frozenset(
            (
                "xrtmkarf",
                "xrtlccorr",
                "xrtflagpix",
                "xrtpcgrade",
                "xrtpcbias",
                "xrthotpix",
                "xrtcalcpi",
                "xrtscreen",
                "xrtfilter",
                "xrthkproc",
                "xrttimetag",
                "xrtwtcorr",
                "xrtevtrec",
                "xrtimage",
            )
        ),
        xselect_users=frozenset(("xrtscreen",)),
    ),
    archive=Archive(
        catalogue=Catalogue(
            keywords="swift",
            start="start_time",
            stop="stop_time",
            exposure="xrt_exposure",
            public="archive_date",
            not_public="It is not in the archive yet{until}.",
            modes=(("PC", "xrt_expo_pc"), ("WT", "xrt_expo_wt")),
            asked=(
                "stop_time",
                "archive_date",
                "xrt_expo_pc",
                "xrt_expo_wt",
                "target_id",
                "uvot_exposure",
                "bat_exposure",
            ),
            shown=("obsid", "name", "start_time", "xrt_exposure"),
        ),
        folder="/FTP/swift/data/obs/{yyyy_mm}/{obs_id}/",
        roles=_ROLES,
        modes={"PC": "pc", "WT": "wt", "imaging": "im", "photodiode": "pu", "low rate": "lr"},
        usual_modes=("PC",),
    ),
)
MISSION = SWIFT
