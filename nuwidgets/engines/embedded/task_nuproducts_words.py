"""What the parameters of ``nuproducts`` mean: its files, band, grades and regions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from nuwidgets.domain.band import Band
from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle
from nuwidgets.domain.region import Region, to_sky
from nuwidgets.engines.embedded.task_run import beside
from nuwidgets.engines.embedded.task_words import checked, words
from nuwidgets.errors import InputError
from nuwidgets.files.events import read_events
from nuwidgets.files.regions import parse_angle, parse_region_file

if TYPE_CHECKING:
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.task import Plain, TaskRequest
    from nuwidgets.engines.embedded.task_run import Run
    from nuwidgets.missions.base import Mission

NAME = "nuproducts"
_NONE = "DEFAULT: named after the events; NONE: not wanted"
WORDS = words(
    NAME,
    ("indir", "s", "a", "", "Folder of the cleaned events"),
    ("instrument", "s", "a", "FPMA", "Module", ("FPMA", "FPMB")),
    ("steminputs", "s", "a", "", "How names begin: nu<obsid>"),
    ("outdir", "s", "a", "./", "Folder for the products"),
    ("stemout", "s", "h", "DEFAULT", "How names of products begin; DEFAULT: as the events"),
    ("infile", "f", "h", "DEFAULT", "Event file; DEFAULT: <stem><module>01_cl.evt in indir"),
    ("srcregionfile", "s", "h", "DEFAULT", "Source region; DEFAULT: a circle (srcra ...)"),
    ("bkgextract", "b", "h", True, "Extract the background too?"),
    ("bkgregionfile", "s", "h", "DEFAULT", "Background region; DEFAULT: a ring (bkgra ...)"),
    ("srcra", "s", "a", "OBJECT", "Right ascension of the circle; OBJECT: the target's"),
    ("srcdec", "s", "a", "OBJECT", "Declination of the circle; OBJECT: the target's"),
    ("srcradius", "r", "h", 20.0, "Radius of the circle (sky pixels)", (1, 300)),
    ("bkgra", "s", "a", "OBJECT", "Right ascension of the ring; OBJECT: the target's"),
    ("bkgdec", "s", "a", "OBJECT", "Declination of the ring; OBJECT: the target's"),
    ("bkgradius1", "r", "h", 50.0, "Inner radius of the ring (sky pixels)", (0, 300)),
    ("bkgradius2", "r", "h", 80.0, "Outer radius of the ring (sky pixels)", (1, 300)),
    ("binsize", "r", "h", 10.0, "Bin of the light curves (s)"),
    ("lcfile", "f", "h", "DEFAULT", f"Light curve of the source; {_NONE}"),
    ("phafile", "f", "h", "DEFAULT", f"Spectrum of the source; {_NONE}"),
    ("bkglcfile", "f", "h", "DEFAULT", f"Light curve of the background; {_NONE}"),
    ("bkgphafile", "f", "h", "DEFAULT", f"Spectrum of the background; {_NONE}"),
    ("imagefile", "f", "h", "DEFAULT", f"Image; {_NONE}"),
    ("usrgtifile", "f", "h", "NONE", "Use only these good times, or NONE"),
    ("gradeexpr", "s", "h", "DEFAULT", "Use only these grades, e.g. 0-4; DEFAULT: those there"),
    ("pilow", "i", "h", 35, "First channel of light curve and image", (0, 4095)),
    ("pihigh", "i", "h", 1909, "Last channel of light curve and image", (0, 4095)),
    ("correctlc", "b", "h", True, "Correct the light curves for dead time?"),
    ("hkfile", "s", "h", "DEFAULT", "Housekeeping with live times; DEFAULT: found near the events"),
    ("runmkarf", "b", "h", True, "Make an (approximate) ARF?"),
    ("outarffile", "f", "h", "DEFAULT", "ARF; DEFAULT: named after the events"),
    ("runmkrmf", "b", "h", True, "Make an (approximate) RMF?"),
    ("outrmffile", "f", "h", "DEFAULT", "RMF; DEFAULT: named after the events"),
    ("rungrppha", "b", "h", False, "Write a grouped spectrum too?"),
    ("grpphafile", "f", "h", "DEFAULT", "Grouped spectrum; DEFAULT: named after the events"),
    ("grpmincounts", "i", "h", 30, "Counts in each bin", (1, None)),
    ("grppibadlow", "i", "h", 35, "Channels below this are bad in the grouped spectrum"),
    ("grppibadhigh", "i", "h", 1909, "Channels above this are bad in the grouped spectrum"),
    ("clobber", "b", "h", False, "Replace files that exist?"),
)
ELSEWHERE: dict[str, Plain] = {
    "extended": False, "barycorr": False, "aberration": False, "psfflag": True, "vignflag": True,
    "lcsrccorrfile": "NONE", "lcbkgcorrfile": "NONE", "offaxisfile": "NONE",
    "offaxishisto": "NONE", "apstophisto": "NONE", "grhisto": "NONE", "outfile": "DEFAULT",
    "cutmaps": True, "cmprmf": True, "initseed": False, "cleanup": True, "history": True,
    "chatter": 3, "plotdevice": "gif", "mode": "ql",
    **dict.fromkeys(
        (
            "pixposfile", "alignfile", "teldef", "instrprobmapfile", "psffile", "vignfile",
            "clockfile", "inarffile", "grppsffile", "psfdir", "apstopcorrfile", "grcorrfile",
            "detabscorrfile", "grprmffile", "rmfdir",
        ),
        "CALDB",
    ),
    **dict.fromkeys(  # of corrections that are not made here, whatever they say
        (
            "mastaspectfile", "attfile", "det1reffile", "optaxisfile", "orbitfile",
            "srcra_barycorr", "srcdec_barycorr", "usrgtibarycorr", "pixbin", "percent",
            "lcpsfflag", "lcexpoflag", "lcvignflag", "lcenergy", "runbackscale", "apstopflag",
            "grflag", "detabsflag", "phibin", "apstopphibin", "grphibin", "boxsize", "pilowarf",
            "pihigharf", "flatflagarf",
        ),
    ),
}  # fmt: skip


def values(request: TaskRequest) -> dict[str, Plain]:
    """Give all parameters of a run by name; raises as `checked`."""
    return checked(request, WORDS, ELSEWHERE)


def events_path(run: Run) -> Path:
    """Give the event file, as said or where the archive has it.

    Raises
    ------
    InputError
        If it is not said and not to be found.
    """
    said = run.text("infile")
    if said.upper() != "DEFAULT":
        return Path(run.needed("infile", "a cleaned event file, or DEFAULT")).expanduser()
    folder = Path(run.needed("indir", "the folder of the cleaned events, or infile")).expanduser()
    stem = run.needed("steminputs", "nu<obsid>, e.g. nu60001110002, or infile")
    name = f"{stem}{run.text('instrument')[-1]}01_cl.evt"
    for path in (folder / name, folder / f"{name}.gz", folder / "event_cl" / name):
        if path.is_file():
            return path
    raise InputError(
        f"Cannot run {NAME}: there is no {name} (or .gz) in {str(folder)!r}. Give the folder of"
        " the cleaned events (indir), their stem (steminputs), or the file itself (infile)."
    )


def events_of(run: Run, path: Path) -> Events:
    """Give the events, with live times where housekeeping is there."""
    hk = beside(run, "hkfile", path, "_fpm.hk")
    if not hk and run.text("hkfile"):
        run.warnings.append(
            "There is no housekeeping file near the events: the header's mean dead time (DEADC)"
            " stands for all times."
        )
    return read_events(run.input(path), run.input(hk) if hk else "")


def stem_of(run: Run, path: Path) -> str:
    """Give how names of products begin."""
    said = run.text("stemout")
    own = path.name.removesuffix(".gz").removesuffix(".evt").removesuffix("_cl")
    return own if said.upper() in ("DEFAULT", "") else Path(said).name


def band_of(run: Run, mission: Mission) -> Band:
    """Give the band of the channels from pilow to pihigh, both inside.

    Raises
    ------
    InputError
        If pihigh is below pilow.
    """
    low, high = run.whole("pilow"), run.whole("pihigh")
    if high < low:
        raise InputError(
            f"Cannot use the channels from pilow={low} to pihigh={high}: the last is below the"
            " first. Give the lower one first, e.g. 35 and 1909."
        )
    return Band(*(float(mission.energy_lo_kev(channel)) for channel in (low, high + 1)))


def grades_of(run: Run) -> tuple[int, ...] | None:
    """Give the grades to keep, None for all, of ``0-4``, ``0`` or ``0-4,9,21-24``.

    Raises
    ------
    InputError
        If it is not written so.
    """
    said = run.text("gradeexpr").replace(" ", "")
    if said.upper() in ("", "DEFAULT"):
        return None
    kept: list[int] = []
    for part in said.split(","):
        found = re.fullmatch(r"(\d{1,2})(?:[-:](\d{1,2}))?", part)
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
        if last < first:
            raise InputError(
                f"Cannot use the grades {said!r}. Give ranges, e.g. gradeexpr=0-4 or 0-4,9."
            )
        kept += range(first, last + 1)
    return tuple(kept)


def regions_of(run: Run, events: Events) -> dict[str, Region]:
    """Give the source region and, where it is wanted, the background region.

    Raises
    ------
    FileError
        If a region file cannot be read or has no shape that can be used.
    InputError
        If there is no file and no position.
    """
    names = {"source": "src"} | ({"background": "bkg"} if run.flag("bkgextract") else {})
    return {name: _region(run, events, word) for name, word in names.items()}


def _region(run: Run, events: Events, word: str) -> Region:
    said = run.text(f"{word}regionfile")
    if said.upper() not in ("", "DEFAULT"):
        parsed = parse_region_file(run.input(said), events.plane)
        parsed.check(said)
        run.warnings += parsed.unsupported
        return parsed.region
    x, y = _place(run, events, word)
    if word == "src":
        shape: PixelCircle | PixelAnnulus = PixelCircle(x, y, run.number("srcradius"))
    else:
        shape = PixelAnnulus(x, y, run.number("bkgradius1"), run.number("bkgradius2"))
    return Region((to_sky(shape, events.plane) if events.plane else shape,))


def _place(run: Run, events: Events, word: str) -> tuple[float, float]:
    """Give the sky pixel of a position that the parameters name."""
    said = [run.text(f"{word}{axis}") for axis in ("ra", "dec")]
    pointing = events.pointing
    sky: list[float | None] = [pointing.ra_obj_deg, pointing.dec_obj_deg]
    if any(text.upper() != "OBJECT" for text in said):
        pairs = zip(said, (True, False), strict=True)
        sky = [parse_angle(re.sub(r"\s+", ":", t.strip()), hours=hours) for t, hours in pairs]
    if events.plane is None or sky[0] is None or sky[1] is None:
        raise InputError(
            f"Cannot place the {word} region: the events name no place of the target or no sky"
            f" coordinates. Give a region file ({word}regionfile) in physical pixels."
        )
    x, y = events.plane.to_pixel(sky[0], sky[1])
    return float(x), float(y)
