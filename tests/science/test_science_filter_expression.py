"""Expressions over columns, against numpy on random columns."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.errors import InputError
from nuwidgets.science.filter_expression import MOST_SHOWN, parse_filter
from nuwidgets.science.filter_tokens import LONGEST, MOST_WORDS

COLUMNS = {
    name: np.random.default_rng(n).integers(-5, 6, 40) / 2 for n, name in enumerate(("A", "B", "C"))
}
COMPARE = {"<": np.less, ".le.": np.less_equal, ">": np.greater, ".GE.": np.greater_equal,
           "==": np.equal, "!=": np.not_equal, ".ne.": np.not_equal}  # fmt: skip


def leaf():
    column = st.sampled_from(sorted(COLUMNS)).map(lambda n: (n.lower(), COLUMNS[n]))
    number = st.integers(0, 9).map(lambda v: (str(v), np.full(40, float(v))))
    return column | number


def joined(parts, signs):
    return st.tuples(parts, st.sampled_from(sorted(signs)), parts).map(
        lambda t: (f"({t[0][0]} {t[1]} {t[2][0]})", signs[t[1]](t[0][1], t[2][1]))
    )


values = st.recursive(
    leaf(), lambda v: joined(v, {"+": np.add, "-": np.subtract, "*": np.multiply}), max_leaves=5
)
answers = st.recursive(
    joined(values, COMPARE),
    lambda v: (
        joined(v, {"&&": np.logical_and, ".or.": np.logical_or, "AND": np.logical_and})
        | v.map(lambda t: (f"!({t[0]})", ~t[1]))
    ),
    max_leaves=8,
)


@given(answers)
def test_random_expressions_are_those_of_numpy(made):
    text, expected = made
    expression = parse_filter(f"({text}) && (a == a)")  # so that a column is named
    assert np.array_equal(expression.holds(COLUMNS), expected)


def true_for(text, **columns):
    arrays = {name: np.atleast_1d(np.asarray(v, float)) for name, v in columns.items()}
    return parse_filter(text).holds(arrays).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ELV > 3 && SLEW == 0 || ELV > 50", [True, False, True]),
        ("ELV.gt.3.and.(SLEW.eq.0.or.ELV.gt.50.)", [True, False, True]),
        ("not SLEW", [True, False, False]),
        (".not.SLEW.and.ELV>3", [True, False, False]),
        ("ELV = 3:20", [True, True, False]),
        ("abs(ELV - 10.5e0) <= 0.5", [True, False, False]),
        ("-ELV < -15 AND SLEW => 1", [False, True, True]),
        ("ELV/2 - 1 == 4 - SLEW*1e3", [True, False, False]),
        ("near(ELV, 20, 0.1)", [False, True, False]),
        ("min(ELV, 15) == 15 && T", [False, True, True]),
        ("ELV % 20 =< 0", [False, True, True]),
        ("$ELV$ ** 2 == 100", [True, False, False]),
        ("-ELV^2 == 100", [True, False, False]),
        ("slew", [False, True, True]),
    ],
)
def test_both_spellings_and_the_order_of_operators(text, expected):
    assert true_for(text, ELV=[10, 20, 60], SLEW=[0, 1, 1]) == expected


def test_nothing_is_true_of_what_is_missing():
    gap = [np.nan, 1.0]
    for text in ("A > 0", "A != 5", "!(A > 3)", "A == A", "A > 0 && B == 0", "!A", "A + 1 > 0"):
        assert true_for(text, A=gap, B=[0, 0])[0] is False, text
    assert true_for("A > 0 || B == 0", A=gap, B=[0, 1]) == [True, True]
    assert true_for("isnull(A) || A > 3", A=gap) == [True, False]
    assert true_for("defnull(A, 7) > 3", A=gap) == [True, False]
    assert true_for("sqrt(A) > 0 || 1/A < 0", A=[-1.0, 0.0]) == [True, False]


def test_names_are_told_in_capitals_each_once():
    text = "chu1.valid == 1 && CHUQ[4] != 1 && abs(Elv) > 3 && elv < 80"
    assert parse_filter(text).names == ("CHU1.VALID", "CHUQ[4]", "ELV")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "letter 1: the end stands where a column"),
        ("ELV >", "letter 6: the end stands where a column"),
        ("ELV 3", "letter 5: '3' stands where an operator"),
        ("(ELV > 3", r"letter 9: the end stands where '\)' should"),
        ("1 < ELV < 3", "letter 9: '<' and '<' compare three values"),
        ("ELV = 3", "letter 8: the end stands where ':' of a range"),
        ("ELV + 1", "letter 1: it gives a number, not yes or no"),
        ("3 > 2", "letter 1: it names no column"),
        ("ELV > 3 @ 2", "letter 9: '@' means nothing here"),
        ("sine(ELV) > 1", "letter 1: there is no function SINE. Did you mean 'SIN'"),
        ("min(ELV) > 1", "letter 1: MIN takes 2 values, not 1"),
        ("CHUQ[x] > 1", "letter 6: 'X' stands where the number of an element"),
        ("(" * 50 + "ELV" + ")" * 50 + " > 1", "letter 41: it is nested too deeply"),
        ("!" * 50 + "ELV", "nested too deeply"),
        ("ELV > 1" + " " * LONGEST, f"more than {LONGEST} letters"),
        ("ELV>1" + "+1" * (MOST_WORDS // 2), f"more than {MOST_WORDS} words"),
        ("__import__('os')", "means nothing here"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text, says):
    with pytest.raises(InputError, match=says):
        parse_filter(text)


def test_the_longest_sum_is_computed():
    text = "A" + "+1" * (MOST_WORDS // 2 - 2) + ">0"
    assert true_for(text, A=[0.0, -1000.0]) == [True, False]


def test_unknown_columns_are_named_with_the_nearest_known():
    expression = parse_filter("SLEW == 0 && ELW > 3")
    known = ("SLEW", "ELV", *(f"X{n}" for n in range(30)))
    with pytest.raises(
        InputError, match=r"'ELW', at letter 14, is no column of 'a\.mkf'"
    ) as caught:
        expression.check(known, "'a.mkf'")
    assert "Did you mean 'ELV'?" in str(caught.value)
    assert str(caught.value).count(",") < MOST_SHOWN + 3
    expression.check(("SLEW", "ELW"), "'a.mkf'")
