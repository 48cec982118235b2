"""``nuwidgets demo``: the main job on a simulated observation, compared with the truth."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nuwidgets.commands import demo_campaign
from nuwidgets.commands.output import (
    Answer,
    Bar,
    guard,
    make_folder,
    plain,
    table,
    warnings_of,
    watched,
)

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from nuwidgets.dataset import EventDataset
    from nuwidgets.session import Session

HELP = "run the whole analysis on simulated observations, and compare with the truth"
BANDS_KEV = ((2.0, 10.0), (10.0, 40.0))
GROUPING, IGNORE, DELTA = "optsnmin 6", "**-3. 79.-**", 2.706
N_STAGES = 7
RESULTS, OUT = "results.json", "nuwidgets-demo"
NEXT = """Look at {out}/spectrum.png, lightcurve.png and image_A.png first.
Then: nuwidgets lab                   the same by hand, in a notebook
      nuwidgets fit {pha} --model "{model}" --ignore "{ignore}"
      nuwidgets open {folder}
The source was simulated; the response is {approximate}."""


def add_options(parser: ArgumentParser) -> None:
    """Tell the parser what this command takes."""
    parser.add_argument(
        "--out",
        metavar="DIR",
        help=f"folder for figures and products (default: {OUT}, or {demo_campaign.OUT}); results of"
        " an earlier demo in it are replaced",
    )
    parser.add_argument(
        "--campaign",
        action="store_true",
        help="many observations: an outburst that Swift followed, fitted one by one and together",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace any files there")
    parser.epilog = "nuwidgets demo --out results"


def run(options: Namespace) -> Answer:
    """Simulate, extract, fit, compare, write."""
    if options.campaign:
        return demo_campaign.run(options)
    from nuwidgets.files.atomic import save_text
    from nuwidgets.opening import add_path
    from nuwidgets.session import Session
    from nuwidgets.simulation import demo_folder

    out, bar, began_s = Path(options.out or OUT), Bar(N_STAGES), time.perf_counter()
    ours = options.overwrite or (out / RESULTS).is_file()
    guard(make_folder(out).iterdir(), overwrite=ours)
    bar.begin("simulated observation")
    folder = demo_folder(None, lambda fraction, _stage: bar.move(fraction))
    with Session(live=False) as session:
        add_path(session, folder)
        n_events = sum(len(one.events.run()) for one in observed(session))
        bar.end(f"{n_events} events of {' and '.join(session.datasets)}")
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        data = analyse(session, truth, bar)
        bar.begin("figures and products")
        files = write(session, out)
        data |= {"folder": folder, "files": files, "seconds": time.perf_counter() - began_s}
        save_text(out / RESULTS, json.dumps(plain(data), indent=1) + "\n", overwrite=True)
        bar.end(f"{len(files)} files in {out}, {data['seconds']:.1f} s in all")
        spectra = [one.spectrum.product for one in observed(session)]
        warnings = warnings_of(*spectra, session.fit.product, session.errors.product)
    return Answer(data, _text(data, out, spectra[0].provenance.approximate), 0, warnings)


def observed(session: Session) -> list[EventDataset]:
    """Give the datasets that have events."""
    from nuwidgets.dataset import EventDataset

    return [one for one in session.datasets.values() if isinstance(one, EventDataset)]


def analyse(session: Session, truth: dict[str, Any], bar: Bar) -> dict[str, Any]:
    """Do what an astronomer would do, stage by stage; give what was found beside the truth."""
    from nuwidgets.commands.fit import describe_fit, solve

    events = observed(session)
    bar.begin("images")
    images = [watched(one.image, bar) for one in events]
    bar.end(f"{sum(image.total for image in images)} events in {events[0].image.band}")
    bar.begin("light curves")
    curves = [watched(one.lightcurve, bar) for one in events]
    bar.end(f"{sum(map(int, (c.good().sum() for c in curves)))} bins of {curves[0].binsize_s:g} s")
    bar.begin("spectra")
    for one in events:
        one.spectrum.grouping = GROUPING
    spectra = [watched(one.spectrum, bar) for one in events]
    bar.end(f"{sum(int(s.total) for s in spectra)} counts in the source regions")
    session.fit.model = f"constant*{truth['expression']}"
    session.fit.ignore = IGNORE
    session.fit.abundance, session.fit.cross_section = truth["abundance"], truth["cross_section"]
    bar.begin("joint fit")
    best = watched(session.fit, bar)
    bar.end(f"chi-squared {best.statistic:.1f} for {best.dof} degrees of freedom")
    bar.begin("errors")
    session.errors.delta = DELTA
    watched(session.errors, bar)
    result, errors = solve(session, DELTA)
    bar.end(f"90 % intervals of {len(errors.intervals) if errors else 0} parameters")
    data = describe_fit(result, errors, None)
    data["parameters"] = beside_truth(data["parameters"], truth)
    return data | {"model": session.fit.model, "fluxes": fluxes(session, truth)}


def beside_truth(rows: list[dict[str, Any]], truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the rows of the parameters with what was simulated, and the difference in sigma."""
    from nuwidgets.science.models.expression import Expression

    pairs = zip(Expression.parse(truth["expression"]).parameters(), truth["values"], strict=True)
    known = {(p.component, p.name, 1): value for p, value in pairs}
    known |= {("constant", "factor", 1): 1.0, ("constant", "factor", 2): truth["cross_calibration"]}
    result = []
    for row in rows:
        true = known[row["component"], row["name"], row["group"]]
        free = not row["frozen"] and row["link"] is None
        difference = (row["value"] - true) / row["sigma"] if free else None
        result.append({**row, "truth": true, "difference_sigma": difference})
    return result


def fluxes(session: Session, truth: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the flux of FPMA in each band, erg/cm2/s, beside what was simulated."""
    import numpy as np

    from nuwidgets.science.models.expression import Expression
    from nuwidgets.science.models.flux import energy_flux

    edges_kev = np.geomspace(1.0, 100.0, 4001)
    simulated = Expression.parse(truth["expression"]).evaluate(
        edges_kev, truth["values"], truth["abundance"], truth["cross_section"]
    )
    found = []
    for lo_kev, hi_kev in BANDS_KEV:
        session.flux.band = (lo_kev, hi_kev)
        flux = session.flux.run().erg_per_cm2_s[0]
        true = energy_flux(simulated, edges_kev, lo_kev, hi_kev).erg
        found.append({"lo_kev": lo_kev, "hi_kev": hi_kev, "erg_cm2_s": flux, "truth": true})
    return found


def write(session: Session, out: Path) -> dict[str, Path]:
    """Write figures and products; give their paths by name."""
    from nuwidgets.commands.extract import light_curves, product_paths, write_products
    from nuwidgets.commands.fit import draw_spectrum
    from nuwidgets.figures import figure_image, figure_lightcurve, save_figure

    files = {"spectrum.png": draw_spectrum(session, out / "spectrum.png", "FPMA and FPMB")}
    curves = [one.lightcurve.run() for one in observed(session)]
    files["lightcurve.png"] = save_figure(figure_lightcurve(curves), out / "lightcurve.png")
    for one in observed(session):
        name = f"image_{one.name[-1]}.png"
        regions = one.regions.source, one.regions.background
        files[name] = save_figure(figure_image(one.image.run(), *regions), out / name)
        paths = product_paths(one.events.path, out)
        written = write_products(one, light_curves(one), paths, overwrite=True)
        files |= {path.name: path for path in written.values()}
    return files


def _text(data: dict[str, Any], out: Path, approximate: str) -> str:
    """Lay out the best fit beside the truth, and what to do next."""
    rows: list[tuple[Any, ...]] = []
    for p in data["parameters"]:
        numbers = (p["truth"], p["value"], p["sigma"], p["lo"], p["hi"])
        name = p["name"] if p["group"] == 1 else f"{p['name']}, FPMB"
        rows.append((name, p["unit"], *numbers, _signed(p["difference_sigma"])))
    for f in data["fluxes"]:
        name, percent = f"flux {f['lo_kev']:g}-{f['hi_kev']:g} keV", f["erg_cm2_s"] / f["truth"] - 1
        numbers = (f["truth"], f["erg_cm2_s"], None, None, None)
        rows.append((name, "erg/cm2/s", *numbers, f"{100 * percent:+.1f} %"))
    headings = ("parameter", "unit", "simulated", "best fit", "sigma", "90 % lo", "90 % hi")
    found = table((*headings, "difference"), rows)
    pha = " ".join(str(p) for n, p in data["files"].items() if n.endswith("_sr.pha"))
    after = NEXT.format(
        out=out,
        pha=pha,
        model=data["model"],
        ignore=IGNORE,
        folder=data["folder"],
        approximate=approximate or "that of the files",
    )
    quality = (
        f"{data['statistic_name']} {data['statistic']:.2f} for {data['dof']} degrees of freedom"
    )
    return f"\n{data['model']}: {quality}\n\n{found}\n\n{after}"


def _signed(difference: float | None) -> str:
    return "fixed" if difference is None else f"{difference:+.2f} sigma"
