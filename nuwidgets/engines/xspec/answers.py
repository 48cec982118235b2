"""What XSPEC gives beyond a fit, as plain numbers; runs in its process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.errors import EngineFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.engines.xspec.state import State

ANY_BADNESS = 1e9
"""Reduced chi-squared up to which intervals are searched; XSPEC itself refuses above 2."""
MOST_RESTARTS = 5
"""How often all intervals are searched again from a new minimum."""
LEAST_PART = 1e-3
"""Energies are extended downwards to no smaller part of the lowest."""
EXTRA_BINS = 100
"""Logarithmic bins added where a band reaches beyond the response."""
EXACT = "FFFFFTFFF"
"""Letters of a parameter that is frozen or linked."""


def folded(state: State) -> list[dict[str, Any]]:
    """Give data, folded and unfolded model of each spectrum, bin by bin.

    Rates are in counts/s/keV divided by AREASCAL, as XSPEC plots them; `unfolded` in
    photons/cm2/s/keV.
    """
    plot = state.xs.Plot
    plot.device, plot.xAxis = "/null", "keV"
    plot.area, plot.add, plot.background = False, False, True
    plot.setRebin(0, 1)
    plot.setGroup(None)
    plot("data")
    found: list[dict[str, Any]] = []
    for number, one in enumerate(state.payload["spectra"], start=1):
        if not len(state.xs.AllData(number).noticed):
            found.append({})
            continue
        arrays: dict[str, Any] = {}
        for name in ("x", "xErr", "y"):
            arrays[name] = np.array(getattr(plot, name)(number))
        arrays["error"] = np.array(plot.yErr(number))
        arrays["model"] = np.array(plot.model(number))
        if one["background"]:
            arrays["background"] = np.array(plot.backgroundVals(number))
        found.append(arrays)
    plot.background = False
    plot("ufspec")
    for number, arrays in enumerate(found, start=1):
        if arrays:
            arrays["unfolded"] = np.array(plot.model(number))
            arrays["models"] = _incident(state, number)
    return found


def _incident(state: State, number: int) -> list[dict[str, Any]]:
    """Give the photons/cm2/s in each energy bin of each source that a spectrum sees."""
    spectrum = state.payload["spectra"][number - 1]
    seen = {1, *(one["source"] for one in spectrum["sources"])}
    found = []
    for one in state.payload["models"]:
        if one["source"] in seen:
            model = state.model.object(one["name"], spectrum["group"])
            edges = np.array([float(edge) for edge in model.energies(number)])  # XSPEC gives texts
            photons = np.array(model.values(number))
            found.append({"name": one["name"], "edges": edges, "photons": photons})
    return found


def intervals(
    state: State, numbers: list[int], delta: float, report: Callable[..., None]
) -> list[list[Any]]:
    """Give [number, lower end, upper end, letters] of parameters, around the best fit.

    After a new minimum all are searched again: those before it stand for another place.
    """
    wanted = list(numbers) or state.model.free
    found: list[list[Any]] = []
    met: set[int] = set()
    for _ in range(MOST_RESTARTS):
        found = []
        for done, number in enumerate(wanted):
            report(done / len(wanted), "XSPEC: errors", f"parameter {number}")
            found.append([number, *_interval(state, number, delta)])
        new = {row[0] for row in found if row[3][0] == "T"}
        met |= new
        if not new:
            break
    for row in found:
        row[3] = ("T" if row[0] in met else row[3][0]) + row[3][1:]
    return found


def _interval(state: State, number: int, delta: float) -> tuple[float, float, str]:
    row = state.payload["parameters"][number - 1]
    one = state.model.objects.get(number)
    if one is None or row["frozen"] or row["link"]:
        value = float(row["values"][0] if one is None else one.values[0])
        return value, value, EXACT
    # without a decimal point XSPEC would take the rise for the number of a parameter
    state.xs.Fit.error(f"maximum {ANY_BADNESS:.1f} {delta:.8f} {state.model.spoken(number)}")
    lo, hi, letters = one.error
    return float(lo), float(hi), str(letters)


def fluxes(state: State, asked: dict[str, Any]) -> list[list[float]]:
    """Give erg/cm2/s with its ends and photons/cm2/s with its ends, of each spectrum's first model.

    XSPEC cuts a band silently where the energies of the response end, so these are extended.
    """
    models = state.xs.AllModels
    lo_kev, hi_kev = asked["lo_kev"], asked["hi_kev"]
    if lo_kev < asked["reach"][0]:
        lowest = max(lo_kev, LEAST_PART * asked["reach"][0])
        models.setEnergies("extend", f"low,{lowest!r},{EXTRA_BINS} log")
    if hi_kev > asked["reach"][1]:
        models.setEnergies("extend", f"high,{hi_kev!r},{EXTRA_BINS} log")
    words = f"{lo_kev!r} {hi_kev!r}"
    if asked["draws"]:  # they are drawn around a best fit
        state.xs.Xset.seed = asked["seed"]
        state.perform()
        words += f" err {asked['draws']} {asked['level']!r}"
    models.calcFlux(words)
    data = state.xs.AllData
    found = [list(map(float, data(n).flux[:6])) for n in range(1, data.nSpectra + 1)]
    models.setEnergies("reset")
    return found


def stepped(state: State, axes: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the statistic on a line or a grid, XSPEC's ``steppar``; shape (n,) or (n_x, n_y).

    Raises
    ------
    EngineFailedError
        XSPEC gave another number of points than were asked for.
    """
    words = []
    for axis in axes:
        lo, hi = axis["lo"], axis["hi"]
        if axis["relative"]:
            value = float(state.model.objects[axis["number"]].values[0])
            lo, hi = value + lo, value + hi
        head = "log" if axis["log"] else "nolog"
        words.append(f"{head} {state.model.spoken(axis['number'])} {lo!r} {hi!r} {axis['n']}")
    fit = state.xs.Fit
    fit.steppar(" ".join(words))
    shape = [axis["n"] + 1 for axis in axes]

    def points(name: str) -> Any:
        values = np.array(fit.stepparResults(name), float)
        if values.size != int(np.prod(shape)):
            raise EngineFailedError(
                f"XSPEC stepped {values.size} points where {int(np.prod(shape))} were asked for."
            )
        return values

    flat = points(state.model.spoken(axes[0]["number"]))
    first_moves_fastest = len(shape) > 1 and flat[0] != flat[1]

    def grid(name: str) -> Any:
        values = points(name)
        if first_moves_fastest:
            return np.ascontiguousarray(values.reshape(shape[::-1]).T)
        return values.reshape(shape)

    moved = [[number, grid(state.model.spoken(number))] for number in state.model.free]
    own = dict(moved)
    first = own[axes[0]["number"]]
    steps = [first if first.ndim == 1 else first[:, 0]]
    steps += [own[axis["number"]][0] for axis in axes[1:]]
    return {"stepped": grid("statistic"), "refitted": moved, "steps": steps}
