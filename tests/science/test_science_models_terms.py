"""Expressions taken apart: what the additive components add, and how they are called."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.science.models.evaluate import Evaluator
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.terms import labels, terms

EDGES = np.geomspace(1.0, 20.0, 201)


def apart(text, **changes):
    expression = Expression.parse(text)
    values = np.array([p.value for p in expression.parameters()])
    for number, value in changes.items():
        values[int(number.removeprefix("p")) - 1] = value
    evaluator = Evaluator(expression, EDGES)
    return evaluator(values), terms(evaluator, values), labels(expression)


@pytest.mark.parametrize(
    "text",
    [
        "powerlaw",
        "tbabs*(powerlaw + gaussian)",
        "tbabs*powerlaw + gaussian",
        "constant*tbabs*(powerlaw + edge*(bbody + gaussian)) + bbody",
        "(tbabs + constant)*(powerlaw + bbody)",
        "(partcov*tbabs)*(powerlaw + bbody)",
        "partcov(tbabs)*(powerlaw + bbody)",
        "tbabs*gsmooth(powerlaw + gaussian)",
        "tbabs*cflux(powerlaw + bbody)",
        "cflux*powerlaw + gaussian",
        "zashift(tbabs*(powerlaw + bbody))",
    ],
)
def test_the_parts_add_up_to_the_whole(text):
    whole, parts, named = apart(text)
    assert np.sum(list(parts.values()), axis=0) == pytest.approx(whole, rel=1e-9, abs=1e-300)
    assert list(parts) == list(named)


def test_each_part_has_what_multiplies_it():
    whole, parts, _ = apart("tbabs*powerlaw + gaussian")
    alone = apart("tbabs*powerlaw")[0]
    assert parts[1] == pytest.approx(alone)
    assert parts[2] == pytest.approx(whole - alone, abs=1e-12)


def test_a_flux_is_shared_out():
    _, parts, _ = apart("cflux(powerlaw + bbody)")
    total = np.sum(list(parts.values()), axis=0)
    share = apart("powerlaw")[0] / (apart("powerlaw")[0] + apart("bbody")[0])
    assert parts[1] == pytest.approx(total * share)


def test_names_are_numbered_where_two_share_them():
    named = labels(Expression.parse("tbabs*(powerlaw + gaussian + gaussian)"))
    assert named == {1: "powerlaw", 2: "gaussian", 3: "gaussian_4"}
