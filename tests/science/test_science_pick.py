"""Parts of models: one component with all that acts on it, all but one, and without absorbers."""

from __future__ import annotations

import doctest

import numpy as np
import pytest

from nuwidgets.errors import InputError
from nuwidgets.science.models import pick
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.pick import (
    alone,
    component_index,
    spans,
    unabsorbed,
    whole,
    without,
)

EDGES_KEV = np.geomspace(0.5, 12.0, 200)


def parsed(text):
    return Expression.parse(text)


def defaults(expression):
    values = np.array([p.value for p in expression.parameters()])
    return values * np.where(values == 1.0, 1.3, 1.0)


def shown(part, values):
    return part.expression.evaluate(EDGES_KEV, part.values(values))


SUMS = [
    "tbabs(powerlaw + gaussian)",
    "constant*tbabs*(powerlaw + highecut*bbody + phabs(gaussian + bremss))",
    "gsmooth(powerlaw + tbabs*gaussian)*constant",
    "(constant + tbabs)*(powerlaw + gaussian)",
]


@pytest.mark.parametrize("text", SUMS)
def test_the_components_add_up_to_the_whole(text):
    expression = parsed(text)
    values = defaults(expression)
    additive = [i for i, one in enumerate(expression.components) if one.kind == "add"]
    total = sum(shown(alone(expression, i), values) for i in additive)
    assert total == pytest.approx(expression.evaluate(EDGES_KEV, values), rel=1e-10)
    for i in additive:
        rest = shown(without(expression, i), values)
        assert rest + shown(alone(expression, i), values) == pytest.approx(total, rel=1e-10)


@pytest.mark.parametrize(
    ("text", "index", "part"),
    [
        ("tbabs(po+ga)", 1, "TBabs*powerlaw"),
        ("const*tbabs*(po+cflux*ga+phabs(bb+ga))", 4, "constant*TBabs*cflux*gaussian"),
        ("const*tbabs*(po+cflux*ga+phabs(bb+ga))", 7, "constant*TBabs*phabs*gaussian"),
        ("gsmooth(po+tbabs*ga)*tbabs", 3, "gsmooth*TBabs*gaussian"),
    ],
)
def test_what_acts_on_a_component_stays_with_it(text, index, part):
    picked = alone(parsed(text), index)
    for name in part.split("*"):
        assert name in picked.expression.text
    assert picked.expression.text.count("+") == 0


def test_parameters_of_a_part_are_found_among_those_of_the_whole():
    expression = parsed("tbabs(po+ga)")
    part = alone(expression, 2)
    assert part.index == (0, 3, 4, 5)
    assert part.values(np.arange(6.0)).tolist() == [0, 3, 4, 5]
    assert spans(expression) == [(0, 1), (1, 3), (3, 6)]


def test_absorbers_and_edges_are_taken_away_and_nothing_else():
    expression = parsed("constant*tbabs*pcfabs*edge*highecut*powerlaw")
    part = unabsorbed(whole(expression))
    values = defaults(expression)
    bare = parsed("constant*highecut*powerlaw")
    left = [values[i] for at in (0, 4, 5) for i in range(*spans(expression)[at])]
    assert part.absorbers == ("TBabs", "pcfabs", "edge")
    assert shown(part, values) == pytest.approx(bare.evaluate(EDGES_KEV, left), rel=1e-12)


def test_a_model_without_absorbers_is_as_it_was():
    part = unabsorbed(whole(parsed("constant*powerlaw")))
    assert (part.absorbers, part.depths) == ((), ())


def test_a_convolution_that_scales_one_component_alone_is_kept():
    expression = parsed("tbabs(cflux*powerlaw + gaussian)")
    values = defaults(expression)
    total = expression.evaluate(EDGES_KEV, values)
    parts = (alone(expression, i) for i in (2, 3))
    assert sum(shown(part, values) for part in parts) == pytest.approx(total, rel=1e-12)


def test_parts_of_what_is_scaled_to_one_flux_are_refused():
    with pytest.raises(InputError, match="Cannot take parts of what cflux acts on"):
        alone(parsed("tbabs*cflux(powerlaw + gaussian)"), 2)


def test_a_factor_is_no_component_by_itself():
    with pytest.raises(InputError, match=r"TBabs.*gives no photons.*powerlaw_2 or gaussian_3"):
        alone(parsed("tbabs(powerlaw + gaussian)"), 0)


def test_the_only_component_leaves_nothing():
    with pytest.raises(InputError, match=r"no other additive component. Add a continuum"):
        without(parsed("tbabs*powerlaw"), 1)


@pytest.mark.parametrize(
    ("name", "index"), [("3", 2), ("gaussian_3", 2), ("GAUSSIAN_4", 3), (" powerlaw ", 1)]
)
def test_components_are_called_by_number_and_name(name, index):
    assert component_index(parsed("tbabs(powerlaw + gaussian + gaussian)"), name) == index


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gaussian", "means several components: write gaussian_3 or gaussian_4"),
        ("9", "There is no component number 9 .*: they run from 1 to 4"),
        ("gausian_3", "No component .* is 'gausian_3'. Did you mean 'gaussian'"),
    ],
)
def test_a_component_that_is_not_there_is_refused(name, words):
    with pytest.raises(InputError, match=words):
        component_index(parsed("tbabs(powerlaw + gaussian + gaussian)"), name)


def test_the_examples_hold():
    assert doctest.testmod(pick).failed == 0
