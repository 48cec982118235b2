"""Parameters against time: when, of what, with which errors and limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.evolution import Evolution
from nuwidgets.domain.evolution_rows import span_mjd
from nuwidgets.domain.fit import Errors, FitRequest, FitResult, Flux, Interval
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.model import Parameter
from nuwidgets.domain.series import Series, SeriesPoint, SeriesRequest
from nuwidgets.domain.spectrum import FileSpectrumRequest, Spectrum
from nuwidgets.errors import InputError

DAY_S = 86400.0
TT = Pointing("SWIFT", "XRT", "00032", mjdref_days=55000.0, timesys="TT")
FINE, UPPER, LOWER, NONE = "FFFFFFFFF", "FFFTFFFFF", "FFFFFFFTF", "FFFTTFFFF"


def parameter(number, name="kT", value=1.0, **changes):
    known = {
        "component": "bbodyrad", "component_number": 2, "unit": "keV", "frozen": False,
        "hard_lo": 0.0, "soft_lo": 0.1, "soft_hi": 9.0, "hard_hi": 10.0, "delta": 0.01,
    }  # fmt: skip
    return Parameter(number=number, name=name, value=value, **{**known, **changes})


def result(*parameters, sigma=None, request=None):
    sigma = sigma or tuple(0.1 if p.free else math.nan for p in parameters)
    covariance = np.eye(sum(p.free for p in parameters))
    return FitResult(parameters, sigma, covariance, 50.0, 48, 50, True, request=request)


def gti(day):
    return Gti(((day * DAY_S, day * DAY_S + 1000), ((day + 0.5) * DAY_S, (day + 1) * DAY_S)))


def point(name, day, flags=FINE, **changes):
    fit = result(parameter(1, value=1.5), parameter(2, "norm", 20.0, unit="", frozen=True))
    known = {"fit": fit, "intervals": (Interval(1, 1.3, 1.8, flags),)}
    return SeriesPoint(
        name, FitRequest((), "", ()), TT, gti(day), 900.0, flux_erg_per_cm2_s=2e-12,
        flux_interval=(1e-12, 3e-12), **{**known, **changes},
    )  # fmt: skip


def series(*points, delta=2.706):
    asked = SeriesRequest(FitRequest((), "bbodyrad", ()), (), Band(0.3, 10), delta=delta)
    return Series(points, asked)


def test_of_fits_one_by_one_in_the_order_of_time():
    broken = SeriesPoint("c", FitRequest((), "", ()), why="no counts")
    found = Evolution.of_series(series(point("b", 20), broken, point("a", 10)))
    assert (found.names, found.missing) == (("a", "b"), (("c", "no counts"),))
    assert found.parameters == ("bbodyrad.kT", "bbodyrad.norm", "flux")
    assert found.changing == ("bbodyrad.kT", "flux")
    track = found.of("bbodyrad.kT")
    assert track.middle_mjd.tolist() == [55010.5, 55020.5]
    assert track.half_mjd.tolist() == [0.5, 0.5]
    assert (track.value[0], track.lo[0], track.hi[0], track.unit) == (1.5, 1.3, 1.8, "keV")
    assert (found.kind, found.delta) == ("series", 2.706)
    flux = found.of("flux")
    assert (flux.value[0], flux.lo[0], flux.hi[0]) == (2e-12, 1e-12, 3e-12)
    assert repr(found) == "<Evolution: 3 parameters of 2 observations>"
    assert not track.value.flags.writeable


def test_without_intervals_the_error_is_one_sigma():
    found = Evolution.of_series(series(point("a", 10, intervals=()), delta=0.0))
    track = found.of("bbodyrad.kT")
    assert (track.lo[0], track.hi[0]) == pytest.approx((1.4, 1.6))
    assert math.isnan(found.delta)


@pytest.mark.parametrize(
    ("flags", "bound"), [(FINE, "both"), (UPPER, "upper"), (LOWER, "lower"), (NONE, "")]
)
def test_ends_that_were_not_found_make_limits(flags, bound):
    found = Evolution.of_series(series(point("a", 10, flags)))
    track = found.of("bbodyrad.kT")
    assert track.rows[0].bound == bound
    assert (track.upper[0], track.lower[0]) == (bound == "upper", bound == "lower")
    assert bool(track.rows[0].problems) == ("T" in flags)


def test_what_is_frozen_has_no_error_and_does_not_move():
    track = Evolution.of_series(series(point("a", 10))).of("bbodyrad.norm")
    assert (track.rows[0].status, track.moved[0]) == ("frozen", False)
    assert np.isnan(track.lo[0])


def test_what_rests_at_its_limit_is_said():
    fit = result(parameter(1, value=10.0), sigma=(math.nan,))
    row = Evolution.of_series(series(point("a", 10, fit=fit, intervals=()))).rows[0]
    assert row.status == "at its limit"


def test_a_component_that_comes_twice_has_its_place():
    fit = result(parameter(1), parameter(2, component_number=3))
    found = Evolution.of_series(series(point("a", 10, fit=fit, intervals=())))
    assert found.parameters[:2] == ("bbodyrad_2.kT", "bbodyrad_3.kT")


def spectrum(name, day):
    one = np.ones(1)
    return Spectrum(
        np.zeros(1), one, 500.0, one, one, np.zeros(1), one, name=name, pointing=TT, gti=gti(day)
    )


def joint():
    nh = {"component": "TBabs", "component_number": 1, "unit": "10^22"}
    parameters = (
        parameter(1, "nH", 0.3, **nh),
        parameter(2, value=1.1),
        parameter(3, "nH", 0.3, group=2, link="p1", **nh),
        parameter(4, value=2.2, group=2),
    )
    files = (FileSpectrumRequest("a.pha"), FileSpectrumRequest("b.pha"))
    return result(*parameters, request=FitRequest(files, "tbabs*bbodyrad", parameters))


def test_of_the_groups_of_one_fit():
    intervals = (Interval(1, 0.2, 0.5), Interval(4, 2.0, 2.5))
    spectra = (spectrum("a", 10), spectrum("b", 5))
    flux = Flux((1.0, 2.0), (1e-12, 2e-12))
    found = Evolution.of_joint(joint(), Errors(intervals, 1.0), spectra=spectra, flux=flux)
    assert (found.kind, found.names, found.delta) == ("joint", ("b", "a"), 1.0)
    tied = found.of("TBabs.nH")
    assert [row.status for row in tied.rows] == ["tied", "free"]
    assert (tied.lo.tolist(), tied.moved.tolist()) == ([0.2, 0.2], [False, True])
    assert found.of("bbodyrad.kT").value.tolist() == [2.2, 1.1]
    assert found.of("flux").value.tolist() == [2e-12, 1e-12]
    assert found.changing == ("TBabs.nH", "bbodyrad.kT", "flux")


def test_a_formula_has_a_value_and_no_error():
    parameters = (parameter(1), parameter(2, "norm", 2.0, link="2*p1"))
    row = Evolution.of_series(series(point("a", 10, fit=result(*parameters), intervals=()))).rows[1]
    assert (row.status, row.value, math.isnan(row.sigma)) == ("tied", 2.0, True)


def test_as_a_table_with_units():
    table = Evolution.of_series(series(point("a", 10))).table()
    assert str(table["middle_mjd"].unit) == "d"
    assert table["value"].tolist() == [1.5, 20.0, 2e-12]
    assert table.meta["kind"] == "series"
    assert Evolution().table()["value"].dtype == float


def test_days_since_an_event():
    found = Evolution.of_series(series(point("a", 10))).shifted(55000.0)
    assert found.of("flux").middle_mjd.tolist() == [10.5]


def test_a_name_that_is_not_there_is_said():
    with pytest.raises(InputError, match="No parameter 'kT' was fitted"):
        Evolution.of_series(series(point("a", 10))).of("kT")


def test_spectra_that_do_not_belong_to_the_fit_are_refused():
    with pytest.raises(InputError, match="the fit spans 2 spectra, but 1 spectra and 1 names"):
        Evolution.of_joint(joint(), spectra=(spectrum("a", 1),))


def test_times_from_the_header_and_in_utc():
    header = Pointing(tstart_s=0.0, tstop_s=DAY_S, mjdref_days=55000.0, timesys="UTC")
    start, stop = span_mjd(header, None)
    assert (start - 55000) * DAY_S == pytest.approx(66.184, abs=1e-3)  # TT - UTC in 2009
    assert stop - start == pytest.approx(1.0)
    assert all(map(math.isnan, span_mjd(Pointing(), None)))
