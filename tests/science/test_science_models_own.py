"""Functions of one's own as components: they fit in, and what is wrong with them is said."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.errors import InputError
from nuwidgets.science.models import own
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.evaluate import Evaluator
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.grid import Grid
from nuwidgets.science.models.powerlaws import powerlaw

EDGES = np.geomspace(1.0, 20.0, 60)


@pytest.fixture(autouse=True)
def nothing_stays():
    yield
    for name in list(own._OWN):
        own.forget(name)


def step(edges_kev: np.ndarray, edge: float, depth: float) -> np.ndarray:
    return np.where(edges_kev[:-1] >= edge, 1.0, 1.0 - depth)


STEP = (("edge", "keV", 5.0, 0.1, 100.0), ("depth", "", 0.5, 0.0, 0.1, 0.9, 1.0))


def test_a_function_becomes_a_component_and_stays_itself() -> None:
    made = own.model("mystep", kind="mul", parameters=STEP)(step)
    assert made is step
    expression = Expression.parse("mystep*powerlaw")
    assert expression.text == "mystep*powerlaw"
    edge, depth = expression.parameters()[:2]
    assert (edge.name, edge.unit, edge.value, edge.soft_hi, edge.delta) == (
        "edge", "keV", 5.0, 100.0, 0.05,
    )  # fmt: skip
    assert (depth.hard_lo, depth.soft_lo, depth.soft_hi, depth.hard_hi) == (0.0, 0.1, 0.9, 1.0)
    got = expression.evaluate(EDGES, [4.0, 0.25, 1.7, 1.0])
    expected = powerlaw(Grid(EDGES), 1.7) * np.where(EDGES[:-1] >= 4.0, 1.0, 0.75)
    np.testing.assert_allclose(got, expected)


def test_an_additive_one_has_a_norm() -> None:
    index = ParameterDefinition("index", "", 2.0, -3.0, -3.0, 9.0, 9.0, 0.02, frozen=True)

    @own.model("mypower", parameters=[index])
    def mypower(edges_kev: np.ndarray, index: float) -> np.ndarray:
        return powerlaw(Grid(edges_kev), index)

    expression = Expression.parse("mypower")
    assert [p.name for p in expression.parameters()] == ["index", "norm"]
    assert expression.parameters()[0].frozen
    got = expression.evaluate(EDGES, [1.7, 3.0])
    np.testing.assert_allclose(got, 3.0 * powerlaw(Grid(EDGES), 1.7))


def test_a_density_is_integrated_and_a_factor_averaged() -> None:
    own.model("mydensity", gives="density")(lambda energy: 2.0 * energy)
    own.model("myslope", kind="mul", gives="density")(lambda energy: energy)
    got = Expression.parse("mydensity").evaluate(EDGES, [1.0])
    np.testing.assert_allclose(got, np.diff(EDGES**2))
    got = Expression.parse("myslope").evaluate(EDGES, [])
    np.testing.assert_allclose(got, (EDGES[1:] + EDGES[:-1]) / 2)


def test_what_a_function_keeps_is_not_changed() -> None:
    kept = np.ones(EDGES.size - 1)
    own.model("mykept")(lambda _edges: kept)
    evaluator = Evaluator(Expression.parse("mykept"), EDGES)
    evaluator([2.0])[:] = 7.0
    kept[:] = 5.0
    np.testing.assert_array_equal(evaluator([1.0]), 1.0)


def test_a_function_cannot_change_the_grid() -> None:
    @own.model("myvandal")
    def myvandal(edges_kev: np.ndarray) -> np.ndarray:
        edges_kev[:] = 1.0
        return edges_kev[1:]

    grid = Grid(EDGES)
    component = COMPONENTS["myvandal"]
    component.compute(component.prepare(grid, "wilm", "vern"))
    np.testing.assert_array_equal(grid.edges_kev, EDGES)


def test_defining_again_replaces_at_once() -> None:
    own.model("myone", kind="mul")(lambda edges: np.full(edges.size - 1, 1.0))
    assert Expression.parse("myone").evaluate(EDGES, [])[0] == 1.0
    own.model("myone", kind="mul")(lambda edges: np.full(edges.size - 1, 2.0))
    assert Expression.parse("myone").evaluate(EDGES, [])[0] == 2.0


def test_a_forgotten_one_is_unknown() -> None:
    own.model("myone", kind="mul")(step)
    Expression.parse("myone")
    own.forget("myone")
    with pytest.raises(InputError, match="No component is called 'myone'"):
        Expression.parse("myone")
    with pytest.raises(InputError, match="No model of your own is called 'powerlaw'"):
        own.forget("powerlaw")


@pytest.mark.parametrize("name", ["powerlaw", "TBABS", "Constant"])
def test_names_of_built_in_components_are_taken(name: str) -> None:
    before = dict(COMPONENTS)
    with pytest.raises(InputError, match=r"is there already\. Choose another"):
        own.model(name)
    assert before == COMPONENTS


def test_a_name_that_differs_in_case_is_taken() -> None:
    own.model("mystep", kind="mul", parameters=STEP)(step)
    with pytest.raises(InputError, match="'mystep' is there already"):
        own.model("MyStep")


@pytest.mark.parametrize("name", ["", "2po", "my model", "a*b", "ünder"])
def test_what_cannot_be_read_is_no_name(name: str) -> None:
    with pytest.raises(InputError, match="a name is a letter"):
        own.model(name)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "con"}, r"kind='con'. Did you mean"),
        ({"gives": "bin"}, r"gives='bin'. Did you mean 'bins'"),
        ({"parameters": [("kT", "keV", 1.0)]}, "it is to be .name, unit, default, lowest, highest"),
        ({"parameters": [("kT", "keV", "hot", 0.0, 1.0)]}, "it is to be .name"),
        ({"parameters": [("kT", "keV", 1.0, 5.0, 2.0)]}, "do not rise"),
        ({"parameters": [("kT", "keV", 9.0, 1.0, 2.0)]}, "do not rise"),
        ({"parameters": [("kT", "keV", 1.0, float("nan"), 2.0)]}, "do not rise"),
        ({"parameters": [("a", "", 1.0, 0.0, 2.0)] * 2}, "do not all differ"),
        ({"parameters": [("Norm", "", 1.0, 0.0, 2.0)]}, "do not all differ"),
    ],
)
def test_definitions_that_contradict_themselves_are_refused(options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        own.model("mine", **options)
    assert "mine" not in COMPONENTS


@pytest.mark.parametrize(
    ("answer", "gives", "words"),
    [
        (np.ones(EDGES.size), "bins", r"its shape is \(60,\), not \(59,\): one value for each bin"),
        (np.ones(EDGES.size - 1), "density", r"not \(60,\): one value for each edge"),
        (1.0, "bins", r"its shape is \(\)"),
        (["a"] * 59, "bins", "It is to give an array of numbers"),
        (None, "bins", r"shape is \(\)"),
        (np.r_[np.nan, np.inf, np.ones(57)], "bins", "2 of 59 values are not finite"),
    ],
)
def test_answers_that_cannot_be_used_are_refused(answer, gives: str, words: str) -> None:
    own.model("mine", gives=gives)(lambda _edges: answer)
    with pytest.raises(InputError, match=words):
        Expression.parse("mine").evaluate(EDGES, [1.0])


def test_a_function_that_fails_is_named_with_its_error() -> None:
    def broken(_edges):
        raise ValueError("no such thing")

    own.model("mine")(broken)
    with pytest.raises(InputError, match=r"'mine' failed at \(\): ValueError: no such thing"):
        Expression.parse("mine").evaluate(EDGES, [1.0])


def test_an_error_of_ours_in_a_function_stays_as_it_is() -> None:
    def careful(_edges):
        raise InputError("Cannot go on. Give more.")

    own.model("mine")(careful)
    with pytest.raises(InputError, match=r"^Cannot go on\. Give more\.$"):
        Expression.parse("mine").evaluate(EDGES, [1.0])
