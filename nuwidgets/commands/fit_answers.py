"""What ``nuwidgets fit`` finds out beside the fit: asked, as JSON, and for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nuwidgets.commands.output import table
from nuwidgets.errors import NuwidgetsError

if TYPE_CHECKING:
    from argparse import Namespace

    from nuwidgets.domain.chain import Chain
    from nuwidgets.domain.contours import Contours
    from nuwidgets.domain.eqwidth import EqWidth
    from nuwidgets.domain.fake import Fake
    from nuwidgets.domain.fit import Flux
    from nuwidgets.domain.goodness import Goodness
    from nuwidgets.domain.luminosity import Luminosity
    from nuwidgets.session import Session

LEVEL = 90.0
"""Per cent of a chain within its intervals."""
Describe = Callable[[Any], dict[str, Any]]


def ask(session: Session, options: Namespace) -> tuple[dict[str, Any], list[str]]:
    """Run what was asked for, in this order; what fails does not take the others with it.

    Returns
    -------
    dict
        Products by name of the step.
    list of str
        What could not be had, a sentence each.
    """
    wanted = {
        "flux": bool(options.flux),
        "luminosity": bool(options.luminosity),
        "eqwidth": options.eqwidth is not None,
        "contours": bool(options.contour),
        "chain": options.chain is not None,
        "goodness": options.goodness is not None,
        "fake": options.fakeit is not None,
    }
    products, failed = {}, []
    for name, asked in wanted.items():
        if asked:
            try:
                products[name] = session.step(name).run()
            except NuwidgetsError as error:
                failed.append(f"{name}: {error}")
    return products, failed


def describe(products: dict[str, Any]) -> dict[str, Any]:
    """Give the JSON objects of what was found."""
    return {name: DESCRIBED[name](one) for name, one in products.items() if name in DESCRIBED}


def text_of(data: dict[str, Any]) -> list[str]:
    """Lay out what was found for people, a paragraph each."""
    return [said for name in TOLD if name in data and (said := TOLD[name](data[name]))]


def _flux(one: Flux) -> dict[str, Any]:
    return {"erg_cm2_s": one.erg_per_cm2_s, "photons_cm2_s": one.photons_per_cm2_s}


def _luminosity(one: Luminosity) -> dict[str, Any]:
    return {"erg_s": one.erg_per_s, "distance_mpc": one.distance_mpc}


def _eqwidth(one: EqWidth) -> dict[str, Any]:
    return {"component": one.component, "width_kev": one.width_kev, "energy_kev": one.energy_kev}


def _contours(one: Contours) -> dict[str, Any]:
    return {
        "parameters": [p.label for p in one.parameters],
        "x": one.x,
        "y": one.y,
        "rise": one.rise,
        "levels": one.levels,
        "crossings": [one.crossings(level) for level in one.levels] if one.y.size == 0 else None,
    }


def _chain(one: Chain) -> dict[str, Any]:
    intervals = one.intervals(LEVEL)
    pairs = zip(one.labels, one.median.tolist(), intervals, strict=True)
    return {
        "n_steps": one.n_steps,
        "n_walkers": one.n_walkers,
        "acceptance": one.acceptance,
        "level": LEVEL,
        "parameters": [
            {"number": i.number, "label": label, "median": median, "lo": i.lo, "hi": i.hi}
            for label, median, i in pairs
        ],
    }


def _goodness(one: Goodness) -> dict[str, Any]:
    return {
        "n": one.n_done,
        "fraction": one.fraction,
        "observed": one.observed,
        "test_name": one.test_name,
    }


def _fake(one: Fake) -> dict[str, Any]:
    return {
        "counts": [spectrum.total for spectrum in one.spectra],
        "source_per_s": one.source_per_s,
        "background_per_s": one.background_per_s,
    }


DESCRIBED: dict[str, Describe] = {
    "flux": _flux,
    "luminosity": _luminosity,
    "eqwidth": _eqwidth,
    "contours": _contours,
    "chain": _chain,
    "goodness": _goodness,
    "fake": _fake,
}
"""Products as JSON objects, by step."""


def _say_flux(one: dict[str, Any]) -> str:
    """Give the fluxes of all spectra; that of one alone is told with the fit."""
    values = ", ".join(f"{value:.5g}" for value in one["erg_cm2_s"])
    return f"flux of each spectrum  {values} erg/cm2/s" if len(one["erg_cm2_s"]) > 1 else ""


def _say_luminosity(one: dict[str, Any]) -> str:
    values = ", ".join(f"{value:.5g}" for value in one["erg_s"])
    return f"luminosity  {values} erg/s at {one['distance_mpc']:.5g} Mpc"


def _say_eqwidth(one: dict[str, Any]) -> str:
    values = ", ".join(f"{value:.5g}" for value in one["width_kev"])
    return f"equivalent width of {one['component']}  {values} keV"


def _say_contours(one: dict[str, Any]) -> str:
    if one["crossings"] is None:
        names = " and ".join(one["parameters"])
        grid = " x ".join(str(len(one[axis])) for axis in "xy")
        return f"contours of {names}: {grid} points; the grid is in the output of --json"
    pairs = zip(one["x"].tolist(), one["rise"].tolist(), strict=True)
    return table((one["parameters"][0], "rise"), pairs)


def _say_chain(one: dict[str, Any]) -> str:
    rows = [(p["number"], p["label"], p["median"], p["lo"], p["hi"]) for p in one["parameters"]]
    head = (
        f"chain of {one['n_steps']} steps of {one['n_walkers']} walkers,"
        f" {100 * one['acceptance']:.0f} % accepted; {one['level']:g} % intervals:"
    )
    return f"{head}\n{table(('', 'parameter', 'median', 'lo', 'hi'), rows)}"


def _say_goodness(one: dict[str, Any]) -> str:
    return (
        f"goodness  {100 * one['fraction']:.1f} % of {one['n']} simulated data sets have a smaller"
        f" {one['test_name'] or 'test statistic'} than {one['observed']:.5g}"
    )


def _say_fake(one: dict[str, Any]) -> str:
    return f"simulated  {', '.join(f'{counts:g}' for counts in one['counts'])} counts"


TOLD: dict[str, Callable[[dict[str, Any]], str]] = {
    "flux": _say_flux,
    "luminosity": _say_luminosity,
    "eqwidth": _say_eqwidth,
    "contours": _say_contours,
    "chain": _say_chain,
    "goodness": _say_goodness,
    "fake": _say_fake,
}
"""The same for people."""
