"""Errors and fluxes against XSPEC 12.9.1 (shared/reference/fits.json) on real spectra."""

from __future__ import annotations

import pytest
from fit_toys import Token
from xspec_fits import (
    AT_THE_LIMIT,
    NON_MONOTONIC,
    NOT_COMPARED,
    STATISTIC,
    UNFLAGGED,
    WIDTHS,
    at_best,
    references,
    request_of,
)

from nuwidgets.domain.band import Band
from nuwidgets.domain.fit import ErrorsRequest, FluxRequest
from nuwidgets.engines.embedded.errors import solve_errors
from nuwidgets.engines.embedded.flux import solve_flux


@pytest.fixture(params=STATISTIC)
def case(request, shared_data, shared_reference):
    """XSPEC's record, our request from the same start values, and the spectra."""
    record = references(shared_reference / "fits.json")[request.param]
    return record, *request_of(record, shared_data.parent)


@pytest.mark.parametrize("delta", ["2.706", "1"])
def test_errors(case, delta):
    record, asked, spectra = case
    asked = at_best(record, asked)
    share = WIDTHS.get(record["label"], 0.03)
    found = solve_errors(ErrorsRequest(asked, float(delta)), spectra, Token())
    for one in found.intervals:
        if (record["label"], one.number) in NOT_COMPARED:
            continue
        best = asked.parameters[one.number - 1].value
        lo, hi, flags = record["errors"][delta][str(one.number)]["error"]
        for side, mine, theirs in (("lo", one.lo, lo), ("hi", one.hi, hi)):
            width = abs(theirs - best)
            if (record["label"], one.number, delta, side) in NON_MONOTONIC:
                continue
            if record["label"] in AT_THE_LIMIT and (one.number, side) == (2, "lo"):
                assert width * (1 - share / 6) < best - mine < 1.15 * width
                continue
            assert mine == pytest.approx(theirs, abs=share * width)
        if flags[1] == "F" and record["label"] not in UNFLAGGED:
            assert one.flags[:8] == flags[:8]


def test_errors_at_a_limit_are_those_of_xspec_with_migrad(shared_data, shared_reference):
    record = references(shared_reference / "fits.json")["3c273poisson_tbabs_pow_chi_migrad"]
    asked, spectra = request_of(record, shared_data.parent)
    for delta, ends in record["errors"].items():
        found = solve_errors(ErrorsRequest(asked, float(delta)), spectra, Token())
        for one in found.intervals:
            lo, hi, _ = ends[str(one.number)]["error"]
            assert (one.lo, one.hi) == pytest.approx((lo, hi), rel=1e-3, abs=1e-9)


def test_fluxes(case):
    record, asked, spectra = case
    asked = at_best(record, asked)
    for one in record["fluxes"]:
        band = Band(one["emin"], one["emax"])
        flux = solve_flux(FluxRequest(asked, band), spectra, Token())
        index = one.get("spectrum", 1) - 1
        assert flux.erg_per_cm2_s[index] == pytest.approx(one["flux"][0], rel=1e-4)
        assert flux.photons_per_cm2_s[index] == pytest.approx(one["flux"][3], rel=1e-4)
