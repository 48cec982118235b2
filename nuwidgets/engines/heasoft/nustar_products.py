"""NuSTAR's spectra, light curves and images by nuproducts, as HEASARC's tutorial has them made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.domain.task import OUT, TaskRequest
from nuwidgets.engines.heasoft.bench import (
    channels_of,
    events_path,
    needed,
    provenance_of,
    subject_of,
)
from nuwidgets.engines.heasoft.group import grouped_spectrum
from nuwidgets.engines.heasoft.read_products import (
    CurveFiles,
    SpectrumFiles,
    read_products_curve,
    read_products_image,
    read_products_spectrum,
)
from nuwidgets.files.nustar_inputs import nustar_inputs
from nuwidgets.files.task_regions import region_warnings
from nuwidgets.missions.nustar import NUSTAR
from nuwidgets.missions.nustar_tasks import (
    LIGHT_CURVE_RUN,
    SPECTRUM_RUN,
    TASKS,
    without_refused,
)

if TYPE_CHECKING:
    from nuwidgets.domain.events import Events, ScreenRequest
    from nuwidgets.domain.image import Image, ImageRequest
    from nuwidgets.domain.lightcurve import LightCurve, LightCurveRequest
    from nuwidgets.domain.selection import Selection, SelectionRequest
    from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, Spectrum
    from nuwidgets.domain.task import Parameters, Plain, TaskRun
    from nuwidgets.engines.heasoft.bench import Bench

TASK = "nuproducts"
NOTHING: Parameters = (
    ("lcfile", "NONE"), ("phafile", "NONE"), ("bkgextract", False), ("correctlc", False),
    ("runmkarf", False), ("runmkrmf", False), ("runbackscale", False),
)  # fmt: skip
"""Settings of nuproducts where only the image is wanted."""


def spectrum(request: ExtractedSpectrumRequest, selection: Selection, bench: Bench) -> Spectrum:
    """Give the spectrum with background, ARF and RMF, grouped as asked.

    Raises
    ------
    EngineError
        If a task fails.
    FileError
        If a file that a task reads, or should have made, is missing.
    """
    make = (("runmkarf", not request.arf_path), ("runmkrmf", not request.rmf_path))
    told = dict(SPECTRUM_RUN) | dict(make)
    run = _made(request.selection, selection, bench, told)
    other = needed(run, "_bk.pha", "background spectrum") if request.selection.background else ""
    files = SpectrumFiles(
        needed(run, "_sr.pha", "spectrum"),
        other,
        request.rmf_path or needed(run, "_sr.rmf", "RMF"),
        request.arf_path or needed(run, "_sr.arf", "ARF"),
    )
    said = region_warnings(request.selection.source, "source", TASK)
    plain = read_products_spectrum(files, request, selection)
    with_notes = replace(plain, provenance=provenance_of(run, *plain.provenance.warnings, *said))
    return grouped_spectrum(with_notes, files, request, bench)


def lightcurve(request: LightCurveRequest, selection: Selection, bench: Bench) -> LightCurve:
    """Give the light curve, corrected by nulccorr where that is asked for.

    Raises
    ------
    EngineError
        If a task fails.
    FileError
        If a file that a task reads, or should have made, is missing.
    """
    told = dict(LIGHT_CURVE_RUN) | {
        "binsize": float(request.binsize_s),
        "correctlc": request.correct_livetime,
        **channels_of(NUSTAR, request.band),
    }
    run = _made(request.selection, selection, bench, told)
    files = CurveFiles(needed(run, "_sr.lc", "light curve"), "", "", "")
    said = _doubts(request.selection) if request.correct_livetime else []
    if request.selection.background:
        files = CurveFiles(
            files.source,
            needed(run, "_bk.lc", "light curve of the background"),
            needed(run, "_sr.pha", "spectrum"),
            needed(run, "_bk.pha", "background spectrum"),
        )
    elif request.subtract_background:
        said.append("No background was taken away: there is no background region.")
    curve = read_products_curve(files, request, selection)
    return replace(curve, provenance=provenance_of(run, *curve.provenance.warnings, *said))


def image(request: ImageRequest, events: Events, bench: Bench) -> Image:
    """Give the counts image of a band.

    Raises
    ------
    EngineError
        If a task fails.
    FileError
        If a file that a task reads, or should have made, is missing.
    """
    told = {**dict(NOTHING), **channels_of(NUSTAR, request.band)}
    run = bench.run(_request(request.screen, events, bench, told))
    made = read_products_image(needed(run, "_sk.img", "image"), request)
    return replace(made, provenance=provenance_of(run, *made.provenance.warnings))


def _made(
    request: SelectionRequest, selection: Selection, bench: Bench, told: dict[str, Plain]
) -> TaskRun:
    """Give a run of nuproducts on two regions."""
    events = selection.events
    regions = bench.regions(request, events, TASK)
    return bench.run(_request(request.screen, events, bench, regions | told))


def _request(
    screen: ScreenRequest, events: Events, bench: Bench, told: dict[str, Plain]
) -> TaskRequest:
    """Give what nuproducts is asked: the event file, what lies beside it, and what is told."""
    path = events_path(screen)
    pointing = events.pointing
    modules = dict(zip(NUSTAR.instruments, NUSTAR.modules, strict=True))
    module = modules.get(pointing.instrument, pointing.instrument[-1:])
    usual_stem = f"nu{pointing.obs_id}{module}01"
    given: dict[str, Plain] = {
        **dict(TASKS[TASK].usual),
        "indir": str(path.parent),
        "instrument": pointing.instrument,
        "steminputs": f"nu{pointing.obs_id}",
        "outdir": OUT,
        "stemout": NUSTAR.stem(path.name) or usual_stem,
        "infile": str(path),
        **nustar_inputs(str(path.parent), pointing.obs_id, module),
    }
    if screen.events.hk_path:
        given["hkfile"] = str(Path(screen.events.hk_path).expanduser().absolute())
    if screen.user_gti is not None:
        given["usrgtifile"] = bench.times(screen.user_gti, events)
    parameters = without_refused(tuple((given | told).items()))
    return TaskRequest(TASK, parameters, subject_of(events), inputs=(str(path),), engine="heasoft")


def _doubts(request: SelectionRequest) -> list[str]:
    """Say what nulccorr cannot correct for in the regions."""
    both = (("source", request.source), ("background", request.background))
    return [text for kind, region in both for text in region_warnings(region, kind, TASK)]
