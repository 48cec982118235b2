"""What products depend on, and the values that settings have in a new session."""

from __future__ import annotations

from typing import Any

from nuwidgets.domain.band import Band
from nuwidgets.domain.fit import CHI
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.named_regions import NamedRegions
from nuwidgets.domain.plot import Rebin
from nuwidgets.domain.region import Region
from nuwidgets.missions.archive import CLEANED

ALWAYS = object()
"""What no setting is: one that is written in any case."""
DRAWN = {"draws": 0, "level": 90.0, "seed": 1}
"""Settings of errors that are drawn from the covariance."""
USUAL: dict[str, dict[str, Any]] = {
    "find": {
        "target": "",
        "mission": "NuSTAR",
        "radius_arcmin": None,
        "server": "heasarc",
        "selected": (),
    },
    "files": {"host": "auto", "mirror": ""},
    "download": {
        "folder": "data",
        "preset": CLEANED,
        "pattern": "",
        "modules": (),
        "modes": (),
        "also": (),
        "without": (),
        "copy": False,
        "opens": True,
    },
    "pipeline": {
        "folders": (),
        "instrument": "both",
        "parameters": (),
        "engine": "auto",
        "opens": True,
    },
    "task": {"name": "", "subject": "", "parameters": (), "engine": "auto"},
    "events": {"hk_path": ""},
    "screen": {"user_gti": None, "max_grade": None},
    "image": {
        "band": Band(3, 79),
        "binning": 1,
        "engine": "auto",
        "bands": (),
        "smooth_px": 0.0,
        "quantity": "counts",
        "frame": "sky",
    },
    "exposure": {"path": "", "vignetting_kev": None},
    "geometry": {},
    "regions": {"source": ALWAYS, "background": ALWAYS, "named": NamedRegions()},
    "counts": {"bands": ()},
    "profile": {
        "band": Band(3, 79),
        "binsize_arcsec": 4.0,
        "max_arcsec": 300.0,
        "center": None,
        "centroid": False,
        "mask": (),
        "mask_excluded": True,
        "exposure": False,
    },
    "backgrounds": {"band": Band(3, 79), "wings_percent": 5.0, "avoid": ()},
    "lightcurve": {
        "band": Band(3, 79),
        "binsize_s": 256.0,
        "subtract_background": True,
        "correct_livetime": True,
        "engine": "auto",
        "region": "source",
        "bins": "equal",
        "bands": (),
        "range_s": None,
    },
    "goodtimes": {
        "band": Band(3, 79),
        "rate_binsize_s": 60.0,
        "min_rate": None,
        "max_rate": None,
        "flare_sigma": None,
        "region": "field",
        "hk_path": "",
        "expression": "",
        "edges": "hold",
        "show": (),
    },
    "hardness": {
        "soft": Band(3, 10),
        "hard": Band(10, 79),
        "binsize_s": 256.0,
        "bins": "equal",
        "definition": "difference",
        "region": "source",
        "subtract_background": True,
        "correct_livetime": True,
        "min_counts": 5,
    },
    "power": {
        "band": Band(3, 79),
        "dt_s": 1.0 / 64.0,
        "segment_s": 256.0,
        "norm": "frac",
        "log_step": 0.05,
        "rms_range_hz": (0.0, 0.0),
        "region": "source",
    },
    "period": {
        "band": Band(3, 79),
        "range_hz": (0.01, 1.0),
        "method": "z2",
        "n_harmonics": 2,
        "n_bins": 32,
        "oversampling": 4.0,
        "fdot_hz_per_s": 0.0,
        "level": 0.01,
        "region": "source",
    },
    "spectrum": {
        "grouping": Grouping("optsnmin", 6),
        "rmf_path": "",
        "arf_path": "",
        "engine": "auto",
    },
    "compare": {},
    "spectrum file": {
        "background_path": "",
        "rmf_path": "",
        "arf_path": "",
        "grouping": Grouping("file"),
        "row": 0,
    },
    "fit": {
        "statistic": CHI,
        "ignore": (),
        "abundance": "wilm",
        "cross_section": "vern",
        "weight": "standard",
        "systematic": 0.0,
        "test_statistic": "chi",
        "groups": (),
        "responses": (),
        "engine": "embedded",
    },
    "curve": {
        "plot": "ldata",
        "lower": "ratio",
        "components": False,
        "background": False,
        "x_axis": "keV",
        "rebin": Rebin(),
        "area": False,
        "log_x": True,
        "log_y": None,
    },
    "errors": {"delta": 2.706, "numbers": ()},
    "flux": {"band": Band(2, 10), **DRAWN, "component": "", "unabsorbed": False},
    "luminosity": {
        "band": Band(2, 10),
        "redshift": 0.0,
        "distance_mpc": 0.0,
        "h0_km_s_mpc": 70.0,
        "q0": 0.0,
        "lambda0": 0.73,
        **DRAWN,
        "component": "",
        "unabsorbed": False,
    },
    "eqwidth": {"component": "", "fraction": 0.05, **DRAWN},
    "contours": {"axes": ()},
    "chain": {"n_walkers": 0, "n_burn": 200, "n_steps": 1500, "seed": 1},
    "goodness": {"n": 100, "refit": True, "draw": False, "seed": 1},
    "fake": {
        "exposure_s": 0.0,
        "background": True,
        "background_exposure_s": 0.0,
        "noise": True,
        "seed": 1,
    },
    "compare_fit": {"errors": False, "delta": 2.706},
    "shared": {"apart": (), "source": Region(), "background": Region()},
    "longterm": {
        "band": Band(0.3, 10),
        "level": 99.73,
        "error_level": 68.27,
        "corrected": False,
    },
    "thumbnails": {"band": Band(0.3, 10), "field_arcmin": 10.0, "center": None},
    "series": {"band": Band(0.3, 10), "unabsorbed": False, "delta": 2.706},
}
"""What products depend on, and the values in a new session, in the order in which it is written.

A record's own `usual` may be what somebody suggested, and its names may come from any file.
"""
