"""Statistics and test statistics at fixed parameters against XSPEC 12.9.1 (folding.json)."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from fit_toys import Token
from xspec_fits import VELA, as_xspec_reads

from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.fit import TEST_STATISTICS, FitRequest
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.engines.embedded import compare
from nuwidgets.engines.embedded.curve import solve_curve
from nuwidgets.engines.embedded.problem import opened
from nuwidgets.files.spectrum_set import load_spectrum
from nuwidgets.science.models.expression import Expression

SETS, INPUTS = "data/fit_sets", "reference/inputs"
FILES = {
    "exosat": (f"{SETS}/exosat_s54405/s54405.pha",),
    "3c273": (f"{SETS}/chandra_3c273/3c273.pi",),
    "3c273poisson": (
        f"{INPUTS}/3c273_poisson.pi",
        f"{INPUTS}/3c273_poisson_bg.pi",
        f"{SETS}/chandra_3c273/3c273.rmf",
        f"{SETS}/chandra_3c273/3c273.arf",
    ),
    "ngc7793pn": (f"{SETS}/xmm_ngc7793_ulx4_pn/PN_spectrum_grp20.fits",),
    "cxo179": (f"{SETS}/chandra_cdfs_179/179.pi",),
    "ginga_losum": (f"{SETS}/ginga_lac/losum.pha",),
    "nustarA_synth": (
        f"{INPUTS}/nuA_grp30.pha",
        f"{VELA}/nu90402339002A01_bk.pha",
        f"{INPUTS}/synthetic_nustar.rmf",
        f"{VELA}/nu90402339002A01_sr.arf",
    ),
}


@cache
def loaded(shared, name):
    file = FileSpectrumRequest(*(str(shared / one) for one in FILES[name]))
    return file, load_spectrum(file)


@pytest.fixture(params=FILES)
def case(request, shared_data, shared_reference):
    """XSPEC's record, our request at the same parameters, and the spectrum."""
    record = json.loads((shared_reference / "folding.json").read_text())["data"][request.param]
    file, spectrum = loaded(shared_data.parent, request.param)
    parameters = tuple(
        replace(p, value=value)
        for p, value in zip(
            Expression.parse(record["model"]).parameters(), record["pars"], strict=True
        )
    )
    asked = FitRequest((file,), record["model"], parameters, abundance=record["abund"])
    return record, asked, spectrum


@pytest.mark.parametrize("statistic", ["chi", "cstat", "pgstat"])
def test_statistics(case, statistic):
    record, asked, spectrum = case
    asked = replace(asked, statistic=statistic)
    if statistic == "pgstat" and spectrum.background is not None:
        spectrum = as_xspec_reads(spectrum)
    theirs = record[f"stat_{statistic}"]
    curve = solve_curve(CurveRequest(asked), (spectrum,), Token())
    assert curve.statistic == pytest.approx(theirs, rel=5e-5)
    with opened(asked, (spectrum,), Token()) as problem:
        # on XSPEC's own folded model, whose digits are ten
        (part,) = problem.statistics([np.array(record["folded_model"])])
    assert part.sum() == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize("name", TEST_STATISTICS)
def test_test_statistics(case, name):
    record, asked, spectrum = case
    asked, theirs = replace(asked, test_statistic=name), record[f"test_{name}"]
    curve = solve_curve(CurveRequest(asked), (spectrum,), Token())
    assert curve.test_statistic == pytest.approx(theirs, rel=1e-4)
    with opened(asked, (spectrum,), Token()) as problem:
        value, words = compare.test(asked, problem.data, [np.array(record["folded_model"])])
    assert value == pytest.approx(theirs, rel=1e-6)
    assert words.startswith("chi-squared (") if name == "chi" else words == TEST_STATISTICS[name]
