"""Components that XSPEC alone computes: they can be named, and nothing here computes them."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.errors import InputError
from nuwidgets.science.models import foreign
from nuwidgets.science.models.components import COMPONENTS, find_component
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.expression import Expression, _parse


def number(name):
    return ParameterDefinition(name, "keV", 1.0, 0.1, 0.1, 10.0, 20.0, 0.01)


@pytest.fixture
def listed():
    read = []

    def reader():
        read.append(1)
        return (
            ("slimbb", "add", (number("kTin"), number("mdot"))),
            ("slimabs", "mul", (number("nH"),)),
            ("slimconv", "con", ()),
            ("pileup", "acn", (number("frame"),)),
            ("powerful", "add", (number("x"),)),
            ("powerlaw", "add", (number("other"),)),
        )

    foreign.use_reader(reader)
    yield read
    foreign.use_reader(lambda: ())
    _parse.cache_clear()


def test_the_list_is_read_once_and_only_when_a_name_is_none_of_ours(listed):
    find_component("powerlaw")
    assert listed == []
    assert find_component("slimbb").name == "slimbb"
    find_component("slimabs")
    assert listed == [1]
    foreign.forget()
    find_component("slimbb")
    assert listed == [1, 1]


def test_our_names_and_abbreviations_go_before_theirs(listed):
    assert find_component("powerlaw") is COMPONENTS["powerlaw"]
    assert find_component("po").name == "powerlaw"
    assert find_component("powerf").name == "powerful"
    assert find_component("SLIMB").name == "slimbb"
    assert find_component("slim").name == "slimbb"  # additive ones first


def test_expressions_have_their_kinds_and_parameters(listed):
    model = Composite.parse("pileup*slimabs(slimconv*slimbb + gaussian); 2:bkg slimbb")
    names = [p.label for p in model.parameters(1)]
    assert names[:5] == [
        "pileup.frame", "slimabs.nH", "slimbb.kTin", "slimbb.mdot", "slimbb.norm",
    ]  # fmt: skip
    assert names[-1] == "bkg:slimbb.norm"
    assert foreign.names_in(model.models[0].expression.components) == (
        "pileup", "slimabs", "slimconv", "slimbb",
    )  # fmt: skip
    assert foreign.names_in(Expression.parse("powerlaw").components) == ()
    with pytest.raises(InputError, match="additive component cannot multiply"):
        Expression.parse("slimbb*powerlaw")


def test_nothing_here_computes_them(listed):
    edges = np.linspace(1, 10, 11)
    with pytest.raises(InputError, match=r"Cannot compute slimbb here.*by XSPEC only.*engine"):
        Expression.parse("slimbb").evaluate(edges, (1.0, 1.0, 1.0))
    component = find_component("slimabs")
    with pytest.raises(InputError, match=r"Cannot compute slimabs here"):
        component.compute(None, 1.0)


def test_without_a_list_a_name_stays_unknown():
    foreign.use_reader(lambda: ())
    assert foreign.find("slimbb") is None
    with pytest.raises(InputError, match="No component is called 'slimbb'"):
        find_component("slimbb")
