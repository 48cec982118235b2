"""Formulas that tie parameters to others."""

import math
from dataclasses import replace

import pytest

from nuwidgets.errors import InputError
from nuwidgets.science.models import parameters as pars
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.links import parse_link
from nuwidgets.science.models.resolved import Resolved, values

TWO = Expression.parse("constant*powerlaw").parameters(2)


@pytest.mark.parametrize(
    ("text", "canonical", "value"),
    [
        ("3", "p3", 3.0),
        ("= p3", "p3", 3.0),
        ("=2*p3+.1", "2*p3 + 0.1", 6.1),
        ("p2 ^ 2 - p3**2", "p2^2 - p3^2", -5.0),
        ("-p1/(p2 + 3)", "-p1/(p2 + 3)", -0.2),
        ("sqrt(p3 + 1)", "sqrt(p3 + 1)", 2.0),
        ("log(100*p1)", "log(100*p1)", 2.0),
        ("ln(exp(p2))", "ln(exp(p2))", 2.0),
        ("max(p1, p2, 1.5)", "max(p1, p2, 1.5)", 2.0),
    ],
)
def test_formulas(text, canonical, value):
    link = parse_link(text)
    assert link.text == canonical
    assert parse_link(link.text) == link
    assert link.value({1: 1.0, 2: 2.0, 3: 3.0}) == pytest.approx(value)


def test_a_plain_tie_is_told_from_a_formula():
    assert parse_link("p7").tied_to == 7
    assert parse_link("1*p7").tied_to is None
    assert parse_link("p2*p7 + p2").numbers == (2, 7)
    assert parse_link("2*p3 + p12").renumbered({3: 12, 12: 3}).text == "2*p12 + p3"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("p1 +" + " p1 +" * 200, "it is too long"),
        ("2*", "it is no formula"),
        ("2 * 3", "it names no parameter"),
        ("q1", "'q1' is no parameter"),
        ("p1 // 2", "other than"),
        ("__import__('os')", "no function is called '__import__'"),
        ("p1.real", "something else"),
        ("'p1' * p2", "something else"),
        ("exp(p1, p2)", "exp takes one value"),
        ("[p1][0]", "something else"),
    ],
)
def test_what_is_no_formula_is_refused(text, why):
    with pytest.raises(InputError, match="Cannot link a parameter") as refused:
        parse_link(text)
    assert why in str(refused.value)


def test_no_value_is_nan():
    assert math.isnan(parse_link("1/p1").value({1: 0.0}))
    assert math.isnan(parse_link("sqrt(p1)").value({1: -1.0}))
    assert math.isnan(parse_link("p1^0.5").value({1: -1.0}))


def test_formulas_of_formulas():
    linked = pars.link(TWO, "2:norm", "1.1*norm")
    linked = pars.link(linked, "2:PhoIndex", "2:norm + 0.5")
    linked = pars.set_values(linked, "norm=2")
    assert [p.link for p in linked] == ["", "", "", "", "p6 + 0.5", "1.1*p3"]
    assert values(linked) == pytest.approx((1, 1, 2, 1, 2.7, 2.2))
    assert Resolved(linked).moved_by(3) == {3, 5, 6}
    assert Resolved(linked).moved_by(2) == {2}
    assert not linked[5].free


def test_a_tie_to_a_formula_follows_it():
    linked = pars.link(TWO, "2:PhoIndex", "PhoIndex + 1")
    linked = pars.link(linked, "2:factor", "2:PhoIndex")
    assert values(linked)[3] == 2.0
    assert Resolved(linked).moved_by(2) == {2, 4, 5}


def test_a_formula_that_leads_back_is_refused():
    linked = pars.link(TWO, "2:norm", "2*norm")
    with pytest.raises(InputError, match="the links lead back to it"):
        pars.link(linked, "norm", "p6 + 1")
    with pytest.raises(InputError, match="number 99, which does not exist"):
        values((*TWO[:-1], replace(TWO[-1], link="2*p99")))
    with pytest.raises(InputError, match="No parameter is called 'Gamma'"):
        pars.link(TWO, "2:norm", "2*Gamma")


def test_untying_keeps_the_value_of_the_formula():
    linked = pars.link(TWO, "2:norm", "3*norm + 1")
    free = pars.untie(linked, "2:norm")
    assert (free[5].link, free[5].value) == ("", 4.0)
