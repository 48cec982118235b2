"""What a session file may hold: a closed table of kinds, and which names hold paths."""

from __future__ import annotations

from dataclasses import is_dataclass

from nuwidgets.domain import (
    archive_file,
    backgrounds,
    band,
    chain,
    comparison,
    contours,
    download,
    eqwidth,
    events,
    exposure_map,
    fake,
    fit,
    fit_comparison,
    geometry,
    goodness,
    goodtimes,
    grouping,
    gti,
    hardness,
    image,
    lightcurve,
    longterm,
    luminosity,
    marker,
    model,
    named_regions,
    observation,
    period,
    pipeline,
    pixel_shapes,
    plot,
    power,
    profile,
    provenance,
    region,
    region_counts,
    selection,
    series,
    shared_regions,
    spectrum,
    task,
    thumbnails,
)

_ROUND = ("Circle", "Annulus", "Ellipse", "EllipseAnnulus", "Panda", "Point")
_SHAPES = (*_ROUND, "Box", "Polygon")
_KNOWN = (
    (archive_file, ("Files", "FilesRequest")),
    (backgrounds, ("BackgroundsRequest",)),
    (band, ("Band",)),
    (chain, ("ChainRequest",)),
    (comparison, ("CompareRequest",)),
    (contours, ("ContoursRequest",)),
    (download, ("Download", "DownloadRequest", "Fetched")),
    (eqwidth, ("EqWidth", "EqWidthRequest")),
    (events, ("EventsRequest", "Pointing", "ScreenRequest")),
    (fake, ("FakeRequest",)),
    (fit, ("CurveRequest", "ErrorsRequest", "FitRequest", "FluxRequest")),
    (fit, ("Errors", "FitResult", "Flux", "Interval", "SourceResponse")),
    (fit_comparison, ("FitComparisonRequest",)),
    (goodness, ("GoodnessRequest",)),
    (goodtimes, ("GoodTimesRequest",)),
    (grouping, ("Grouping",)),
    (gti, ("Gti",)),
    (hardness, ("HardnessRequest",)),
    (exposure_map, ("ExposureRequest",)),
    (geometry, ("GeometryRequest",)),
    (image, ("ImageRequest",)),
    (marker, ("Marker",)),
    (lightcurve, ("LightCurveRequest",)),
    (longterm, ("LongTermRequest",)),
    (luminosity, ("Luminosity", "LuminosityRequest")),
    (model, ("Parameter",)),
    (named_regions, ("NamedRegions",)),
    (observation, ("Column", "FindRequest", "Observations")),
    (period, ("PeriodRequest",)),
    (pipeline, ("Pipeline", "PipelineRequest")),
    (pixel_shapes, tuple(f"Pixel{name}" for name in _SHAPES)),
    (plot, ("Rebin",)),
    (profile, ("ProfileRequest",)),
    (power, ("PowerRequest",)),
    (provenance, ("Provenance",)),
    (region, (*_SHAPES, "Region")),
    (region_counts, ("RegionCountsRequest",)),
    (selection, ("SelectionRequest",)),
    (series, ("SeriesRequest",)),
    (shared_regions, ("SharedRegionsRequest",)),
    (spectrum, ("ExtractedSpectrumRequest", "FileSpectrumRequest")),
    (task, ("TaskRequest", "TaskRun")),
    (thumbnails, ("ThumbnailsRequest",)),
)
KINDS: dict[str, type] = {name: getattr(home, name) for home, names in _KNOWN for name in names}
"""What may be in a session file, by name."""
PLACES = ("folder", "folders", "mirror", "root")
"""Names of what holds a folder or several, which need not be there, or the address of one."""


def is_path(name: str) -> bool:
    """Whether a setting or field of this name holds the path of a file."""
    return name == "path" or name.endswith("_path")


def is_place(name: str) -> bool:
    """Whether a setting or field of this name holds a folder, or an address."""
    return name in PLACES


def is_request(value: object) -> bool:
    """Whether a value is a request."""
    return is_dataclass(value) and type(value).__name__.endswith("Request")
