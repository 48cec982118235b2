"""Swift's X-ray telescope, photon counting and windowed timing.

Channels, pixels and file names: The SWIFT XRT Data Reduction Guide (Capalbi et al. 2005) and the
help pages of xrtpipeline. Default regions and band: HEASARC's tutorial on T Pyxidis.
"""

from __future__ import annotations

from nuwidgets.domain.band import Band
from nuwidgets.missions.archive import CLEANED, REPROCESS, Archive, Catalogue, FileRole
from nuwidgets.missions.base import Mission

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
    obsid_pattern=r"\d{11}",
    events_pattern="xrt/event/sw{obs_id}xpcw?po_cl.evt",
    hk_pattern="",
    stem_pattern=r"sw(?P<obs_id>\d{11})x(pc|wt)w.po",
    pipeline="xrtpipeline",
    products="xrtproducts",
    response="nuwidgets.science.swift_response:response",
    spread="nuwidgets.science.psf_models:SWIFT",
    archive=Archive(
        catalogue=Catalogue(
            keywords="swift",
            start="start_time",
            stop="stop_time",
            exposure="xrt_exposure",
            public="archive_date",
            not_public="It is not in the archive yet{until}.",
            asked=("stop_time", "archive_date", "target_id", "uvot_exposure", "bat_exposure"),
            shown=("obsid", "name", "start_time", "xrt_exposure"),
        ),
        folder="/FTP/swift/data/obs/{yyyy_mm}/{obs_id}/",
        roles=_ROLES,
        modes={"PC": "pc", "WT": "wt", "imaging": "im", "photodiode": "pu", "low rate": "lr"},
        usual_modes=("PC",),
    ),
)
