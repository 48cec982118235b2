"""``nuexpomap``: how long each place of the sky was looked at, from events and a det1 file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.exposure_map import ExposureMap
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.engines.embedded.detectors import NO_AXIS_FILE, check_nustar, find_detectors
from nuwidgets.engines.embedded.task_run import beside
from nuwidgets.engines.embedded.task_words import checked, words
from nuwidgets.errors import InputError
from nuwidgets.files.aspect_files import AXIS, DET1
from nuwidgets.files.events import read_events
from nuwidgets.files.exposure_map import write_exposure_map, write_instrument_map
from nuwidgets.files.output import save_fits, table_hdu
from nuwidgets.science.exposure_map import SkyExposure
from nuwidgets.science.nustar_detector import SIDE, instrument_map

if TYPE_CHECKING:
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.task import Plain
    from nuwidgets.engines.embedded.task_run import Run
    from nuwidgets.science.exposure_map import Aspect

NAME = "nuexpomap"
WORDS = words(
    NAME,
    ("infile", "f", "a", "", "Cleaned event file of a module"),
    ("det1reffile", "f", "a", "DEFAULT",
     "det1 file: where the detectors were; DEFAULT: beside the events; NONE: from the events"),
    ("expomapfile", "f", "a", "DEFAULT", "Map to write, or its folder/; DEFAULT: <stem>_ex.img"),
    ("optaxisfile", "f", "h", "DEFAULT",
     "oa file: the optical axis; DEFAULT: beside the events; NONE: where the pixels touch the sky"),
    ("vignflag", "b", "h", True, "Multiply by the loss off the optical axis (vignetting)?"),
    ("energy", "r", "h", 10.0, "Energy of the vignetting (keV)", (1.6, 89.5)),
    ("skyx", "r", "h", 500.5, "Centre of the map, sky pixel along x", (1, 1000)),
    ("skyy", "r", "h", 500.5, "Centre of the map, sky pixel along y", (1, 1000)),
    ("skysize", "i", "h", 1000, "Sky pixels along each side of the map", (5, 1000)),
    ("pixbin", "i", "h", 5, "Cell of the aspect histogram (sky pixels)", (1, 100)),
    ("percent", "r", "h", 0.02, "Least covered part of a DET1 pixel that counts", (0, 1)),
    ("aspecthistofile", "f", "h", "NONE", "Aspect histogram to write, or NONE"),
    ("det1instrfile", "f", "h", "NONE", "Map of the detectors to write, or NONE"),
    ("clobber", "b", "h", False, "Replace files that exist?"),
)  # fmt: skip
ELSEWHERE: dict[str, Plain] = {
    "pixposfile": "CALDB", "alignfile": "CALDB", "teldef": "CALDB", "vignfile": "CALDB",
    "instrprobmapfile": "CALDB", "indet2instrfile": "NONE", "aberration": False,
    "offsetfile": "NONE", "det2instrfile": "NONE", "skyinstrfile": "NONE",
    "initseed": False, "history": True, "chatter": 2, "cleanup": True, "mode": "ql",
    "mastaspectfile": None, "attfile": None,  # the events tell how the detectors are turned
}  # fmt: skip


def values(request: Any) -> dict[str, Plain]:
    """Give all parameters of a run by name; raises as `checked`."""
    return checked(request, WORDS, ELSEWHERE)


def run(run: Run) -> None:
    """Make the exposure map.

    Raises
    ------
    FileError
        If a file cannot be read or written.
    InputError
        If a parameter is missing, or the events tell too little.
    """
    path = Path(run.needed("infile", "the cleaned event file of a module")).expanduser()
    run.token.report(None, "reading events")
    events = read_events(run.input(path))
    run.warnings += events.provenance.warnings
    check_nustar(events, f"run {NAME} on", "Give a cleaned event file of FPMA or FPMB.")
    stem = path.name.removesuffix(".gz").removesuffix(".evt").removesuffix("_cl")
    said = run.text("expomapfile")
    if said.endswith("/"):  # a folder: the map has its usual name there
        run.values["expomapfile"] = said = f"{said}{stem}_ex.img"
    named = Path(said if said.upper() != "DEFAULT" else ".").expanduser()
    with run.into(named.parent if said.upper() != "DEFAULT" else path.parent):
        target = run.product("expomapfile", f"{stem}_ex.img")
        histogram = run.product("aspecthistofile", f"{stem}_aspecthisto.fits")
        detectors = run.product("det1instrfile", f"{stem}_det1instr.fits")
        if target is None:
            raise InputError(f"Cannot run {NAME}: expomapfile is NONE. Give a name or DEFAULT.")
        sky = _sky(run, path, events)
        made = _exposure(run, events, sky)
        write_exposure_map(target, made)
        if histogram is not None:
            _write_histogram(histogram, sky.aspect)
        if detectors is not None:
            seen = instrument_map(sky.aspect.good_s.sum(axis=0), sky.layout, sky.percent)
            write_instrument_map(detectors, made, seen * events.deadc)


def _sky(run: Run, path: Path, events: Events) -> SkyExposure:
    """Find out where the detectors were, and how they are turned."""
    det1, oa = (
        beside(run, name, path, ending)
        for name, ending in (("det1reffile", DET1), ("optaxisfile", AXIS))
    )
    run.read += [name for name in (det1, oa) if name]
    found = find_detectors(events, str(path), det1, oa, run.token)
    aspect = found.aspect(events.gti, run.whole("pixbin"))
    run.approximate += found.approximate
    if run.flag("vignflag") and not found.axis_known:
        run.approximate.append(NO_AXIS_FILE)
    run.warnings += found.warnings(aspect)

    def tell(fraction: float) -> None:
        run.token.check()
        run.token.report(fraction, "exposure map")

    return SkyExposure(aspect, found.layout, found.mounting, run.number("percent"), tell)


def _exposure(run: Run, events: Events, sky: SkyExposure) -> ExposureMap:
    """Give the map: live time on the sky, with vignetting if asked."""
    size = run.whole("skysize")
    origin = tuple(round(run.number(n) - 1 - (size - 1) / 2) for n in ("skyx", "skyy"))
    energy = run.number("energy") if run.flag("vignflag") else None
    seen = sky.on((size, size), (origin[0], origin[1]), energy)
    if not seen.any():
        at = float(sky.aspect.x.mean()), float(sky.aspect.y.mean())
        x, y = (float(v) + 1 for v in sky.mounting.to_sky(SIDE / 2, SIDE / 2, at))
        run.warnings.append(
            f"The map is empty: the detectors lay about sky pixel {x:.0f}, {y:.0f}. Move its"
            " centre there (skyx, skyy)."
        )
    return ExposureMap(
        exposure_s=seen * events.deadc,
        plane=_shifted(events.plane, origin),
        origin=(origin[0], origin[1]),
        livetime_s=events.livetime_s,
        ontime_s=events.ontime_s,
        vignetting_kev=energy,
        pixbin=run.whole("pixbin"),
        percent=run.number("percent"),
        pointing=events.pointing,
        provenance=Provenance(approximate=" ".join(run.approximate)),
    )


def _shifted(plane: TangentPlane | None, origin: tuple[int, ...]) -> TangentPlane | None:
    if plane is None:
        return None
    at = plane.x_ref - origin[0], plane.y_ref - origin[1]
    return TangentPlane(
        plane.ra_ref_deg, plane.dec_ref_deg, *at, plane.x_step_deg, plane.y_step_deg
    )


def _write_histogram(path: Path, aspect: Aspect) -> None:
    """Write how long the reference point was in which cell, sky pixels from 1."""
    columns = [
        ("X_BIN", "D", "pixel", aspect.x + 1),
        ("Y_BIN", "D", "pixel", aspect.y + 1),
        ("DURATION", "D", "s", aspect.duration_s),
    ]
    save_fits(path, [table_hdu("ASPECT_HISTOGRAM", columns, {})], overwrite=False)
