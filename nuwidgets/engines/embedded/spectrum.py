"""Histogram the selected events in channels; join the background and the response; group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, FileSpectrumRequest, Spectrum
from nuwidgets.engines.embedded.approximate import approximate_response, placed, warnings_of
from nuwidgets.engines.embedded.grouped import grouped
from nuwidgets.engines.embedded.pileup import pileup_of
from nuwidgets.engines.embedded.response_files import response_from_files
from nuwidgets.engines.embedded.response_folders import is_folder, response_from_folders
from nuwidgets.engines.embedded.selection import index_of, mask_of, picked_of
from nuwidgets.missions.base import mission_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.events import Events
    from nuwidgets.domain.response import Response
    from nuwidgets.domain.selection import Cut, Selection


def solve_spectrum(
    request: ExtractedSpectrumRequest, above: tuple[Selection], token: Any
) -> Spectrum:
    """Give the spectrum of a selection with its background, its response and its bins.

    Raises
    ------
    FileError
        If a response file cannot be read.
    InputError
        If only one of two response files is given, or the spectrum cannot be grouped as asked.
    """
    selection = above[0]
    events, other = selection.events, selection.background
    response = _response(request, selection)
    token.check()
    notes = warnings_of(response, events.pointing.telescope)
    source = counted(selection.source, events)
    if not source.counts.any():
        notes = replace(notes, warnings=(*notes.warnings, "The spectrum has no counts."))
    pileup = pileup_of(selection)
    if pileup is not None:
        notes = replace(notes, warnings=(*notes.warnings, str(pileup)))
    spectrum = replace(
        source,
        background=counted(other, events) if other else None,
        response=response,
        pileup=pileup,
        name=mission_of(events.pointing.telescope).name_of(events.pointing),
        request=request,
        provenance=notes,
    )
    return grouped(spectrum, request.grouping)


def solve_file_spectrum(
    request: FileSpectrumRequest,
    above: tuple[Any, ...],  # noqa: ARG001
    token: Any,
) -> Spectrum:
    """Give the spectrum of a PHA file with its background and response, grouped as asked.

    Raises
    ------
    FileError
        If a file is missing or is not what it should be.
    InputError
        If the spectrum cannot be grouped as asked.
    """
    from nuwidgets.files.spectrum_set import load_spectrum

    token.report(None, "reading spectrum")
    spectrum = load_spectrum(request)
    token.check()
    return replace(grouped(spectrum, request.grouping), request=request)


def counted(cut: Cut, events: Events) -> Spectrum:
    """Give the counts of a cut in all channels, without background, response or bins.

    BACKSCAL is the number of pixels of the region over those of the sky image (the extractor's
    rule; nubackscale's exposure factor of about 0.99 is left to HEASoft).
    """
    size = mission_of(events.pointing.telescope).n_channels
    mask, wmap = mask_of(cut, events), _wmap(cut, events)
    counts = picked_of(cut, events).count(index_of(events).columns.pi, size)
    if counts.sum() < cut.n_events:
        outside = (cut.pi < 0) | (cut.pi >= size)
        x, y = (np.floor(c[outside]).astype(int) for c in (cut.x, cut.y))
        np.subtract.at(wmap, (y - mask.frame.y, x - mask.frame.x), 1)
    ones = np.ones(size)
    return Spectrum(
        channel=np.arange(size),
        counts=counts.astype(float),
        exposure_s=events.livetime_s,
        backscal=ones * (cut.n_pixels / (events.shape[0] * events.shape[1])),
        areascal=ones,
        quality=np.zeros(size, np.int16),
        grouping=np.ones(size, np.int16),
        n_channels=size,
        pointing=events.pointing,
        gti=events.gti,
        region=cut.region,
        wmap=wmap,
        wmap_origin=(mask.frame.x, mask.frame.y),
    )


def _wmap(cut: Cut, events: Events) -> NDArray[Any]:
    """Give the counts image of a region's bounding box, -1 outside the region."""
    mask = mask_of(cut, events)
    index = index_of(events)
    if index.exact:
        return np.where(mask.inside, index.counts(mask.frame), -1).astype(np.int32)
    x, y = (np.floor(c).astype(int) for c in (cut.x, cut.y))
    wmap = np.where(mask.inside, 0, -1).astype(np.int32)
    inside = mask.inside[y - mask.frame.y, x - mask.frame.x]
    np.add.at(wmap, (y[inside] - mask.frame.y, x[inside] - mask.frame.x), 1)
    return wmap


def _response(request: ExtractedSpectrumRequest, selection: Selection) -> Response | None:
    """Give the response: from files where they are given, else the approximate one."""
    events, region = selection.events, selection.source.region
    frame, paths = index_of(events).sky, (request.rmf_path, request.arf_path)
    if any(is_folder(path) for path in paths):
        grade = request.selection.screen.max_grade
        seen = placed(region, frame, events)
        return response_from_folders(*paths, events.pointing, seen, grade)
    if any(paths):
        return response_from_files(*paths)
    return approximate_response(region, frame, events)
