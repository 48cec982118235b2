"""The model syntax: what is read, how it is numbered, where errors point."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.errors import InputError
from nuwidgets.science.models.expression import Expression
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
        ("tbabs*(powr)", "Did you mean 'powerlaw'", 7),
        ("p", "could mean powerlaw or phabs", 0),
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
        Expression.parse("tbabs*(powr)")
    assert str(caught.value).endswith("at character 8:\n  tbabs*(powr)\n         ^")


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
    assert [p.link for p in parameters] == [None] * 5 + [2, 3, 4] + [None] + [2, 3, 4]
    assert [p.group for p in parameters] == [1] * 4 + [2] * 4 + [3] * 4
    assert [p.number for p in parameters if p.free] == [2, 3, 4, 5, 9]
    assert parameters[0].frozen


def test_no_data_group_is_refused() -> None:
    with pytest.raises(InputError, match="at least 1 is needed"):
        Expression.parse("po").parameters(0)


PIECES = st.sampled_from(
    ["po", "ga", "tb", "const", "(", ")", "*", "+", " ", "x", "brems", "2", "p", "gaussian"]
)


def must_read_or_refuse(text: str) -> None:
    try:
        expression = Expression.parse(text)
    except InputError:
        return
    assert Expression.parse(expression.text) == expression
    assert len(expression.parameters(2)) == 2 * expression.n_parameters


@given(st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=14).map("".join)))
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
SUMS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.tuples(FACTORS, inner).map(lambda pair: f"{pair[0]}({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]} + {pair[1]}"),
        st.tuples(inner, FACTORS).map(lambda pair: f"({pair[0]})*{pair[1]}"),
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
