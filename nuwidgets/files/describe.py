"""What is in a file, as plain values that can be printed or kept as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import InputError
from nuwidgets.files.arf import read_arf
from nuwidgets.files.events import read_events
from nuwidgets.files.fits import open_fits
from nuwidgets.files.gti import parse_gti_file
from nuwidgets.files.header import is_absent
from nuwidgets.files.hk import read_livetime
from nuwidgets.files.image import read_image
from nuwidgets.files.lightcurve import read_lightcurve
from nuwidgets.files.pha import read_spectrum
from nuwidgets.files.pha_tables import spectra_of
from nuwidgets.files.regions import parse_region_file
from nuwidgets.files.rmf import read_rmf
from nuwidgets.files.session_file import read_session
from nuwidgets.files.table import n_rows
from nuwidgets.files.xcm import read_xcm
from nuwidgets.missions.base import mission_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.events import Events, Pointing
    from nuwidgets.domain.gti import Gti
    from nuwidgets.files.identify import FileKind

    Facts = dict[str, Any]


def _of_pointing(pointing: Pointing) -> Facts:
    return {
        "telescope": pointing.telescope,
        "instrument": pointing.instrument,
        "object": pointing.object_name,
        "obs_id": pointing.obs_id,
        "date_obs": pointing.date_obs,
        "ra_deg": pointing.ra_obj_deg,
        "dec_deg": pointing.dec_obj_deg,
    }


def _of_gti(gti: Gti) -> Facts:
    span = (gti.intervals[0][0], gti.intervals[-1][1]) if gti.intervals else (None, None)
    return {
        "n_intervals": len(gti.intervals),
        "ontime_s": gti.ontime_s,
        "tstart_s": span[0],
        "tstop_s": span[1],
    }


def _energies(events: Events) -> Facts:
    good = events.pi[events.pi >= 0]
    if not len(good):
        return {"pi_range": None, "energy_range_kev": None}
    lo, hi = int(good.min()), int(good.max())
    try:
        mission = mission_of(events.pointing.telescope)
    except InputError:
        return {"pi_range": [lo, hi], "energy_range_kev": None}
    edges = [float(mission.energy_lo_kev(pi)) for pi in (lo, hi + 1)]
    return {"pi_range": [lo, hi], "energy_range_kev": [round(e, 6) for e in edges]}


def _events(path: str) -> Facts:
    events = read_events(path)
    facts = _of_pointing(events.pointing) | _of_gti(events.gti) | _energies(events)
    if facts["ra_deg"] is None and events.plane is not None:
        facts |= {"ra_deg": events.plane.ra_ref_deg, "dec_deg": events.plane.dec_ref_deg}
    return facts | {
        "n_events": len(events),
        "exposure_s": events.livetime_s,
        "deadc": events.deadc,
        "sky_pixels": list(events.shape[::-1]),
        "pixel_arcsec": events.plane.pixel_arcsec if events.plane else None,
        "warnings": list(events.provenance.warnings),
    }


def _pha(path: str) -> Facts:
    spectrum = read_spectrum(path)
    links = {key.lower(): (None if is_absent(v) else v) for key, v in spectrum.links}
    channels = spectrum.channel
    return _of_pointing(spectrum.pointing) | links | {
        "counts": spectrum.total,
        "exposure_s": spectrum.exposure_s,
        "n_channels": spectrum.n_channels,
        "channel_range": [int(channels[0]), int(channels[-1])],
        "n_bins": int(np.count_nonzero(spectrum.grouping > 0)),
        "n_bad_channels": int(np.count_nonzero(spectrum.quality)),
        "poisson": spectrum.poisson,
        "is_rate": spectrum.is_rate,
        "backscal": float(spectrum.backscal[0]),
        "warnings": list(spectrum.provenance.warnings),
    }  # fmt: skip


def _pha2(path: str) -> Facts:
    with open_fits(path) as file:
        rows = n_rows(spectra_of(file)[0])
    first = read_spectrum(path, 1)
    counts = [first.total, *(read_spectrum(path, row).total for row in range(2, rows + 1))]
    return _of_pointing(first.pointing) | {
        "n_spectra": rows,
        "counts": counts,
        "exposure_s": first.exposure_s,
        "n_channels": first.n_channels,
        "warnings": list(first.provenance.warnings),
    }


def _arf(path: str) -> Facts:
    arf = read_arf(path)
    return {
        "n_energies": len(arf.area_cm2),
        "energy_range_kev": [float(arf.energy_lo_kev[0]), float(arf.energy_hi_kev[-1])],
        "largest_area_cm2": float(arf.area_cm2.max()),
    }


def _rmf(path: str) -> Facts:
    rmf = read_rmf(path)
    return {
        "n_energies": len(rmf.area_cm2),
        "n_channels": len(rmf.channel),
        "first_channel": int(rmf.channel[0]),
        "n_elements": int(rmf.matrix.nnz),
        "energy_range_kev": [float(rmf.energy_edges_kev[0]), float(rmf.energy_edges_kev[-1])],
        "channel_energies_kev": [float(rmf.e_min_kev.min()), float(rmf.e_max_kev.max())],
        "warnings": list(rmf.provenance.warnings),
    }


def _lightcurve(path: str) -> Facts:
    curve = read_lightcurve(path)
    good = curve.good(0.0)
    return _of_pointing(curve.pointing) | {
        "n_bins": len(curve.time_s),
        "n_good_bins": int(np.count_nonzero(good)),
        "binsize_s": curve.binsize_s,
        "mean_rate_per_s": float(np.mean(curve.rate_per_s[good])) if good.any() else None,
        "background_subtracted": curve.background_subtracted,
        "warnings": list(curve.provenance.warnings),
    }


def _gti(path: str) -> Facts:
    gti, said = parse_gti_file(path)
    return _of_gti(gti) | {"warnings": list(said)}


def _image(path: str) -> Facts:
    image = read_image(path)
    n_y, n_x = image.counts.shape
    sky = image.plane.to_sky((n_x - 1) / 2, (n_y - 1) / 2) if image.plane else (None, None)
    return {
        "n_x": n_x,
        "n_y": n_y,
        "total": float(np.nansum(image.counts)),
        "ra_deg": None if sky[0] is None else float(sky[0]),
        "dec_deg": None if sky[1] is None else float(sky[1]),
        "pixel_arcsec": image.plane.pixel_arcsec if image.plane else None,
        "warnings": list(image.provenance.warnings),
    }


def _region(path: str) -> Facts:
    parsed = parse_region_file(path)
    return {
        "frame": parsed.frame,
        "n_shapes": len(parsed.region.shapes),
        "shapes": [repr(shape) for shape in parsed.region.shapes],
        "warnings": list(parsed.unsupported),
    }


def _hk(path: str) -> Facts:
    record = read_livetime(path)
    fraction = record.fraction
    return {
        "n_seconds": len(fraction),
        "tstart_s": float(record.time_s[0]) if len(fraction) else None,
        "tstop_s": float(record.time_s[-1]) + 1.0 if len(fraction) else None,
        "mean_live_fraction": float(fraction.mean()) if len(fraction) else None,
    }


def _session(path: str) -> Facts:
    opened = read_session(path)
    record = opened.record
    fit = record.steps.get("fit")
    return {
        "datasets": [
            {"name": d.name, "opened_from": d.kind} | _of_pointing(d.pointing)
            for d in record.datasets
        ],
        "used": ", ".join(record.used),
        "model": fit.settings.get("model", "") if fit else "",
        "fit": fit.state if fit else None,
        "n_history": len(record.history),
        "missing": ", ".join(opened.missing),
        "warnings": list(opened.warnings),
    }


def _xcm(path: str) -> Facts:
    state = read_xcm(path)
    return {
        "spectra": ", ".join(one.path for one in state.spectra),
        "models": [
            {"source": one.source, "name": one.name or None, "model": one.expression}
            for one in state.models
        ],
        "statistic": state.statistic,
        "ignore": ", ".join(state.ignore),
        "warnings": list(state.sentences),
    }


def _obsid(found: FileKind) -> Facts:
    modules = [
        {"path": pair.path, "hk_path": pair.hk_path or None} | _events(pair.path)
        for pair in found.events
    ]
    shared = ("telescope", "object", "obs_id", "date_obs", "ra_deg", "dec_deg")
    return {key: modules[0][key] for key in shared} | {"obs_id": found.obs_id, "events": modules}


READERS: dict[str, Callable[[str], Facts]] = {
    "events": _events,
    "pha": _pha,
    "pha2": _pha2,
    "arf": _arf,
    "rmf": _rmf,
    "rsp": _rmf,
    "lightcurve": _lightcurve,
    "gti": _gti,
    "image": _image,
    "region": _region,
    "hk": _hk,
    "session": _session,
    "xcm": _xcm,
}


def _plain(value: Any) -> Any:
    """Give a value as JSON can hold it: what is no finite number becomes None."""
    if isinstance(value, dict):
        return {key: _plain(v) for key, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def facts_of(found: FileKind) -> dict[str, Any]:
    """Give what is in a file or folder that was identified, in plain values.

    Raises
    ------
    FileError
        If its contents are broken.
    """
    facts = _obsid(found) if found.kind == "obsid" else READERS[found.kind](found.path)
    plain: dict[str, Any] = _plain({"kind": found.kind, "path": found.path} | facts)
    return plain
