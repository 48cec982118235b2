"""Files that HEASoft's tasks made, read as the products that the embedded engine makes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.engines.embedded.image import binned_plane
from nuwidgets.errors import FileError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.image import read_image
from nuwidgets.files.lightcurve import find_lightcurve, read_lightcurve
from nuwidgets.files.pha import read_spectrum
from nuwidgets.files.spectrum_set import load_spectrum
from nuwidgets.files.table import read_columns
from nuwidgets.missions.base import mission_of
from nuwidgets.science.compare_curves import paired

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.image import Image, ImageRequest
    from nuwidgets.domain.lightcurve import LightCurve, LightCurveRequest
    from nuwidgets.domain.selection import Selection
    from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, Spectrum

NONE = "none"


@dataclass(frozen=True)
class SpectrumFiles:
    """A spectrum's files, each named by itself: headers of products are not relied on."""

    source: str
    """PHA of the source region."""
    background: str
    """PHA of the background region; empty for none."""
    rmf: str
    """Redistribution matrix."""
    arf: str
    """Effective area."""


@dataclass(frozen=True)
class CurveFiles:
    """A light curve's files."""

    source: str
    """Light curve of the source region, as it is used."""
    background: str
    """Light curve of the background region; empty for none."""
    source_pha: str
    """PHA of the source region, for its BACKSCAL; empty without a background."""
    background_pha: str
    """PHA of the background region, for its BACKSCAL; empty without a background."""
    plain: str = ""
    """Light curve of the source region before corrections; empty where `source` keeps both."""


def read_products_spectrum(
    files: SpectrumFiles, request: ExtractedSpectrumRequest, selection: Selection
) -> Spectrum:
    """Give the spectrum of files, named and placed as the embedded engine's.

    Raises
    ------
    FileError
        If a file is missing or is not what it should be.
    """
    asked = FileSpectrumRequest(
        files.source, files.background or NONE, files.rmf, files.arf or NONE, Grouping("file")
    )
    spectrum = load_spectrum(asked)
    events, other = selection.events, spectrum.background
    if other is not None and selection.background is not None:
        other = replace(other, region=selection.background.region, pointing=events.pointing)
    return replace(
        spectrum,
        background=other,
        name=mission_of(events.pointing.telescope).name_of(events.pointing),
        pointing=events.pointing,
        region=selection.source.region,
        gti=spectrum.gti or events.gti,
        request=request,
    )


def read_products_curve(
    files: CurveFiles, request: LightCurveRequest, selection: Selection
) -> LightCurve:
    """Give the light curve of files, less the scaled background where that is asked for.

    Bins without good time are NaN; counts are those of the region, before any correction, and NaN
    where the files do not say them.

    Raises
    ------
    FileError
        If a file is missing or is not what it should be.
    """
    source = _read_whole(files.source)
    plain = _on_grid_of(source, _read_whole(files.plain)) if files.plain else source
    events = selection.events
    curve = replace(
        source,
        counts=plain.counts,
        gti=source.gti if source.gti.intervals else events.gti,
        pointing=events.pointing,
        livetime_corrected=request.correct_livetime,
        background_subtracted=False,
        request=request,
    )
    if not files.background:
        return curve
    background = _on_grid_of(source, _read_whole(files.background))
    curve = replace(curve, background_counts=background.counts)
    if not request.subtract_background:
        return curve
    return _net(curve, plain, background, _size_ratio(files))


def _size_ratio(files: CurveFiles) -> float:
    """Give the size of the source region over that of the background region: BACKSCAL."""
    source, background = (read_spectrum(f) for f in (files.source_pha, files.background_pha))
    ours, other = float(np.mean(source.backscal)), float(np.mean(background.backscal))
    if ours > 0 and other > 0:
        return ours / other
    raise FileError(
        f"Cannot scale the background of {files.source!r}: BACKSCAL is {ours!r} in"
        f" {files.source_pha!r} and {other!r} in {files.background_pha!r}, and must be above 0."
        " Check both regions, or make the light curve without a background."
    )


def _net(curve: LightCurve, plain: LightCurve, background: LightCurve, ratio: float) -> LightCurve:
    """Take the scaled background away, as it was corrected: as the source, or by itself."""
    scale = ratio * _correction(curve, plain)
    rate = curve.rate_per_s - scale * background.rate_per_s
    error = np.hypot(curve.error_per_s, scale * background.error_per_s)
    return replace(curve, rate_per_s=rate, error_per_s=error, background_subtracted=True)


def _correction(curve: LightCurve, plain: LightCurve) -> Floats:
    """Give by what each bin of a file of its own was corrected, shape (n,).

    xrtlccorr multiplies source rates alone; a bin without a rate takes the median factor of the
    others. Where one file holds both rates, each region was corrected by itself: 1.
    """
    seen = np.where(plain.rate_per_s > 0, plain.rate_per_s, np.nan)
    factor = np.where(np.isfinite(seen), curve.rate_per_s / seen, np.nan)
    known = factor[np.isfinite(factor)]
    usual = float(np.median(known)) if len(known) else 1.0
    return np.where(np.isfinite(factor), factor, usual)


def _read_whole(path: str) -> LightCurve:
    """Give the light curve of a file; NaN without good time, counts before corrections."""
    curve = read_lightcurve(path)
    good = curve.fracexp > 0
    return replace(
        curve,
        rate_per_s=np.where(good, curve.rate_per_s, np.nan),
        error_per_s=np.where(good, curve.error_per_s, np.nan),
        counts=_counts_of(path, curve),
    )


def _counts_of(path: str, curve: LightCurve) -> Floats:
    """Give counts of each bin from RATE_ORIG, or from RATE where it was not corrected."""
    with open_fits(path) as file:
        hdu = find_lightcurve(file)
        columns = read_columns(hdu, ("TIME", "RATE_ORIG")) if hdu else {}
    if "RATE_ORIG" not in columns:
        unknown = curve.livetime_corrected
        return np.full(len(curve.counts), np.nan) if unknown else np.rint(curve.counts)
    time = np.asarray(columns["TIME"], float)
    order = np.argsort(time, kind="stable")
    original = np.asarray(columns["RATE_ORIG"], float)[order]
    place = np.arange(len(order))
    if len(order) != len(curve.time_s):
        place = np.rint((time[order] - time[order[0]]) / curve.binsize_s).astype(int)
    rate = np.zeros(len(curve.time_s))
    rate[place] = np.nan_to_num(original)
    return np.rint(rate * curve.fracexp * curve.binsize_s)


def _on_grid_of(curve: LightCurve, other: LightCurve) -> LightCurve:
    """Give another light curve in the bins of this one; NaN where it has none."""
    pairs = paired(curve.time_s, other.time_s, curve.binsize_s)

    def moved(values: NDArray[Any], empty: float) -> Floats:
        column = np.full(len(curve.time_s), empty)
        column[pairs.first] = values[pairs.second]
        return column

    return replace(
        other,
        time_s=curve.time_s,
        width_s=curve.width_s,
        rate_per_s=moved(other.rate_per_s, np.nan),
        error_per_s=moved(other.error_per_s, np.nan),
        fracexp=moved(other.fracexp, 0.0),
        counts=moved(other.counts, 0.0),
        background_counts=moved(other.background_counts, 0.0),
        live_fraction=moved(other.live_fraction, 1.0),
    )


def read_products_image(path: str, request: ImageRequest) -> Image:
    """Give the counts image of a file, its pixels joined as asked.

    Raises
    ------
    FileError
        If the file cannot be read or has no image.
    """
    image = read_image(path)
    n = request.binning
    counts = np.nan_to_num(image.counts).astype(np.int64)
    n_y, n_x = (-(-side // n) for side in counts.shape)
    padded = np.zeros((n_y * n, n_x * n), np.int64)
    padded[: counts.shape[0], : counts.shape[1]] = counts
    joined = padded.reshape(n_y, n, n_x, n).sum(axis=(1, 3))
    plane = image.plane and binned_plane(image.plane, n)
    return replace(image, counts=joined.astype(np.int32), plane=plane, request=request)
