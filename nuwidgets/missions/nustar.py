"""NuSTAR.

Channels, pixels and file names: NuSTAR Data Analysis Software Guide (Perri et al.). Default
regions: the circle of 150 arcsec and the ring of 180 to 300 arcsec of the HEASARC's tutorials.
"""

from __future__ import annotations

from nuwidgets.domain.band import Band
from nuwidgets.missions.base import Mission

NUSTAR = Mission(
    name="NuSTAR",
    modules=("A", "B"),
    instruments=("FPMA", "FPMB"),
    n_channels=4096,
    first_kev=1.6,
    channel_kev=0.04,
    band=Band(3.0, 79.0),
    binsize_s=256.0,
    pixel_arcsec=2.45810736,
    source_radius_arcsec=150.0,
    background_radii_arcsec=(180.0, 300.0),
    obsid_pattern=r"\d{11}",
    events_pattern="event_cl/nu{obs_id}{module}01_cl.evt",
    hk_pattern="hk/nu{obs_id}{module}_fpm.hk",
    stem_pattern=r"nu(?P<obs_id>\d{11})(?P<module>[AB])\d\d",
)
