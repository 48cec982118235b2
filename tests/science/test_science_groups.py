"""Parameters of data groups and of named models: called, tied, untied, carried over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nuwidgets.errors import InputError
from nuwidgets.science.models import parameters as pars
from nuwidgets.science.models.carry import carry_over, regroup
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.groups import tie_groups, untie_groups
from nuwidgets.science.models.moved_groups import LIKE_OTHERS
from nuwidgets.science.models.resolved import values

if TYPE_CHECKING:
    from nuwidgets.domain.model import Parameter

BOTH = Composite.parse("const*po; 2:bkg po")
TWO = BOTH.parameters(2)
"""Numbers 1-6 of the unnamed model, 7-10 of bkg."""


def links(parameters: tuple[Parameter, ...]) -> list[str]:
    return [p.link for p in parameters]


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("norm", 3),
        ("2:norm", 6),
        ("bkg:norm", 8),
        ("BKG:powerlaw.norm", 8),
        ("bkg:2:powerlaw.norm", 10),
        ("2:bkg:norm", 10),
        ("bkg:p2", 8),
        ("bkg:2:p1", 9),
        ("p9", 9),
        ("9", 9),
        ("bkg:powerlaw_1.PhoIndex", 7),
    ],
)
def test_parameters_of_named_models_are_found(key: str, number: int) -> None:
    assert pars.find(TWO, key).number == number


def test_every_label_means_its_parameter() -> None:
    assert [pars.find(TWO, p.label).number for p in TWO] == list(range(1, 11))
    assert TWO[9].label == "bkg:2:powerlaw.norm"


def test_a_name_that_only_another_model_has_needs_no_model() -> None:
    parameters = Composite.parse("po; 2:bkg ga").parameters()
    assert pars.find(parameters, "LineE").number == 3
    assert pars.find(parameters, "norm").number == 2
    three = Composite.parse("po; 2:bkg ga; 3:cal ga").parameters()
    with pytest.raises(InputError, match=r"several parameters: 3 \(bkg:gaussian_1\), 6 \(cal:"):
        pars.find(three, "LineE")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("bgk:norm", "No parameter is called 'bgk:norm'.*bkg:powerlaw.norm"),
        ("bkg:nrm", "Did you mean 'norm'"),
        ("3:norm", "No parameter is called '3:norm'"),
        ("bkg:src:norm", "each at most once"),
        ("1:2:norm", "each at most once"),
        ("bkg:p3", "No parameter is called 'bkg:p3'"),
        ("bkg:p0", "No parameter is called 'bkg:p0'"),
        ("p11", "no parameter number 11: they run from 1 to 10"),
    ],
)
def test_names_that_are_none_are_refused(key: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        pars.find(TWO, key)


def test_formulas_may_name_parameters() -> None:
    linked = pars.link(TWO, "bkg:norm", "0.1 * 2:norm + bkg:2:powerlaw.PhoIndex / 1e3")
    assert linked[7].link == "0.1*p6 + p9/1000.0"
    assert pars.link(TWO, "2:norm", "2*norm")[5].link == "2*p3"
    assert pars.link(TWO, "bkg:norm", "powerlaw.norm")[7].link == "p3"
    assert pars.link(TWO, "bkg:norm", "=p3")[7].link == "p3"
    with pytest.raises(InputError, match="No parameter is called 'Gamma'"):
        pars.link(TWO, "bkg:norm", "2*Gamma")


def test_groups_are_untied_and_tied() -> None:
    three = pars.set_values(Composite.parse("const*po; 2:bkg po").parameters(3), "PhoIndex=1.7")
    apart = untie_groups(three, "PhoIndex")
    assert [(p.number, p.value) for p in apart if p.name == "PhoIndex" and p.free] == [
        (2, 1.7),
        (5, 1.7),
        (8, 1.7),
        (10, 1.0),
    ]
    assert untie_groups(apart, "PhoIndex") == apart
    again = tie_groups(apart, "PhoIndex")
    assert (links(again), values(again)) == (links(three), values(three))
    one = untie_groups(three, "3:bkg:norm")
    assert [p.number for p in one if p.free and p.model == "bkg"] == [10, 11, 15]
    assert tie_groups(one, "bkg:3:norm") == three
    with pytest.raises(InputError, match="lead back"):
        tie_groups(pars.link(apart, "PhoIndex", "2:PhoIndex"), "PhoIndex")
    with pytest.raises(InputError, match="No parameter is called 'Gamma'"):
        untie_groups(three, "Gamma")


def test_an_untied_value_stays_within_its_limits() -> None:
    linked = pars.link(TWO, "2:PhoIndex", "PhoIndex + 50")
    assert values(linked)[4] == 51.0
    assert untie_groups(linked, "PhoIndex")[4].value == 10.0
    nowhere = pars.link(pars.set_values(TWO, "2:norm=3"), "2:norm", "1 / (norm - 1)")
    assert pars.untie(nowhere, "2:norm")[5].value == 3.0


def test_a_new_model_keeps_values_links_and_what_was_untied() -> None:
    mine = pars.set_values(untie_groups(TWO, "norm"), "2:norm=5", "bkg:PhoIndex=1.4")
    mine = pars.link(mine, "bkg:norm", "0.1*norm + 2:norm")
    fresh = Composite.parse("tb*const*(po+ga); 2:bkg po").parameters(2)
    kept = carry_over(mine, fresh)
    names = [p.label for p in kept]
    assert kept[names.index("2:powerlaw.norm")].value == 5.0
    assert kept[names.index("2:powerlaw.norm")].free
    assert kept[names.index("2:powerlaw.PhoIndex")].link == "p3"
    assert kept[names.index("bkg:powerlaw.PhoIndex")].value == 1.4
    assert kept[names.index("bkg:powerlaw.norm")].link == "0.1*p4 + p11"
    assert kept[names.index("2:gaussian.LineE")].link == "p5"
    assert kept[names.index("2:constant.factor")].free
    assert values(kept)[names.index("bkg:powerlaw.norm")] == pytest.approx(5.1)
    assert carry_over(mine, TWO) == mine


def test_a_link_to_a_component_that_is_gone_leaves_its_value() -> None:
    old = Composite.parse("po+ga+bb").parameters()
    old = pars.set_values(old, "gaussian.norm=0.5", "kT=3")
    old = pars.link(old, "powerlaw.norm", "2*gaussian.norm")
    old = pars.link(old, "bbody.norm", "gaussian.norm")
    kept = carry_over(old, Composite.parse("po+bb").parameters())
    assert [(p.name, p.value, p.link) for p in kept] == [
        ("PhoIndex", 1.0, ""),
        ("norm", 1.0, ""),
        ("kT", 3.0, ""),
        ("norm", 0.5, ""),
    ]


def test_what_was_tied_to_the_same_stays_tied_when_that_is_gone() -> None:
    old = Composite.parse("po+ga+bb").parameters()
    old = pars.link(pars.set_values(old, "gaussian.norm=0.5"), "powerlaw.norm", "gaussian.norm")
    old = pars.link(old, "bbody.norm", "gaussian.norm")
    kept = carry_over(old, Composite.parse("po+bb").parameters())
    assert [(p.name, p.value, p.link) for p in kept if p.name == "norm"] == [
        ("norm", 0.5, ""),
        ("norm", 1.0, "p2"),
    ]
    assert values(kept)[3] == 0.5


def test_links_are_renumbered_when_groups_come_and_go() -> None:
    numbers = BOTH.parameters
    mine = pars.link(TWO, "bkg:norm", "0.1*norm + 2:norm")
    more = regroup(mine, numbers(2), numbers(3))
    assert more[10].label == "bkg:powerlaw.norm"
    assert more[10].link == "0.1*p3 + p6"
    assert links(more)[6:9] == ["", "p2", "p3"]
    assert links(more)[11:] == ["p10", "p11", "p10", "p11"]
    assert regroup(more, numbers(3), numbers(2)) == mine
    less = regroup(pars.set_values(mine, "norm=2"), numbers(2), numbers(1))
    assert [(p.label, p.link) for p in less[3:]] == [
        ("bkg:powerlaw.PhoIndex", ""),
        ("bkg:powerlaw.norm", ""),
    ]
    assert less[4].value == pytest.approx(2.2)
    assert less[0].frozen is False


def test_the_second_group_becomes_the_first() -> None:
    numbers = Composite.parse("const*po").parameters
    mine = pars.set_values(numbers(3), "PhoIndex=1.7", "2:factor=1.1", "3:factor=0.9")
    mine = pars.set_values(untie_groups(mine, "3:norm"), "3:norm=4")
    left = regroup(mine, numbers(3), numbers(2), (2, 3))
    assert [(p.label, p.value, p.link, p.frozen) for p in left] == [
        ("constant.factor", 1.1, "", True),
        ("powerlaw.PhoIndex", 1.7, "", False),
        ("powerlaw.norm", 1.0, "", False),
        ("2:constant.factor", 0.9, "", False),
        ("2:powerlaw.PhoIndex", 1.0, "p2", False),
        ("2:powerlaw.norm", 4.0, "", False),
    ]
    new = regroup(mine, numbers(3), numbers(3), (3, 0, 1))
    assert new[2].value == 4.0
    assert links(new)[3:6] == ["", "p2", "p3"]
    assert [p.value for p in new[6:]] == [1.0, 1.7, 1.0]


def test_a_new_group_is_as_the_others_are() -> None:
    numbers = Composite.parse("phabs*po").parameters
    mine = pars.set_values(untie_groups(numbers(3), "PhoIndex", "norm"), "2:norm=4", "3:norm=5")
    mine = pars.freeze(pars.link(mine, "3:norm", "2*norm"), "2:PhoIndex", "3:PhoIndex", "nH")
    new = regroup(mine, numbers(3), numbers(4), (1, 2, 3, LIKE_OTHERS))
    assert new[:9] == mine
    assert [(p.label, p.value, p.link, p.frozen) for p in new[9:]] == [
        ("4:phabs.nH", 1.0, "p1", True),
        ("4:powerlaw.PhoIndex", 1.0, "", True),
        ("4:powerlaw.norm", 1.0, "p3", False),
    ]


def test_who_was_tied_to_a_group_that_goes_is_tied_when_it_comes_back() -> None:
    numbers = Composite.parse("phabs*po").parameters
    mine = pars.set_values(untie_groups(numbers(3), "norm"), "nH=0.2", "norm=3", "2:norm=4")
    less = regroup(mine, numbers(3), numbers(2), (2, 3))
    assert [(p.value, p.link) for p in less[:4]] == [(0.2, ""), (1.0, ""), (4.0, ""), (1.0, "p1")]
    again = regroup(less, numbers(2), numbers(3), (LIKE_OTHERS, 1, 2))
    assert links(again) == ["", "", "", "p1", "p2", "", "p1", "p2", ""]
    assert [again[n].value for n in (0, 5, 8)] == [0.2, 4.0, 1.0]
    swapped = regroup(mine, numbers(3), numbers(3), (3, 1, 2))
    assert links(swapped) == links(mine)
    assert [swapped[n].value for n in (2, 5, 8)] == [1.0, 3.0, 4.0]
