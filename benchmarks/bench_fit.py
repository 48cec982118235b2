"""How fast curves, fits and errors are, beside XSPEC's own times; prints JSON medians in ms.

Uses the real spectra of ../shared where it is there, else one that is made up here.
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

from nuwidgets.domain.fit import CurveRequest, ErrorsRequest, FitRequest
from nuwidgets.domain.response import Response
from nuwidgets.domain.spectrum import FileSpectrumRequest, Spectrum
from nuwidgets.engines.embedded.curve import solve_curve
from nuwidgets.engines.embedded.errors import solve_errors
from nuwidgets.engines.embedded.fit import solve_fit
from nuwidgets.files.spectrum_set import load_spectrum
from nuwidgets.science.models.expression import Expression

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(__file__).resolve().parents[2] / "shared"
SETS, INPUTS = SHARED / "data" / "fit_sets", SHARED / "reference" / "inputs"
VELA = SHARED / "data" / "nustar_spectra" / "vela_x1_90402339002_A"
PN = SETS / "xmm_ngc7793_ulx4_pn"
MODEL = "tbabs*powerlaw"
CASES = {
    "3c273_chi": ((SETS / "chandra_3c273" / "3c273.pi",), "chi", ("**-0.5 7.0-**",)),
    "ngc7793pn_cstat": ((PN / "PN_spectrum_grp20.fits",), "cstat", ("bad", "**-0.3 10.0-**")),
    "ngc7793pn_ungrouped_cstat": (
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
"""XSPEC's figures for the last are of tbabs*highecut*powerlaw, ours of tbabs*powerlaw."""


class Silent:
    """A token that nobody pulls."""

    def check(self) -> None:
        """Go on."""

    def report(self, *_: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Measure and print."""
    results: dict[str, Any] = {"nustar_4096_channels_made_up": measure(*made_up())}
    if SHARED.is_dir():
        theirs = json.loads((SHARED / "reference" / "timings.json").read_text())["data"]
        for name, (paths, statistic, ignore) in CASES.items():
            file = FileSpectrumRequest(*map(str, paths))
            request = asked(file, statistic, ignore)
            results[name] = {"nuwidgets": measure(request, load_spectrum(file))}
            results[name]["xspec"] = xspec(theirs[name])
    json.dump(results, sys.stdout, indent=2)


def asked(file: FileSpectrumRequest, statistic: str, ignore: tuple[str, ...]) -> FitRequest:
    """Give the fit from default values."""
    return FitRequest((file,), MODEL, Expression.parse(MODEL).parameters(), statistic, ignore)


def measure(request: FitRequest, spectrum: Spectrum) -> dict[str, Any]:
    """Time a slider, a fit from the defaults, and all 90 % errors."""
    token, above = Silent(), (spectrum,)
    fit = solve_fit(request, above, token)
    best = replace(request, parameters=fit.parameters)

    def slide(number: int) -> Callable[[int], Any]:
        def once(turn: int) -> Any:
            moved = list(best.parameters)
            moved[number] = replace(moved[number], value=moved[number].value * (1 + 1e-3 * turn))
            return solve_curve(CurveRequest(replace(best, parameters=tuple(moved))), above, token)

        return once

    return {
        "bins": fit.n_bins,
        "statistic": fit.statistic,
        "slider_nH_ms": median_ms(slide(0), 100),
        "slider_PhoIndex_ms": median_ms(slide(1), 100),
        "slider_norm_ms": median_ms(slide(2), 100),
        "fit_from_defaults_ms": median_ms(lambda _: solve_fit(request, above, token), 7),
        "errors_2.706_ms": median_ms(lambda _: solve_errors(ErrorsRequest(best), above, token), 5),
    }


def median_ms(once: Callable[[int], Any], repeats: int) -> float:
    """Give the median of some calls, ms."""
    times = []
    for turn in range(repeats):
        began = time.perf_counter()
        once(turn)
        times.append((time.perf_counter() - began) * 1e3)
    return round(statistics.median(times), 3)


def xspec(record: dict[str, Any]) -> dict[str, float]:
    """XSPEC's times for the same, ms."""
    return {
        "slider_nH_ms": record["set_nH_then_statistic"]["median_ms"],
        "slider_PhoIndex_ms": record["set_PhoIndex_then_statistic"]["median_ms"],
        "slider_norm_ms": record["set_norm_then_statistic"]["median_ms"],
        "fit_from_defaults_ms": record["Fit.perform_from_default_1_1_1_renorm_prefit"]["median_ms"],
        "errors_2.706_ms": record["Fit.error_2.706_all"]["median_ms"],
    }


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
    return asked(FileSpectrumRequest("made_up.pha"), "cstat", ()), spectrum


if __name__ == "__main__":
    main()
