"""Both engines asked for the same fit, and who answers what rests on a fit."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from fit_toys import Token as Counting
from fit_toys import predicted, request, spectrum
from xspec_standin import make_xspec, xspec_environ
from xspec_toys import fit_of, loaded, write_toy

from nuwidgets.core.job import Token
from nuwidgets.domain.band import Band
from nuwidgets.domain.contours import ContoursRequest
from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.events import EventsRequest
from nuwidgets.domain.fit import ErrorsRequest, FluxRequest
from nuwidgets.domain.fit_comparison import FitComparisonRequest
from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.engines.compare_fits import differences, solve_compare_fit
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.engines.fit_engines import FitEngines, engine_for, fit_in, only_xspec
from nuwidgets.errors import CancelledError, EngineMissingError, InputError
from nuwidgets.science.models import foreign
from nuwidgets.science.models.expression import _parse

EMBEDDED = EmbeddedEngine()
ABOVE = (spectrum(predicted("powerlaw", (1.7, 0.02)).round()),)


def asking(change=lambda product: product):
    """Give what asks the embedded engine for both, XSPEC's product changed."""

    def ask(engine, part):
        product = EMBEDDED.solve(part, ABOVE, Token())
        return change(product) if engine == "xspec" else product

    return ask


def start(**changes):
    return replace(request("powerlaw", p1=1.5, p2=0.01), **changes)


@pytest.fixture
def listed():
    limits = (1.0, 0.1, 0.1, 10.0, 20.0, 0.01)
    foreign.use_reader(lambda: (("slimbb", "add", (ParameterDefinition("kT", "", *limits),)),))
    yield
    foreign.use_reader(lambda: ())
    _parse.cache_clear()


def test_equal_fits_agree_in_words_and_numbers():
    asked = FitComparisonRequest(start(), errors=True, delta=1.0)
    found = solve_compare_fit(asked, Token(), asking())
    assert found.worst == 0
    assert found.statistic_difference == 0
    assert [d.label for d in found.differences] == ["powerlaw.PhoIndex", "powerlaw.norm"]
    assert [d.width_ratio for d in found.differences] == pytest.approx([1.0, 1.0])
    assert [text.split(":")[0] for text in found.summary] == [
        "Statistic", "Parameters", "Intervals",
    ]  # fmt: skip
    assert "both agree" in found.summary[0]
    assert "all agree within 0" in found.summary[1]
    assert len(found.table) == 2
    assert found.table["in_sigma"].tolist() == [0.0, 0.0]
    assert found.provenance.engine == "embedded and xspec"
    assert found.request == asked


def test_each_is_asked_by_its_name_and_for_errors_only_when_wanted():
    asked = []

    def ask(engine, part):
        asked.append((engine, type(part).__name__, fit_in(part).engine))
        return EMBEDDED.solve(part, ABOVE, Token())

    solve_compare_fit(FitComparisonRequest(start()), Token(), ask)
    assert asked == [("embedded", "FitRequest", ""), ("xspec", "FitRequest", "xspec")]
    asked.clear()
    solve_compare_fit(FitComparisonRequest(start(), errors=True), Token(), ask)
    assert [kind for _, kind, _ in asked] == ["FitRequest", "ErrorsRequest"] * 2


def test_differences_are_told_in_units_of_the_error():
    def other(product):
        if not hasattr(product, "statistic"):
            wide = (replace(i, lo=i.lo - (i.hi - i.lo), hi=i.hi) for i in product.intervals)
            return replace(product, intervals=tuple(wide))
        moved = replace(product.parameters[0], value=product.parameters[0].value + product.sigma[0])
        parameters = (moved, *product.parameters[1:])
        return replace(
            product, parameters=parameters, statistic=product.statistic - 2, dof=product.dof + 1
        )

    found = solve_compare_fit(FitComparisonRequest(start(), errors=True), Token(), asking(other))
    assert found.differences[0].in_sigma == pytest.approx(1.0)
    said = " ".join(found.summary)
    assert "XSPEC found a deeper minimum, by 2" in said
    assert "powerlaw.PhoIndex by +1 sigma" in said
    assert "they compare other data" in said
    assert "Intervals of other widths" in said
    assert "2.00" in said


def test_without_errors_nothing_is_measured():
    def blind(product):
        return replace(product, sigma=(math.nan,) * len(product.sigma))

    ours = EMBEDDED.solve(start(), ABOVE, Token())
    rows = differences(blind(ours), blind(ours))
    assert all(math.isnan(d.in_sigma) and math.isnan(d.width_ratio) for d in rows)
    found = solve_compare_fit(
        FitComparisonRequest(start()), Token(), lambda e, part: blind(asking()(e, part))
    )
    assert "neither engine has errors" in found.summary[1]


def test_what_xspec_alone_has_cannot_be_compared(listed):
    fit = start(expression="powerlaw + slimbb")
    with pytest.raises(InputError, match="slimbb can be computed by XSPEC only"):
        solve_compare_fit(FitComparisonRequest(fit), Token(), asking())


def test_it_stops_between_the_engines():
    with pytest.raises(CancelledError, match="stopped"):
        solve_compare_fit(FitComparisonRequest(start()), Counting(patience=1), asking())


def test_xspec_answers_what_it_is_chosen_for_and_the_hand_is_followed_here(listed):
    ours, theirs = start(), start(engine="xspec")
    flux = FluxRequest(theirs, Band(2, 10))
    for asked, engine in (
        (ours, "embedded"),
        (theirs, "xspec"),
        (ErrorsRequest(theirs), "xspec"),
        (ContoursRequest(theirs), "xspec"),
        (CurveRequest(theirs), "embedded"),
        (flux, "embedded"),
        (replace(flux, draws=100), "xspec"),
        (replace(flux, draws=100, unabsorbed=True), "embedded"),
        (CurveRequest(replace(theirs, expression="slimbb")), "xspec"),
        (CurveRequest(replace(ours, expression="slimbb")), "embedded"),
        (CurveRequest(replace(theirs, expression="")), "embedded"),
        (CurveRequest(replace(theirs, expression="nonsense(")), "embedded"),
        (EventsRequest("x.evt"), "embedded"),
    ):
        assert engine_for(asked) == engine, asked
    assert only_xspec("powerlaw + slimbb; 2:bkg slimbb") == ("slimbb",)


def test_the_engines_of_a_session_start_xspec_when_it_is_asked(tmp_path, monkeypatch):
    monkeypatch.delenv("HEADAS", raising=False)
    fits = FitEngines(lambda: EMBEDDED)
    assert fits.handles(start())
    assert not fits.handles(EventsRequest("x.evt"))
    assert fits.solve(start(), ABOVE, Token()).provenance.engine == "embedded"
    assert "HEADAS is not set" in fits.why_not()
    with pytest.raises(EngineMissingError, match="HEADAS is not set"):
        fits.solve(start(engine="xspec"), ABOVE, Token())
    assert fits.log_path == ""
    fits.stop()
    environ = xspec_environ(make_xspec(tmp_path))
    for name in ("HEADAS", "PYTHONPATH"):
        monkeypatch.setenv(name, environ[name])
    assert fits.why_not() == ""
    requests, above = loaded(write_toy(tmp_path / "spectra"))
    found = fits.solve(FitComparisonRequest(fit_of(requests)), above, Token())
    assert [one.provenance.engine for one in (found.embedded, found.xspec)] == ["embedded", "xspec"]
    assert found.worst < 1e-3
    assert found.provenance.log_path == fits.log_path != ""
    fits.stop()
