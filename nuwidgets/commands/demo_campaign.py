"""``nuwidgets demo --campaign``: many observations of one outburst, compared with the truth."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from argparse import Namespace
    from collections.abc import Iterable

    from nuwidgets.domain.evolution import Evolution
    from nuwidgets.domain.evolution_rows import EvolutionRow
    from nuwidgets.domain.longterm import LongTerm
    from nuwidgets.session import Session

N_STAGES = 5
RESULTS, OUT = "results.json", "nuwidgets-campaign"
WHOLE_DAYS = (0.0, 230.0)
"""Days since the discovery that are opened: the rates before and after it are upper limits."""
SIGMAS_90 = 1.645
"""Half of the 90 % interval of one parameter, in standard deviations."""
NEXT = """{aside}
Look at {out}/images.png, longterm.png, series.png and spectra.png first; series.ecsv and joint.ecsv
have all parameters against time. Then: nuwidgets.demo_campaign() in a notebook, the same by hand.
The source was simulated, without pile-up; the response is {approximate}."""


def run(options: Namespace) -> Answer:
    """Open the campaign, count, fit one by one and together, compare, write."""
    from nuwidgets.files.atomic import save_text
    from nuwidgets.session import Session
    from nuwidgets.simulation.campaign_start import begin

    out, bar, began_s = Path(options.out or OUT), Bar(N_STAGES), time.perf_counter()
    ours = options.overwrite or (out / RESULTS).is_file()
    guard(make_folder(out).iterdir(), overwrite=ours)
    with Session(live=False) as session:
        bar.begin("simulated campaign")
        begin(session, None, WHOLE_DAYS)
        aside = session.download.product.provenance.warnings
        bar.end(f"{len(session.datasets)} observations opened, {len(aside)} put aside")
        data = {"put_aside": aside} | analyse(session, bar)
        bar.begin("figures and tables")
        files = write(session, out)
        data |= {"files": files, "seconds": time.perf_counter() - began_s}
        save_text(out / RESULTS, json.dumps(plain(data), indent=1) + "\n", overwrite=True)
        bar.end(f"{len(files)} files in {out}, {data['seconds']:.1f} s in all")
        series = session.series.product
        warnings = warnings_of(session.longterm.product, series, session.fit.product)
        approximate = series.provenance.approximate
    return Answer(data, _text(data, out, approximate), 0, warnings)


def analyse(session: Session, bar: Bar) -> dict[str, Any]:
    """Count and fit; give what was found beside the truth."""
    from nuwidgets.domain.evolution import Evolution

    bar.begin("rates of all days")
    rates = watched(session.longterm, bar)
    n_found = int(rates.detected.sum())
    bar.end(f"{n_found} detections, {len(rates.names) - n_found} upper limits")
    bar.begin("fits one by one")
    series = watched(session.series, bar)
    bar.end(f"{len(series.points) - len(series.failed)} of {len(series.points)} observations")
    bar.begin("joint fit")
    best = watched(session.fit, bar)
    bar.end(f"C-statistic {best.statistic:.1f} for {best.dof} degrees of freedom")
    alone, joint = Evolution.of_series(series), _joint(session)
    return {
        "model": session.fit.model,
        "statistic": best.statistic,
        "dof": best.dof,
        "rates": _rates(rates),
        "series": beside_truth(alone),
        "joint": beside_truth(joint),
        "failed": series.failed,
    }


def _joint(session: Session) -> Evolution:
    from nuwidgets.domain.evolution import Evolution

    spectra = [session.datasets[name].spectrum.run() for name in session.used]
    return Evolution.of_joint(session.fit.run(), spectra=spectra, names=session.used)


def _rates(rates: LongTerm) -> list[dict[str, Any]]:
    """Give one row for each observation: day, rate, or upper limit."""
    from nuwidgets.simulation.campaign import EVENT_MJD

    return [
        {
            "name": name,
            "day": rates.middle_mjd[n] - EVENT_MJD,
            "exposure_s": rates.exposure_s[n],
            "counts": int(rates.counts[n]),
            "rate_per_s": rates.rate_per_s[n],
            "rate_lo_per_s": rates.rate_lo_per_s[n],
            "rate_hi_per_s": rates.rate_hi_per_s[n],
            "limit_per_s": rates.limit_per_s[n],
            "detected": bool(rates.detected[n]),
        }
        for n, name in enumerate(rates.names)
    ]


def beside_truth(found: Evolution) -> list[dict[str, Any]]:
    """Give what fits moved, beside what was simulated; the difference is in sigma.

    A sigma is that of the interval's end on the side of the truth where there are intervals, else
    that of the covariance. Norms are then compared by their logarithm: their errors grow with them.
    """
    from nuwidgets.simulation.campaign import EVENT_MJD, NAMES, truth_of

    rows = []
    for row in found.rows:
        if row.label not in NAMES or row.status in ("frozen", "tied"):
            continue
        true = truth_of(row.name.removesuffix("XRT"))[row.label]
        rows.append({
            "name": row.name, "day": row.middle_mjd - EVENT_MJD, "parameter": row.label,
            "unit": row.unit, "truth": true, "value": row.value, "sigma": row.sigma, "lo": row.lo,
            "hi": row.hi, "difference_sigma": _difference(row, true),
        })  # fmt: skip
    return rows


def _difference(row: EvolutionRow, true: float) -> float:
    """Give how far a value lies from the truth, in sigma."""
    end = row.hi if true > row.value else row.lo
    if math.isfinite(end):
        return SIGMAS_90 * (row.value - true) / abs(end - row.value)
    if row.label.endswith(".norm"):
        return math.log(row.value / true) * row.value / row.sigma
    return (row.value - true) / row.sigma


def write(session: Session, out: Path) -> dict[str, Path]:
    """Write tables and figures; give their paths by name."""
    from nuwidgets.domain.evolution import Evolution
    from nuwidgets.figures import figure_evolution, figure_longterm, save_figure
    from nuwidgets.figures.image_grid import figure_image_grid
    from nuwidgets.reports.table_files import write_table
    from nuwidgets.simulation.campaign import EVENT_MJD

    rates = session.longterm.run()
    found = {"series": Evolution.of_series(session.series.run()), "joint": _joint(session)}
    tables = {"longterm.ecsv": rates.table()} | {f"{n}.ecsv": e.table() for n, e in found.items()}
    files = {name: write_table(one, out / name, overwrite=True) for name, one in tables.items()}
    figures = {"longterm.png": figure_longterm(rates, event_mjd=EVENT_MJD, log=True)}
    figures |= {f"{n}.png": figure_evolution(e, event_mjd=EVENT_MJD) for n, e in found.items()}
    days = {name: rates.middle_mjd[n] - EVENT_MJD for n, name in enumerate(rates.names)}
    images = session.thumbnails.run()
    figures["images.png"] = figure_image_grid(images, _tiles(days, images.names))
    figures["spectra.png"] = _spectra(session, days)
    return files | {name: save_figure(one, out / name) for name, one in figures.items()}


def _spectra(session: Session, days: dict[str, float]) -> Any:
    """Give a figure of the spectra with the models of the fits one by one."""
    from nuwidgets.figures.spectrum_grid import figure_spectrum_grid
    from nuwidgets.science.small_spectra import small_spectrum

    points = session.series.run().points
    small = {p.name: small_spectrum(p.folded) for p in points if p.folded is not None}
    return figure_spectrum_grid(small, _tiles(days, small))


def _tiles(days: dict[str, float], names: Iterable[str]) -> list[dict[str, Any]]:
    """Give how small pictures are titled, by day."""
    by_day = sorted(names, key=lambda name: days[name])
    return [{"id": name, "title": f"day {days[name]:.1f}", "note": ""} for name in by_day]


def _text(data: dict[str, Any], out: Path, approximate: str) -> str:
    """Lay out rates, parameters beside the truth, and what to do next."""
    rates = table(
        ("observation", "day", "exposure [s]", "counts", "counts/s"),
        [(r["name"], round(r["day"], 1), r["exposure_s"], r["counts"], _rate(r))
         for r in data["rates"]],
    )  # fmt: skip
    alone = {(r["name"], r["parameter"]): r for r in data["series"]}
    together = {(r["name"], r["parameter"]): r for r in data["joint"]}
    rows = [
        (r["name"], r["parameter"], r["unit"], r["truth"], r["value"],
         _signed(r), *_other(together.get(key)))
        for key, r in alone.items()
    ]  # fmt: skip
    headings = ("observation", "parameter", "unit", "simulated", "one by one", "difference")
    found = table((*headings, "together", "difference"), rows)
    aside = "\n".join(f"Put aside: {sentence}" for sentence in data["put_aside"])
    after = NEXT.format(out=out, approximate=approximate or "that of the files", aside=aside)
    quality = f"{data['statistic']:.1f} for {data['dof']} degrees of freedom"
    return f"\n{rates}\n\n{data['model']}: {quality}\n\n{found}\n\n{summary(data)}\n\n{after}"


def _rate(row: dict[str, Any]) -> str:
    if not row["detected"]:
        return f"< {row['limit_per_s']:.4f}"
    half = (row["rate_hi_per_s"] - row["rate_lo_per_s"]) / 2
    return f"{row['rate_per_s']:.4f} +- {half:.4f}"


def _signed(row: dict[str, Any]) -> str:
    return f"{row['difference_sigma']:+.2f} sigma"


def _other(row: dict[str, Any] | None) -> tuple[Any, Any]:
    """Give value and difference in the joint fit; tied values are those of the first."""
    return (None, None) if row is None else (row["value"], _signed(row))


def summary(data: dict[str, Any]) -> str:
    """Say how many differences lie within what statistics allows."""
    lines = []
    for key, words in (("series", "one by one"), ("joint", "together")):
        differences = [abs(row["difference_sigma"]) for row in data[key]]
        within = sum(one < SIGMAS_90 for one in differences)
        share = 100 * within / max(len(differences), 1)
        lines.append(
            f"Fitted {words}: {within} of {len(differences)} parameters ({share:.0f} %) lie within"
            f" 90 % of the truth; the farthest is {max(differences, default=0.0):.1f} sigma away."
        )
    return "\n".join(lines)
