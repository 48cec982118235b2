"""The model syntax: what is read, how it is numbered, where errors point."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.errors import InputError
from nuwidgets.science.models.evaluate import Evaluator
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.flux import energy_flux
from nuwidgets.science.models.parser import ExpressionError


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("tbabs*powerlaw", "TBabs*powerlaw"),
        ("po", "powerlaw"),
        ("PHABS(PO)", "phabs*powerlaw"),
        ("tb(po+ga)", "TBabs(powerlaw + gaussian)"),
        ("tb*(bb+brems)", "TBabs(bbody + bremss)"),
        ("const*tbabs*(po+gauss)", "constant*TBabs(powerlaw + gaussian)"),
        ("const*tb(po + ph*(ga+cutoff))", "constant*TBabs(powerlaw + phabs(gaussian + cutoffpl))"),
        ("((po))", "powerlaw"),
        ("po*tb", "powerlaw*TBabs"),
        ("(po+ga)*tb", "(powerlaw + gaussian)*TBabs"),
        ("po+(ga+bb)", "powerlaw + gaussian + bbody"),
        ("tb", "TBabs"),
        ("(tb+const)*po", "(TBabs + constant)*powerlaw"),
        ("cflux*powerlaw", "cflux*powerlaw"),
        ("cflux(powerlaw)", "cflux*powerlaw"),
        ("cflux(bbody+powerlaw)", "cflux(bbody + powerlaw)"),
        ("TBabs*cflux(powerlaw+bbody)", "TBabs*cflux(powerlaw + bbody)"),
        ("cflux*TBabs*powerlaw", "cflux*TBabs*powerlaw"),
        ("cflux(TBabs(powerlaw))", "cflux*TBabs*powerlaw"),
        ("gsmooth*TBabs*cflux*zashift*powerlaw", "gsmooth*TBabs*cflux*zashift*powerlaw"),
        ("constant*(cflux*powerlaw)*TBabs", "constant(cflux*powerlaw)*TBabs"),
        ("(TBabs*cflux*powerlaw)*constant", "TBabs(cflux*powerlaw)*constant"),
        ("(cflux*powerlaw)+bbody", "cflux*powerlaw + bbody"),
        ("cflux*powerlaw+bbody", "cflux*powerlaw + bbody"),
        ("(partcov*TBabs)*powerlaw", "(partcov*TBabs)*powerlaw"),
        ("constant*(partcov*TBabs)*powerlaw", "constant(partcov*TBabs)*powerlaw"),
        ("powerlaw*partcov*TBabs", "powerlaw*partcov*TBabs"),
        ("partcov*TBabs", "partcov*TBabs"),
        ("partcov*TBabs*powerlaw", "partcov*TBabs*powerlaw"),
    ],
)
def test_expressions_are_read_and_written_canonically(text: str, canonical: str) -> None:
    expression = Expression.parse(text)
    assert expression.text == canonical
    assert Expression.parse(canonical) == expression
    assert hash(Expression.parse(canonical)) == hash(expression)


@pytest.mark.parametrize(
    ("text", "words", "position"),
    [
        ("", "it is empty", 0),
        ("  ", "it is empty", 2),
        ("tbabs*(powrlaw)", "Did you mean 'powerlaw'", 7),
        ("p", "could mean pegpwrlw or .*powerlaw or .*phabs", 0),
        ("po*ga", "cannot multiply another", 3),
        ("po(ga)", "cannot multiply another", 2),
        ("tb*po*(ga+bb)", "cannot multiply another", 6),
        ("tb+po", "cannot be summed", 2),
        ("tb*", "missing at the end", 3),
        ("tb**po", r"missing before '\*'", 3),
        ("()", r"missing before '\)'", 1),
        ("tb*(po", "is not closed", 3),
        ("po)", "closes nothing", 2),
        ("tb po", "follow each other", 3),
        ("tb*(po ga)", "follow each other", 7),
        ("po^2", "has no place", 2),
        ("(" * 60 + "po" + ")" * 60, "nested more than 50", 50),
        ("cflux*" * 60 + "powerlaw", "nested more than 50", 305),
        ("cflux", "cflux has nothing to act on", 0),
        ("TBabs*cflux", "cflux has nothing to act on", 6),
        ("powerlaw*cflux", "cflux has nothing to act on", 9),
        ("(powerlaw+bbody)*cflux", "cflux has nothing to act on", 17),
        ("(cflux)*powerlaw", "cflux has nothing to act on", 1),
        ("cflux + powerlaw", "cflux has nothing to act on", 0),
        ("powerlaw + zashift", "zashift has nothing to act on", 11),
        ("cflux*", "missing at the end", 6),
        ("cflux()", r"missing before '\)'", 6),
        ("cflux powerlaw", "follow each other", 6),
        ("cflux*TBabs", "cflux acts on photons, and what follows it is only mult", 0),
        ("TBabs*(zashift*TBabs)*powerlaw", "zashift acts on photons", 7),
        ("powerlaw*cflux*TBabs", "cflux acts on photons", 9),
        ("gsmooth*cflux*TBabs", "cflux acts on photons", 8),
        ("cflux*partcov*TBabs", "cflux acts on photons", 0),
        ("powerlaw*cflux*bbody", "cannot multiply another", 9),
        ("cflux*powerlaw*bbody", "cannot multiply another", 15),
    ],
)
def test_errors_point_at_the_character(text: str, words: str, position: int) -> None:
    with pytest.raises(ExpressionError, match=words) as caught:
        Expression.parse(text)
    assert caught.value.position == position
    shown, pointer = str(caught.value).splitlines()[-2:]
    assert shown[2:] == text
    assert pointer == " " * (position + 2) + "^"
    assert f"at character {position + 1}:" in str(caught.value)


def test_error_of_the_brief_reads_as_promised() -> None:
    with pytest.raises(InputError) as caught:
        Expression.parse("tbabs*(powrlaw)")
    assert str(caught.value).endswith("at character 8:\n  tbabs*(powrlaw)\n         ^")


def test_parameters_are_numbered_as_in_xspec() -> None:
    expression = Expression.parse("const*tb(po+ga)")
    parameters = expression.parameters()
    assert [(p.number, p.component, p.component_number, p.name) for p in parameters] == [
        (1, "constant", 1, "factor"),
        (2, "TBabs", 2, "nH"),
        (3, "powerlaw", 3, "PhoIndex"),
        (4, "powerlaw", 3, "norm"),
        (5, "gaussian", 4, "LineE"),
        (6, "gaussian", 4, "Sigma"),
        (7, "gaussian", 4, "norm"),
    ]
    assert all(p.free for p in parameters)
    assert expression.kind == "add"
    assert Expression.parse("tb").kind == "mul"


def test_data_groups_are_linked_except_the_constant() -> None:
    parameters = Expression.parse("const*tb*po").parameters(3)
    assert [p.number for p in parameters] == list(range(1, 13))
    assert [p.link for p in parameters] == [""] * 5 + ["p2", "p3", "p4", "", "p2", "p3", "p4"]
    assert [p.group for p in parameters] == [1] * 4 + [2] * 4 + [3] * 4
    assert [p.number for p in parameters if p.free] == [2, 3, 4, 5, 9]
    assert parameters[0].frozen


def test_no_data_group_is_refused() -> None:
    with pytest.raises(InputError, match="at least 1 is needed"):
        Expression.parse("po").parameters(0)


PIECES = st.sampled_from(
    ["po", "ga", "tb", "const", "(", ")", "*", "+", " ", "x", "brems", "2", "p", "gaussian"]
)
CONVOLVED = st.sampled_from(
    ["cflux", "zashift", "partcov", "phabs", "powerlaw", "(", ")", "*", "+", "gaussian"]
)


def must_read_or_refuse(text: str) -> None:
    try:
        expression = Expression.parse(text)
    except InputError:
        return
    assert Expression.parse(expression.text) == expression
    assert len(expression.parameters(2)) == 2 * expression.n_parameters


@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(PIECES, max_size=14).map("".join),
        st.lists(CONVOLVED, max_size=14).map("".join),
    )
)
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    must_read_or_refuse(text)


@pytest.mark.slow
@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
@settings(max_examples=10_000, deadline=None)
def test_any_text_is_read_or_refused_at_length(text: str) -> None:
    must_read_or_refuse(text)


NAMES = st.sampled_from(["powerlaw", "gaussian", "bbody", "cutoffpl"])
FACTORS = st.sampled_from(["TBabs", "constant", "phabs"])
CHANGES = st.sampled_from(["cflux", "zashift", "gsmooth", "(partcov*phabs)"])
SUMS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.tuples(FACTORS, inner).map(lambda pair: f"{pair[0]}({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]} + {pair[1]}"),
        st.tuples(inner, FACTORS).map(lambda pair: f"({pair[0]})*{pair[1]}"),
        st.tuples(CHANGES, inner).map(lambda pair: f"{pair[0]}({pair[1]})"),
    ),
    max_leaves=8,
)


@given(SUMS)
@settings(max_examples=200, deadline=None)
def test_canonical_text_comes_back_the_same_and_means_the_same(text: str) -> None:
    expression = Expression.parse(text)
    again = Expression.parse(expression.text)
    assert again.text == expression.text
    assert again.tree == expression.tree


def test_a_convolution_changes_everything_to_its_right_in_its_product() -> None:
    edges = np.linspace(1.0, 20.0, 200)
    flux, shape = [2.0, 10.0, -11.0], [1.7, 3.0]

    def value(text: str, *values: float) -> np.ndarray:
        return Expression.parse(text).evaluate(edges, values)

    unabsorbed = value("cflux*powerlaw", *flux, *shape)
    tb = value("TBabs", 2.0)
    np.testing.assert_allclose(value("TBabs*cflux*powerlaw", 2.0, *flux, *shape), tb * unabsorbed)
    np.testing.assert_allclose(value("(cflux*powerlaw)*TBabs", *flux, *shape, 2.0), unabsorbed * tb)
    absorbed = value("cflux*TBabs*powerlaw", *flux, 2.0, *shape)
    np.testing.assert_allclose(value("cflux*powerlaw*TBabs", *flux, *shape, 2.0), absorbed)
    assert energy_flux(absorbed, edges, 2.0, 10.0).erg == pytest.approx(1e-11)
    assert energy_flux(tb * unabsorbed, edges, 2.0, 10.0).erg < 0.99e-11
    both = value("cflux(powerlaw+bbody)", *flux, *shape, 1.0, 0.1)
    assert energy_flux(both, edges, 2.0, 10.0).erg == pytest.approx(1e-11)
    one = value("cflux*powerlaw+bbody", *flux, *shape, 1.0, 0.1)
    np.testing.assert_allclose(one, unabsorbed + value("bbody", 1.0, 0.1))


def test_parameters_of_convolutions_are_numbered_as_in_xspec() -> None:
    parameters = Expression.parse("TBabs*cflux(powerlaw+bbody)").parameters(2)
    assert [(p.number, p.component, p.component_number, p.name) for p in parameters[:8]] == [
        (1, "TBabs", 1, "nH"),
        (2, "cflux", 2, "Emin"),
        (3, "cflux", 2, "Emax"),
        (4, "cflux", 2, "lg10Flux"),
        (5, "powerlaw", 3, "PhoIndex"),
        (6, "powerlaw", 3, "norm"),
        (7, "bbody", 4, "kT"),
        (8, "bbody", 4, "norm"),
    ]
    assert [p.number for p in parameters if p.frozen] == [2, 3, 10, 11]
    assert [p.link for p in parameters[8:]] == [f"p{n}" for n in range(1, 9)]


def test_evaluator_convolves_again_only_when_something_behind_it_moved() -> None:
    calls = []

    def compute(prepared: object, photons: np.ndarray, *values: float) -> np.ndarray:
        calls.append(values)
        return photons * values[0]

    expression = Expression.parse("TBabs*zashift*gsmooth*powerlaw")
    first, second = (replace(expression.components[i], compute=compute) for i in (1, 2))
    counted = replace(
        expression,
        components=(expression.components[0], first, second, expression.components[3]),
    )
    evaluator = Evaluator(counted, np.linspace(1.0, 10.0, 50))
    value = [1.0, 2.0, 3.0, 0.0, 1.7, 1.0]
    once = evaluator(value)
    assert calls == [(3.0, 0.0), (2.0,)]
    evaluator([0.5, *value[1:]])  # in front: nothing is convolved again
    assert len(calls) == 2
    evaluator([1.0, 4.0, *value[2:]])  # the outer one: the inner one stays
    assert calls[2:] == [(4.0,)]
    evaluator([*value[:5], 2.0])  # a norm behind both
    assert calls[3:] == [(3.0, 0.0), (2.0,)]
    np.testing.assert_array_equal(evaluator(value), once)
    tb, outer, inner, power = evaluator.parts(value)
    np.testing.assert_allclose(inner, 3 * power)
    np.testing.assert_allclose(outer, 2 * inner)
    np.testing.assert_allclose(once, tb * outer)


def test_the_answer_of_a_convolution_is_the_callers_own() -> None:
    for text, values in (
        ("cflux*powerlaw", [1.0, 9.0, -11.0, 2.0, 1.0]),
        ("partcov*TBabs", [0.5, 1.0]),
    ):
        evaluator = Evaluator(Expression.parse(text), np.linspace(1.0, 10.0, 50))
        answer = evaluator(values)
        kept = answer.copy()
        answer[:] = 0.0
        np.testing.assert_array_equal(evaluator(values), kept)
