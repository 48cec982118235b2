"""Contours of real spectra: against refits without any step of ours, and against XSPEC's errors."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.core.job import Token
from nuwidgets.domain.contours import ContoursRequest
from nuwidgets.domain.fit import FitRequest
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.engines.embedded.contours import solve_contours
from nuwidgets.engines.embedded.fit import solve_fit
from nuwidgets.engines.embedded.problem import opened
from nuwidgets.errors import CancelledError, InputError
from nuwidgets.files.spectrum_set import load_spectrum
from nuwidgets.science.models.expression import Expression

FILES = {
    "exosat": "fit_sets/exosat_s54405/s54405.pha",
    "3c273": "fit_sets/chandra_3c273/3c273.pi",
    "pn": "fit_sets/xmm_ngc7793_ulx4_pn/PN_spectrum_grp20.fits",
}


def asked(shared_data, name, expression, start, *, ignore=(), statistic="chi", abundance="wilm"):
    file = FileSpectrumRequest(str(shared_data / FILES[name]))
    parameters = tuple(
        replace(p, value=value)
        for p, value in zip(Expression.parse(expression).parameters(), start, strict=True)
    )
    request = FitRequest((file,), expression, parameters, statistic, ignore, abundance)
    return request, (load_spectrum(file),)


@pytest.fixture
def exosat(shared_data):
    return asked(
        shared_data, "exosat", "phabs*powerlaw", (0.5, 2.2, 0.013), ignore=("bad",),
        abundance="angr",
    )  # fmt: skip


def test_a_grid_is_what_refits_give_in_closed_form(exosat):
    request, spectra = exosat
    axes = ("PhoIndex 2 2.5 6", "nH 0.1 1.1 5")
    found = solve_contours(ContoursRequest(request, axes), spectra, Token())
    assert found.rise.shape == (7, 6)
    with opened(request, spectra, Token()) as problem:
        data = problem.data[0]
        for i, index in enumerate(found.x):
            for j, column in enumerate(found.y):
                # chi-squared is a parabola in the norm: its minimum is known exactly
                shape = problem.rates(np.array([column, index, 1.0]))[0]
                weight = shape / data.variance
                norm = float(weight @ data.rate) / float(weight @ shape)
                chi = float(np.sum((data.rate - norm * shape) ** 2 / data.variance))
                assert found.rise[i, j] == pytest.approx(chi - found.statistic, abs=2e-4)
                assert found.refitted[:, i, j] == pytest.approx([column, index, norm], rel=1e-3)


@pytest.mark.parametrize(
    ("label", "name", "how"),
    [
        ("exosat_phabs_pow_chi_bad", "exosat", {"ignore": ("bad",), "abundance": "angr"}),
        (
            "ngc7793pn_tbabs_pow_cstat",
            "pn",
            {"ignore": ("bad", "**-0.3 10.0-**"), "statistic": "cstat"},
        ),
    ],
)
def test_profiles_cross_the_levels_at_the_ends_of_xspecs_errors(
    label, name, how, shared_data, shared_reference
):
    records = json.loads((shared_reference / "fits.json").read_text())["fits"]
    record = next(one for one in records if one["label"] == label)
    best = [p["value"] for p in record["best"]["params"]]
    request, spectra = asked(shared_data, name, record["expression"], best, **how)
    for delta, errors in record["errors"].items():
        for number, one in errors.items():
            lo, hi, flags = one["error"]
            assert flags == "FFFFFFFFF"
            room = (hi - lo) / 2
            axes = (f"{number} {max(lo - room, 0)} {hi + room} 16",)
            found = solve_contours(ContoursRequest(request, axes), spectra, Token())
            assert found.crossings(float(delta)) == pytest.approx([lo, hi], abs=0.03 * room)


def test_a_relative_and_a_logarithmic_axis(exosat):
    request, spectra = exosat
    found = solve_contours(
        ContoursRequest(request, ("PhoIndex delta 0.1 2", "log norm 0.008 0.02 3")),
        spectra, Token(),
    )  # fmt: skip
    assert found.x - found.best[0] == pytest.approx([-0.2, -0.1, 0, 0.1, 0.2], abs=1e-9)
    assert np.diff(np.log(found.y)) == pytest.approx(np.log(2.5) / 3)


def test_a_relative_axis_ends_at_the_limits(exosat):
    request, spectra = exosat
    found = solve_contours(ContoursRequest(request, ("nH delta 0.4 3",)), spectra, Token())
    assert len(found.x) == 5
    assert found.x[0] > 0


def test_it_starts_from_the_best_fit_and_gives_it_back(exosat):
    request, spectra = exosat
    away = replace(
        request, parameters=tuple(replace(p, value=p.value * 1.3) for p in request.parameters)
    )
    found = solve_contours(ContoursRequest(away, ("PhoIndex 2 2.5 4",)), spectra, Token())
    best = solve_fit(away, spectra, Token())
    assert found.statistic == pytest.approx(best.statistic, abs=1e-4)
    assert found.better_fit.statistic == found.statistic
    assert found.rise.min() > 0
    assert found.best[0] == pytest.approx(2.2539, abs=2e-3)  # XSPEC 12.9.1


def test_a_better_valley_met_on_the_way_becomes_the_fit(shared_data):
    request, spectra = asked(
        shared_data, "3c273", "tbabs*(bbody+powerlaw)", (0.05, 1.0, 1e-6, 1.7, 2e-4),
        ignore=("**-0.5 7.0-**",),
    )  # fmt: skip
    assert solve_fit(request, spectra, Token()).statistic == pytest.approx(33.1285, abs=1e-3)
    axes = ("log kT 0.05 3 20",)
    found = solve_contours(ContoursRequest(request, axes), spectra, Token())
    assert found.better_fit.statistic == pytest.approx(30.3122, abs=2e-3)  # XSPEC 12.9.1
    assert found.statistic == found.better_fit.statistic
    assert found.rise.min() > 0
    again = replace(request, parameters=found.better_fit.parameters)
    same = solve_contours(ContoursRequest(again, axes), spectra, Token())
    assert same.rise == pytest.approx(found.rise, abs=0.02)


def test_at_the_best_fit_there_is_no_better_one(exosat):
    request, spectra = exosat
    best = solve_fit(request, spectra, Token())
    at = replace(request, parameters=best.parameters)
    found = solve_contours(ContoursRequest(at, ("PhoIndex 2 2.5 4",)), spectra, Token())
    assert found.better_fit is None


def test_what_there_is_so_far_is_told(exosat):
    request, spectra = exosat
    heard = []
    axes = ("PhoIndex 1.5 3 20", "nH 0.1 1.1 20")
    found = solve_contours(ContoursRequest(request, axes), spectra, Token(heard.append))
    partial = [one.partial for one in heard if one.partial is not None]
    assert partial[0].n_done < found.n_done == 441
    assert partial[0].rise.shape == (21, 21)
    assert heard[-1].fraction == 1.0


def test_it_stops_when_asked(exosat):
    request, spectra = exosat
    token = Token(lambda progress: token.cancel() if progress.partial else None)
    with pytest.raises(CancelledError, match="Stopped on request"):
        solve_contours(ContoursRequest(request, ("PhoIndex 2 2.5 4",)), spectra, token)


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ((), "no parameter is stepped"),
        (("PhoInex 2 3",), "PhoIndex"),
        (("PhoIndex 2 11 4",), "must stay between its limits -3 and 10"),
        (("PhoIndex 2 3 4", "2 2 3 4"), "along both axes"),
    ],
)
def test_what_cannot_be_stepped_is_refused(exosat, axes, words):
    request, spectra = exosat
    with pytest.raises(InputError, match=words):
        solve_contours(ContoursRequest(request, axes), spectra, Token())


@pytest.mark.parametrize(
    ("change", "words"), [({"frozen": True}, "frozen"), ({"link": "p1"}, "p1")]
)
def test_a_parameter_that_is_not_free_is_not_stepped(exosat, change, words):
    request, spectra = exosat
    first, index, norm = request.parameters
    tied = replace(request, parameters=(first, replace(index, **change), norm))
    with pytest.raises(InputError, match=f"parameter 2.*{words}.*Thaw or untie"):
        solve_contours(ContoursRequest(tied, ("PhoIndex 2 3 4",)), spectra, Token())


def test_all_free_parameters_may_be_stepped(exosat):
    request, spectra = exosat
    column, index, norm = request.parameters
    held = replace(request, parameters=(replace(column, frozen=True), index, norm))
    axes = ("PhoIndex 2 2.5 2", "norm 0.012 0.014 2")
    found = solve_contours(ContoursRequest(held, axes), spectra, Token())
    assert np.isfinite(found.rise).all()
