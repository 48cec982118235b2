"""How fast curves, fits and errors are, beside XSPEC's own times; prints JSON medians in ms.

Uses the real spectra of ../shared where it is there, else one that is made up here. XSPEC's times
are of XSPEC 12.9.1 on two cores of an AMD EPYC.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.fit import ErrorsRequest, FitRequest
from nuwidgets.domain.response import Response
from nuwidgets.domain.spectrum import FileSpectrumRequest, Spectrum
from nuwidgets.engines.embedded.curve import solve_curve
from nuwidgets.engines.embedded.errors import solve_errors
from nuwidgets.engines.embedded.fit import renormed, solve_fit
from nuwidgets.engines.embedded.problem import opened
from nuwidgets.files.spectrum_set import load_spectrum
from nuwidgets.science.models.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).resolve().parents[2] / "shared"
SETS, INPUTS = SHARED / "data" / "fit_sets", SHARED / "reference" / "inputs"
VELA = SHARED / "data" / "nustar_spectra" / "vela_x1_90402339002_A"
PN = SETS / "xmm_ngc7793_ulx4_pn"
MODEL, CUT_OFF = "tbabs*powerlaw", "tbabs*highecut*powerlaw"
JOINT = 20
"""Spectra that are fitted together, each with a model of its own."""
GROUPS = (1, 6, 12)
"""Observations that are fitted together, nH tied, by Swift's approximate response."""
THERMAL, OUTBURST = "tbabs*(bbodyrad+bremss)", (0.3, 0.08, 3e4, 3.0, 3e-3)
"""The model of a nova, and its values in the middle of the outburst."""
CASES = {
    "3c273_chi": (MODEL, (SETS / "chandra_3c273" / "3c273.pi",), "chi", ("**-0.5 7.0-**",)),
    "3c273poisson_cstat": (
        MODEL,
        (
            INPUTS / "3c273_poisson.pi",
            INPUTS / "3c273_poisson_bg.pi",
            SETS / "chandra_3c273" / "3c273.rmf",
            SETS / "chandra_3c273" / "3c273.arf",
        ),
        "cstat",
        ("**-0.5 7.0-**",),
    ),
    "ngc7793pn_chi": (MODEL, (PN / "PN_spectrum_grp20.fits",), "chi", ("bad", "**-0.3 10.0-**")),
    "ngc7793pn_cstat": (
        MODEL,
        (PN / "PN_spectrum_grp20.fits",),
        "cstat",
        ("bad", "**-0.3 10.0-**"),
    ),
    "ngc7793pn_ungrouped_cstat": (
        MODEL,
        (
            INPUTS / "PN_ungrouped.fits",
            PN / "PNbackground_spectrum.fits",
            PN / "PN.rmf",
            PN / "PN.arf",
        ),
        "cstat",
        ("**-0.3 10.0-**",),
    ),
    "nustar_A_grp30_chi_synthetic_rmf": (
        CUT_OFF,
        (
            INPUTS / "nuA_grp30.pha",
            VELA / "nu90402339002A01_bk.pha",
            INPUTS / "synthetic_nustar.rmf",
            VELA / "nu90402339002A01_sr.arf",
        ),
        "chi",
        ("**-3.0 79.0-**",),
    ),
}
"""The data sets of XSPEC's times: model, files, statistic, what is ignored."""
XSPEC_NAMES = {
    "slider_nH_ms": "set_nH_then_statistic",
    "slider_PhoIndex_ms": "set_PhoIndex_then_statistic",
    "slider_norm_ms": "set_norm_then_statistic",
    "fit_from_defaults_ms": "Fit.perform_from_default_1_1_1_renorm_prefit",
    "errors_2.706_ms": "Fit.error_2.706_all",
}
"""What XSPEC's record calls our figures."""


class Silent:
    """A token that nobody pulls."""

    def check(self) -> None:
        """Go on."""

    def report(self, *_: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Measure and print."""
    request, spectrum = made_up()
    results: dict[str, Any] = {
        "nustar_4096_channels_made_up": measure(request, spectrum),
        f"{JOINT}_spectra_{3 * JOINT}_free_parameters_made_up": joint(request, spectrum),
    }
    for n_groups in GROUPS:
        results[f"swift_{n_groups}_groups_{4 * n_groups + 1}_free_parameters"] = groups(n_groups)
    if SHARED.is_dir():
        theirs = json.loads((SHARED / "reference" / "timings.json").read_text())["data"]
        for name, (model, paths, statistic, ignore) in CASES.items():
            file = FileSpectrumRequest(*map(str, paths))
            request = asked(model, file, statistic, ignore)
            results[name] = {"nuwidgets": measure(request, load_spectrum(file))}
            results[name]["xspec"] = {
                mine: theirs[name][its]["median_ms"] for mine, its in XSPEC_NAMES.items()
            }
    json.dump(results, sys.stdout, indent=2)


def asked(
    model: str, file: FileSpectrumRequest, statistic: str, ignore: tuple[str, ...]
) -> FitRequest:
    """Give the fit from default values."""
    return FitRequest((file,), model, Expression.parse(model).parameters(), statistic, ignore)


def measure(request: FitRequest, spectrum: Spectrum) -> dict[str, Any]:
    """Time a slider, a fit from the defaults, and all 90 % errors."""
    token, above = Silent(), (spectrum,)
    fit = solve_fit(request, above, token)
    best = replace(request, parameters=fit.parameters)

    def slide(name: str) -> Callable[[int], Any]:
        (index,) = [i for i, p in enumerate(best.parameters) if p.name == name]

        def once(turn: int) -> Any:
            moved = list(best.parameters)
            moved[index] = replace(moved[index], value=moved[index].value * (1 + 1e-3 * turn))
            return solve_curve(CurveRequest(replace(best, parameters=tuple(moved))), above, token)

        return once

    return {
        "bins": fit.n_bins,
        "statistic": fit.statistic,
        "slider_nH_ms": median_ms(slide("nH"), 100),
        "slider_PhoIndex_ms": median_ms(slide("PhoIndex"), 100),
        "slider_norm_ms": median_ms(slide("norm"), 100),
        "fit_from_defaults_ms": median_ms(lambda _: solve_fit(request, above, token), 7),
        "errors_2.706_ms": median_ms(lambda _: solve_errors(ErrorsRequest(best), above, token), 5),
    }


def joint(request: FitRequest, spectrum: Spectrum) -> dict[str, Any]:
    """Time a fit of many spectra at once, nothing tied, and the errors of one parameter."""
    rng, token = np.random.default_rng(3), Silent()
    above = []
    for number in range(JOINT):
        values = (1.0, 1.5 + 0.05 * number, 0.01)
        photons = Expression.parse(MODEL).evaluate(spectrum.response.energy_edges_kev, values)
        predicted = spectrum.response.matrix @ photons * spectrum.exposure_s
        above.append(replace(spectrum, counts=rng.poisson(predicted).astype(float)))
    parameters = Expression.parse(MODEL).parameters(JOINT)
    many = replace(
        request,
        spectra=request.spectra * JOINT,
        parameters=tuple(replace(p, link="") for p in parameters),
    )
    fit = solve_fit(many, tuple(above), token)
    best = ErrorsRequest(replace(many, parameters=fit.parameters), numbers=(2,))
    return {
        "bins": fit.n_bins,
        "statistic": fit.statistic,
        "fit_from_defaults_ms": median_ms(lambda _: solve_fit(many, tuple(above), token), 3),
        "errors_2.706_of_one_ms": median_ms(lambda _: solve_errors(best, tuple(above), token), 3),
    }


def groups(n_groups: int) -> dict[str, Any]:
    """Time a joint fit of observations over an outburst, MINUIT on the same, and all errors."""
    many, above = campaign(n_groups)
    token, began = Silent(), time.process_time()
    fit = solve_fit(many, above, token)
    fit_s, began = time.process_time() - began, time.process_time()
    best = replace(many, parameters=fit.parameters)
    errors = solve_errors(ErrorsRequest(best), above, token)
    errors_s = time.process_time() - began
    minuit_s, lowest = by_minuit(many, above)
    return {
        "bins": fit.n_bins,
        "statistic": fit.statistic,
        "fit_cpu_s": round(fit_s, 3),
        "errors_2.706_of_all_cpu_s": round(errors_s, 3),
        "intervals": len(errors.intervals),
        "iminuit_fit_cpu_s": round(minuit_s, 3),
        "iminuit_statistic": lowest,
        "ratio_to_iminuit": round(fit_s / minuit_s, 3),
    }


def campaign(n_groups: int) -> tuple[FitRequest, tuple[Spectrum, ...]]:
    """Give observations of a nova that becomes hotter, 2 ks each, and the fit from its defaults."""
    from nuwidgets.science.swift_response import response

    rng, swift, expression = np.random.default_rng(8), response(1.0, 0.0), Expression.parse(THERMAL)
    above, n = [], len(swift.channel)
    for share in np.linspace(0, 1, n_groups):
        values = np.array(OUTBURST) * [1, 0.8 + 0.4 * share, 1, 1, 1.5 - share]
        predicted = swift.matrix @ expression.evaluate(swift.energy_edges_kev, values) * 2e3
        counts, one = rng.poisson(predicted).astype(float), np.ones(n)
        starts = np.concatenate([[True], counts[:-1] > 0])
        above.append(
            Spectrum(
                swift.channel,
                counts,
                2e3,
                one.copy(),
                one.copy(),
                np.zeros(n, int),
                np.where(starts, 1, -1),
                n_channels=n,
                response=swift,
                name="made up",
            )
        )
    parameters = tuple(
        replace(p, link="" if p.name != "nH" else p.link) for p in expression.parameters(n_groups)
    )
    files = tuple(FileSpectrumRequest(f"{number}.pha") for number in range(n_groups))
    asked = FitRequest(files, THERMAL, parameters, "cstat", ("**-0.3 7.0-**",))
    return asked, tuple(above)


def by_minuit(request: FitRequest, above: tuple[Spectrum, ...]) -> tuple[float, float]:
    """Give how long MIGRAD alone takes for the same statistic from the same start, and its end."""
    from iminuit import Minuit

    with opened(request, above, Silent()) as problem:
        began = time.process_time()
        start = renormed(problem, problem.start)
        minuit = Minuit(
            lambda x: problem.statistic(np.where(np.isnan(x), start, x)),
            start,
            grad=lambda x: problem.slopes(np.where(np.isnan(x), start, x)).gradient,
        )
        minuit.errordef = Minuit.LEAST_SQUARES
        minuit.limits = np.transpose([problem.lo, np.minimum(problem.hi, 1e10)])
        minuit.migrad()
        return time.process_time() - began, float(minuit.fval)


def median_ms(once: Callable[[int], Any], repeats: int) -> float:
    """Give the median of some calls, ms."""
    times = []
    for turn in range(repeats):
        began = time.perf_counter()
        once(turn)
        times.append((time.perf_counter() - began) * 1e3)
    return round(statistics.median(times), 3)


def made_up() -> tuple[FitRequest, Spectrum]:
    """Give a spectrum on NuSTAR's grid, 4096 channels of 40 eV, every one a bin."""
    from scipy import sparse

    n, edges = 4096, 1.6 + 0.04 * np.arange(4097)
    weights = np.exp(-0.5 * (np.arange(-15, 16) / 4.0) ** 2)
    bands = [np.full(n, 400.0 * w / weights.sum()) for w in weights]
    matrix = sparse.csr_array(sparse.diags_array(bands, offsets=range(-15, 16), shape=(n, n)))
    response = Response(
        edges, matrix, np.arange(n), edges[:-1].copy(), edges[1:].copy(), np.full(n, 400.0)
    )
    photons = Expression.parse(MODEL).evaluate(edges, (1.0, 1.8, 0.01))
    counts = np.random.default_rng(1).poisson(matrix @ photons * 3e4).astype(float)
    one = np.ones(n)
    spectrum = Spectrum(
        np.arange(n), counts, 3e4, one.copy(), one.copy(), np.zeros(n, int), np.ones(n, int),
        n_channels=n, response=response, name="made up",
    )  # fmt: skip
    return asked(MODEL, FileSpectrumRequest("made_up.pha"), "cstat", ()), spectrum


if __name__ == "__main__":
    main()
