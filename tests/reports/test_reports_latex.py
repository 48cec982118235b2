"""LaTeX of hostile names: printed, never obeyed."""

from __future__ import annotations

import doctest
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nuwidgets.reports import latex
from nuwidgets.reports.latex import SPECIAL, escape, tabular

COMMANDS = re.compile("|".join(sorted(map(re.escape, SPECIAL.values()), key=len, reverse=True)))


def test_the_examples_hold():
    assert doctest.testmod(latex).failed == 0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("50% of $x_i^2$", r"50\% of \$x\_i\textasciicircum{}2\$"),
        (r"\write18{rm}", r"\textbackslash{}write18\{rm\}"),
        ("a\\\\[9pt] b", r"a\textbackslash{}\textbackslash{}{[}9pt{]} b"),
        ("one\n\n\\par\ttwo\x00\x1b", r"one \textbackslash{}par two"),
        ("A & B # ~", r"A \& B \# \textasciitilde{}"),
        ("| ` <>", r"\textbar{} \textasciigrave{} \textless{}\textgreater{}"),
        ("χ² ± 3″ at 5°", r"$\chi$$^{2}$ $\pm$ 3$''$ at 5$^{\circ}$"),
        ("", ""),
    ],
)
def test_what_latex_would_obey_is_printed(name, shown):
    assert escape(name) == shown


@given(st.text())
def test_nothing_of_any_text_is_obeyed(text):
    left = COMMANDS.sub("", escape(text))
    assert not set(left) & set('\\{}$&#%_~^<>|"`[]')
    assert all(c.isprintable() for c in left)


@given(st.text())
def test_every_text_is_one_line_with_closed_braces(text):
    shown = escape(text).replace(r"\{", "").replace(r"\}", "")
    assert shown.count("{") == shown.count("}")
    assert len(shown.splitlines()) <= 1


def test_a_table_has_a_cell_for_each_heading_and_is_closed():
    made = tabular(["a", "b"], [["1", ""], [escape("x & y"), "$2$"]], ["Note."])
    assert made.count(r"\begin") == made.count(r"\end") == 1
    assert made.startswith(r"\begin{tabular}{ll}")
    assert "1 &  \\\\\nx \\& y & $2$ \\\\\n" in made
    assert r"\multicolumn{2}{p{0.95\linewidth}}{Note.}" in made
    assert "multicolumn" not in tabular(["a"], [["1"]])
