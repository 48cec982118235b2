"""Swift's spectra, light curves and images by xrtexpomap and xrtproducts.

xrtproducts leaves RESPFILE, ANCRFILE and BACKFILE empty, and the name of its RMF depends on the
date of the observation: what it made is looked for, never assumed.
"""

from __future__ import annotations

import json
import re
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
from nuwidgets.engines.heasoft.record import SIDECAR
from nuwidgets.errors import FileError
from nuwidgets.files.fits import open_fits
from nuwidgets.files.spectrum_set import find_linked
from nuwidgets.files.swift_inputs import attitude_of, swift_inputs
from nuwidgets.files.task_regions import region_warnings
from nuwidgets.missions.swift import SWIFT
from nuwidgets.missions.swift_tasks import TASKS

if TYPE_CHECKING:
    from nuwidgets.domain.events import Events, ScreenRequest
    from nuwidgets.domain.image import Image, ImageRequest
    from nuwidgets.domain.lightcurve import LightCurve, LightCurveRequest
    from nuwidgets.domain.selection import Selection, SelectionRequest
    from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, Spectrum
    from nuwidgets.domain.task import Parameters, Plain, TaskRun
    from nuwidgets.engines.heasoft.bench import Bench

TASK, MAP = "xrtproducts", "xrtexpomap"
NO_CURVE: Parameters = (("lcfile", "NONE"), ("bkglcfile", "NONE"), ("correctlc", False))
"""Settings of xrtproducts where no light curve is wanted."""
_RMF = re.compile(r"[^\s'\"=,;()]*swx\w+\.rmf(?:\.gz)?")
NO_SPECTRUM: Parameters = (("arffile", "NONE"), ("expofile", "NONE"))
"""Settings of xrtproducts where the spectrum is wanted for the size of its region alone."""


def spectrum(request: ExtractedSpectrumRequest, selection: Selection, bench: Bench) -> Spectrum:
    """Give the spectrum with background, ARF and RMF, grouped as asked.

    Raises
    ------
    EngineError
        If a task fails.
    FileError
        If a file that a task reads, or should have made, is missing.
    """
    screen, events = request.selection.screen, selection.events
    told: dict[str, Plain] = {**dict(NO_CURVE), "imagefile": "NONE"}
    if request.arf_path:
        told |= dict(NO_SPECTRUM)
    else:
        told["expofile"] = needed(_mapped(screen, events, bench), "_ex.img", "exposure map")
    if request.rmf_path:
        told["rmffile"] = str(Path(request.rmf_path).expanduser().absolute())
    run = _made(request.selection, selection, bench, told)
    other = needed(run, "bkg.pha", "background spectrum") if request.selection.background else ""
    arf = request.arf_path or needed(run, "sr.arf", "ARF")
    rmf = request.rmf_path or find_rmf(run, arf)
    files = SpectrumFiles(needed(run, "sr.pha", "spectrum"), other, rmf, arf)
    plain = read_products_spectrum(files, request, selection)
    with_notes = replace(plain, provenance=provenance_of(run, *plain.provenance.warnings))
    return grouped_spectrum(with_notes, files, request, bench)


def lightcurve(request: LightCurveRequest, selection: Selection, bench: Bench) -> LightCurve:
    """Give the light curve, corrected by xrtlccorr where that is asked for.

    Raises
    ------
    EngineError
        If a task fails.
    FileError
        If a file that a task reads, or should have made, is missing.
    """
    corrected, drawn = request.correct_livetime, bool(request.selection.background)
    told: dict[str, Plain] = {
        "binsize": float(request.binsize_s),
        "correctlc": corrected,
        "imagefile": "NONE",
        **dict(NO_SPECTRUM),
        **channels_of(SWIFT, request.band),
    }
    if corrected:
        told |= _beside(request.selection.screen, selection.events)
    run = _made(request.selection, selection, bench, told)
    plain = needed(run, "sr.lc", "light curve")
    files = CurveFiles(
        needed(run, "sr_corr.lc", "corrected light curve") if corrected else plain,
        needed(run, "bkg.lc", "light curve of the background") if drawn else "",
        needed(run, "sr.pha", "spectrum") if drawn else "",
        needed(run, "bkg.pha", "background spectrum") if drawn else "",
        plain if corrected else "",
    )
    curve = read_products_curve(files, request, selection)
    said = [*curve.provenance.warnings]
    said += region_warnings(request.selection.source, "source", TASK) if corrected else ()
    if request.subtract_background and not drawn:
        said.append("No background was taken away: there is no background region.")
    return replace(curve, provenance=provenance_of(run, *said))


def image(request: ImageRequest, events: Events, bench: Bench) -> Image:
    """Give the counts image of a band.

    Raises
    ------
    EngineError
        If a task fails.
    FileError
        If a file that a task reads, or should have made, is missing.
    """
    nothing: dict[str, Plain] = {**dict(NO_CURVE), **dict(NO_SPECTRUM), "phafile": "NONE"}
    told = nothing | {"bkgextract": False, **channels_of(SWIFT, request.band)}
    run = bench.run(_request(request.screen, events, bench, told))
    made = read_products_image(needed(run, "_sk.img", "image"), request)
    return replace(made, provenance=provenance_of(run, *made.provenance.warnings))


def find_rmf(run: TaskRun, arf_path: str) -> str:
    """Give the RMF that xrtproducts used: the one it left, else what its ARF or its log names.

    Which one it takes depends on the date, the data mode and the substrate voltage, so that its
    name is never assumed. Where it left several, that which the ARF names is the one.

    Raises
    ------
    FileError
        If there is none, or it cannot be told which.
    """
    left = [name for name in run.files if name.removesuffix(".gz").endswith(".rmf")]
    if len(left) == 1:
        return str(Path(run.folder) / left[0])
    with open_fits(arf_path) as file:
        named = [hdu.header.name("RESPFILE") for hdu in file.hdus]
    link = next((name for name in named if name and name.lower() != "none"), "")
    for name in (link, _logged(run)):
        found = find_linked(name, arf_path, "RESPFILE") if name else None
        if found is not None:
            return str(found)
    said = f"its ARF names {link!r}, which is not there" if link else "its ARF names none"
    what = f"several RMFs ({', '.join(left)})" if left else "no RMF"
    raise FileError(
        f"xrtproducts left {what} in {run.folder!r}, and {said}. Give the RMF of the observation's"
        " date and mode from the calibration files as rmf_path."
    )


def _logged(run: TaskRun) -> str:
    """Give the RMF that the log names last; empty where it names none."""
    try:
        log = Path(run.log_path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    named = _RMF.findall(log)
    return named[-1] if named else ""


def _beside(screen: ScreenRequest, events: Events) -> dict[str, Plain]:
    """Give attitude file and frame headers of the observation, as the tasks' parameters."""
    path, obs_id = events_path(screen), events.pointing.obs_id
    folder = observation_folder(path)
    packets = sorted((folder / "xrt" / "hk").glob(f"sw{obs_id}xhd.hk*"))
    heads = str(packets[0]) if len(packets) == 1 else ""  # the cleaned events may be elsewhere
    if not heads:
        heads = swift_inputs(folder, obs_id, tuple(SWIFT.modes)).hdfile
    return {"attfile": attitude_of(folder, obs_id, path), "hdfile": heads}


def observation_folder(events_path: Path) -> Path:
    """Give the folder of the observation that events are of.

    It is known by the archive's layout, and for events that xrtpipeline made by what the file
    beside them says that it read.
    """
    home = events_path.parent
    if (home.name, home.parent.name) == ("event", "xrt"):
        return home.parent.parent
    try:
        said = json.loads((home / SIDECAR).read_bytes())
        return Path(said["given"]["indir"])
    except (OSError, ValueError, KeyError, TypeError):
        return home


def _stem(screen: ScreenRequest) -> str:
    name = events_path(screen).name.removesuffix(".gz")
    return name.removesuffix(".evt").removesuffix("_cl")


def _mapped(screen: ScreenRequest, events: Events, bench: Bench) -> TaskRun:
    """Give a run of xrtexpomap."""
    given: dict[str, Plain] = {
        **dict(TASKS[MAP].usual),
        "infile": str(events_path(screen)),
        **_beside(screen, events),
        "outdir": OUT,
        "stemout": _stem(screen),
    }
    return bench.run(TaskRequest(MAP, tuple(given.items()), subject_of(events), engine="heasoft"))


def _made(
    request: SelectionRequest, selection: Selection, bench: Bench, told: dict[str, Plain]
) -> TaskRun:
    """Give a run of xrtproducts on two regions."""
    events = selection.events
    regions = bench.regions(request, events, TASK)
    return bench.run(_request(request.screen, events, bench, regions | told))


def _request(
    screen: ScreenRequest, events: Events, bench: Bench, told: dict[str, Plain]
) -> TaskRequest:
    """Give what xrtproducts is asked."""
    given: dict[str, Plain] = {
        **dict(TASKS[TASK].usual),
        "infile": str(events_path(screen)),
        "outdir": OUT,
        "stemout": _stem(screen),
    }
    if screen.user_gti is not None:
        given["gtifile"] = bench.times(screen.user_gti, events)
    return TaskRequest(TASK, tuple((given | told).items()), subject_of(events), engine="heasoft")
