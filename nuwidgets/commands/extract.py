"""``nuwidgets extract``: spectra, light curves, image and response of a region of an event file.

Files are named as nuproducts names them, after the event file.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.commands.output import Answer, facts, guard, make_folder, warnings_of
from nuwidgets.errors import FileError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from nuwidgets.dataset import EventDataset
    from nuwidgets.domain.lightcurve import LightCurve

BINS = ("equal", "gti", "orbit")
HELP = "extract spectra, light curves and an image from an event file"
ENDINGS = {
    "source_spectrum": "_sr.pha",
    "background_spectrum": "_bk.pha",
    "source_lightcurve": "_sr.lc",
    "background_lightcurve": "_bk.lc",
    "net_lightcurve": "_net.lc",
    "image": "_sk.img",
    "arf": "_sr.arf",
    "rmf": "_sr.rmf",
    "source_region": "_src.reg",
    "background_region": "_bkg.reg",
}


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument("events", metavar="EVT", help="level-2 event file, plain or .gz")
    parser.add_argument("--source", required=True, metavar="REG", help="DS9 file of the source")
    parser.add_argument("--background", metavar="REG", help="DS9 file of the background")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the files")
    parser.add_argument("--binsize", type=float, metavar="S", help="light curve's bins (256 s)")
    parser.add_argument(
        "--bins",
        choices=BINS,
        default="equal",
        help="light curve's bins: equal, begun anew in each good interval, or one an orbit",
    )
    parser.add_argument("--lo-kev", type=float, metavar="KEV", help="of light curve, image (3 keV)")
    parser.add_argument(
        "--hi-kev", type=float, metavar="KEV", help="of light curve, image (79 keV)"
    )
    parser.add_argument("--hk", default="", metavar="FILE", help="housekeeping file: live times")
    parser.add_argument(
        "--gti", metavar="FILE", nargs="+", help="use only times that are good in these files"
    )
    parser.add_argument(
        "--when", default="", metavar="EXPR", help='use only such times, e.g. "ELV > 3 && SAA == 0"'
    )
    parser.add_argument(
        "--columns", default="", metavar="FILE", help="housekeeping or filter file of --when"
    )
    parser.add_argument(
        "--group", default="none", metavar="HOW", help='"min 20", "optsnmin 6" (default: "none")'
    )
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.epilog = (
        "nuwidgets extract nu60001110002A01_cl.evt --source src.reg --background bkg.reg"
        " --out products"
    )


def run(options: Namespace) -> Answer:
    """Extract and write everything."""
    from nuwidgets.domain.grouping import Grouping
    from nuwidgets.session import Session

    Grouping.parse(options.group)
    paths = product_paths(options.events, Path(options.out))
    guard(paths.values(), overwrite=options.overwrite)
    with Session(live=False) as session:
        dataset = session.add_events(options.events, options.hk)
        said = _place_regions(dataset, options)
        said += _choose(dataset, options)
        dataset.regions.run()
        curves = light_curves(dataset)
        make_folder(Path(options.out))
        written = write_products(dataset, curves, paths, overwrite=options.overwrite)
        return _answer(dataset, curves, written, said)


def product_paths(events: str, folder: Path) -> dict[str, Path]:
    """Give the path of every product that there may be of an event file, by name."""
    stem = stem_of(events)
    return {name: folder / f"{stem}{ending}" for name, ending in ENDINGS.items()}


def stem_of(path: str) -> str:
    """Give the stem of the products' names: the mission's, else the event file's own."""
    from nuwidgets.missions.base import missions

    name = Path(path).name.removesuffix(".gz")
    known = (mission.stem(name) for mission in missions().values())
    return next(filter(None, known), name.rsplit(".", 1)[0].removesuffix("_cl"))


def _place_regions(dataset: EventDataset, options: Namespace) -> tuple[str, ...]:
    """Set the regions of the files; give sentences about what is not used of them.

    Of a file that holds several regions, told apart by marks or tables, each takes its own.

    Raises
    ------
    FileError
        If a file cannot be read, or has no shape that can be used.
    """
    from nuwidgets.files.regions import parse_region_file

    said: list[str] = []
    for name in ("source", "background"):
        path, region = getattr(options, name), None
        if path:
            parsed = parse_region_file(path, dataset.events.product.plane)
            said += parsed.unsupported
            named = parsed.named
            several = name in named and len(named) > 1
            region = named[name] if several else parsed.region
            if several:
                said.append(f"Of {path!r}, with {', '.join(named)}, the {name} region is taken.")
            if not region:
                raise FileError(
                    f"There is no usable {name} region in {path!r}. {' '.join(said)} Give circles,"
                    " annuli, ellipses, boxes, polygons, pandas or points."
                )
        setattr(dataset.regions, name, region)
    return tuple(said)


def _choose(dataset: EventDataset, options: Namespace) -> tuple[str, ...]:
    """Set what the user chose; the rest stays as the mission has it. Give what to warn of."""
    from nuwidgets.domain.band import Band

    usual = dataset.lightcurve.band
    band = Band(
        usual.lo_kev if options.lo_kev is None else options.lo_kev,
        usual.hi_kev if options.hi_kev is None else options.hi_kev,
    )
    dataset.lightcurve.band = dataset.image.band = band
    if options.binsize is not None:
        dataset.lightcurve.binsize_s = options.binsize
    dataset.lightcurve.bins = options.bins
    dataset.spectrum.grouping = options.group
    return _choose_times(dataset, options)


def _choose_times(dataset: EventDataset, options: Namespace) -> tuple[str, ...]:
    """Set the good times of files and of an expression; give what to warn of."""
    from nuwidgets.domain.gti import Gti
    from nuwidgets.files.gti import parse_gti_file

    pointing = dataset.events.product.pointing
    chosen, said = list[Gti](), list[str]()
    for path in options.gti or ():
        gti, says = parse_gti_file(path, pointing)
        chosen.append(gti)
        said += says
    if options.when or options.columns:
        dataset.goodtimes.hk_path, dataset.goodtimes.expression = options.columns, options.when
        found = dataset.goodtimes.run()
        chosen.append(found.gti)
        said += found.provenance.warnings
    if chosen:
        dataset.screen.user_gti = reduce(Gti.intersect, chosen)
    return tuple(said)


def light_curves(dataset: EventDataset) -> dict[str, LightCurve]:
    """Give the light curves of the source, of the background, and of the source without it."""
    step, regions = dataset.lightcurve, dataset.regions
    source, background = regions.source, regions.background
    step.subtract_background = False
    curves = {"source_lightcurve": step.run()}
    if background:
        step.subtract_background = True
        curves["net_lightcurve"] = step.run()
        step.subtract_background = False
        regions.source, regions.background = background, None
        curves["background_lightcurve"] = step.run()
        regions.source, regions.background = source, background
        step.subtract_background = True
    return curves


def write_products(
    dataset: EventDataset, curves: dict[str, LightCurve], paths: dict[str, Path], *, overwrite: bool
) -> dict[str, Path]:
    """Write all products; give the paths of those that were written, by name."""
    from nuwidgets.files.image import write_image
    from nuwidgets.files.lightcurve import write_lightcurve
    from nuwidgets.files.regions import write_regions

    events, regions = dataset.events.product, dataset.regions
    names = _write_spectra(dataset, paths, overwrite=overwrite)
    for name, curve in curves.items():
        write_lightcurve(paths[name], curve, overwrite=overwrite)
    write_image(paths["image"], dataset.image.run(), events.pointing, overwrite=overwrite)
    frame = "fk5" if events.plane else "physical"
    both = {"source_region": regions.source, "background_region": regions.background}
    drawn = {name: region for name, region in both.items() if region}
    for name, region in drawn.items():
        write_regions(paths[name], region, frame, events.plane, overwrite=overwrite)
    return {name: paths[name] for name in (*names, *curves, "image", *drawn)}


def _write_spectra(
    dataset: EventDataset, paths: dict[str, Path], *, overwrite: bool
) -> tuple[str, ...]:
    """Write the spectra and the approximate response, linked by their names; give what there is."""
    from nuwidgets.files.arf import write_arf
    from nuwidgets.files.pha import write_pha
    from nuwidgets.files.rmf import write_rmf

    spectrum, plane = dataset.spectrum.run(), dataset.events.product.plane
    links: dict[str, str] = {}
    if spectrum.background is not None:
        links["BACKFILE"] = "background_spectrum"
        path, background = paths["background_spectrum"], spectrum.background
        write_pha(path, background, plane, is_background=True, overwrite=overwrite)
    if spectrum.response is not None:
        links |= {"RESPFILE": "rmf", "ANCRFILE": "arf"}
        write_arf(paths["arf"], spectrum.response, spectrum.pointing, overwrite=overwrite)
        write_rmf(paths["rmf"], spectrum.response, spectrum.pointing, overwrite=overwrite)
    named = tuple((key, paths[name].name) for key, name in links.items())
    linked = replace(spectrum, links=named)
    write_pha(paths["source_spectrum"], linked, plane, overwrite=overwrite)
    return ("source_spectrum", *links.values())


def _answer(
    dataset: EventDataset,
    curves: dict[str, LightCurve],
    written: dict[str, Path],
    said: tuple[str, ...],
) -> Answer:
    events, spectrum = dataset.events.product, dataset.spectrum.product
    other = spectrum.background
    data: dict[str, Any] = {
        "events": events.request.path,
        "object": events.pointing.object_name,
        "obs_id": events.pointing.obs_id,
        "telescope": events.pointing.telescope,
        "instrument": events.pointing.instrument,
        "source_counts": round(spectrum.total),
        "background_counts": None if other is None else round(other.total),
        "backscal_source": float(spectrum.backscal[0]),
        "backscal_background": None if other is None else float(other.backscal[0]),
        "exposure_s": spectrum.exposure_s,
        "approximate": spectrum.provenance.approximate,
        "files": {name: str(path) for name, path in written.items()},
    }
    shown = {k.replace("_", " "): v for k, v in data.items() if k not in ("approximate", "files")}
    shown["response"] = data["approximate"]
    text = f"{facts(shown)}\n\n{facts({n.replace('_', ' '): p for n, p in data['files'].items()})}"
    return Answer(data, text, 0, (*said, *warnings_of(events, spectrum, *curves.values())))
