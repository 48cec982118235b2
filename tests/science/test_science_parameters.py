"""Parameters by number and name, their limits and links; fluxes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nuwidgets.errors import InputError
from nuwidgets.science.models import parameters as pars
from nuwidgets.science.models.carry import regroup
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.flux import energy_flux
from nuwidgets.science.models.resolved import Resolved, values

FIRST = Expression.parse("const*tb(po+ga)").parameters()
FLUXES = json.loads((Path(__file__).parent / "data" / "xspec_fluxes.json").read_text())


@pytest.mark.parametrize(
    ("key", "number"),
    [
        (3, 3),
        ("3", 3),
        ("PhoIndex", 3),
        ("phoindex", 3),
        ("powerlaw.norm", 4),
        ("gaussian_4.norm", 7),
    ],
)
def test_parameters_are_found_by_number_and_name(key: str | int, number: int) -> None:
    assert pars.find(FIRST, key).number == number


def test_unknown_and_ambiguous_names_are_refused() -> None:
    with pytest.raises(InputError, match=r"means several parameters: 4 \(powerlaw_3\), 7"):
        pars.find(FIRST, "norm")
    with pytest.raises(InputError, match="Did you mean 'PhoIndex'"):
        pars.find(FIRST, "PhoIdx")
    with pytest.raises(InputError, match="no parameter number 9: they run from 1 to 7"):
        pars.find(FIRST, 9)


def test_values_are_set_within_hard_limits() -> None:
    moved = pars.set_values(FIRST, "PhoIndex=2", "2 = 0.1")
    assert values(moved) == (1.0, 0.1, 2.0, 1.0, 6.5, 0.1, 1.0)
    with pytest.raises(
        InputError, match=r"powerlaw.PhoIndex to 11.0: it must lie between -3 and 10"
    ):
        pars.set_values(FIRST, "PhoIndex=11")
    with pytest.raises(InputError, match="must lie between"):
        pars.set_values(FIRST, "PhoIndex=nan")
    for text in ("PhoIndex", "PhoIndex=", "PhoIndex=two"):
        with pytest.raises(InputError, match="write a parameter and a number"):
            pars.set_values(FIRST, text)


def test_freeze_and_thaw() -> None:
    frozen = pars.freeze(FIRST, "nH", 3)
    assert [p.number for p in frozen if not p.free] == [2, 3]
    assert pars.thaw(frozen, "nH", "PhoIndex") == FIRST


def test_limits_are_moved_and_a_value_outside_goes_to_the_nearer() -> None:
    moved = pars.find(pars.limit(FIRST, "PhoIndex", soft_lo=1.5, hard_lo=1.25, delta=0.1), 3)
    assert (moved.hard_lo, moved.soft_lo, moved.soft_hi, moved.hard_hi) == (1.25, 1.5, 9.0, 10.0)
    assert (moved.value, moved.delta) == (1.25, 0.1)
    assert pars.limit(FIRST, 3) == FIRST


@pytest.mark.parametrize(
    "limits",
    [
        {"hard_lo": 5.0, "hard_hi": 4.0},
        {"soft_lo": float("nan")},
        {"soft_hi": "wide"},
        {"delta": 0.0},
        {"delta": float("inf")},
        dict.fromkeys(("hard_lo", "soft_lo", "soft_hi", "hard_hi"), 2.0),
    ],
)
def test_limits_that_do_not_rise_are_refused(limits: dict[str, float]) -> None:
    says = r"Cannot limit powerlaw.PhoIndex by .*: hard_lo <= soft_lo <= soft_hi <= hard_hi"
    with pytest.raises(InputError, match=says):
        pars.limit(FIRST, "PhoIndex", **limits)


def test_an_unknown_limit_is_refused() -> None:
    with pytest.raises(InputError, match=r"no limit 'lo'\. Did you mean 'soft_lo'"):
        pars.limit(FIRST, "PhoIndex", lo=1.0)


def test_links_are_followed_and_circles_refused() -> None:
    linked = pars.link(pars.link(pars.set_values(FIRST, "2=0.3"), 6, 2), 1, "Sigma")
    assert Resolved(linked).root == (2, 2, 3, 4, 5, 2, 7)
    assert values(linked)[0] == 0.3
    with pytest.raises(InputError, match="lead back to it"):
        pars.link(linked, 2, 1)
    with pytest.raises(InputError, match="lead back to it"):
        pars.link(FIRST, 2, 2)
    free = pars.untie(linked, 1)
    assert free[0].link == ""
    assert free[0].value == 0.3
    assert pars.set_value(linked, 1, 2.0)[0].link == ""


def test_a_link_to_nowhere_is_refused() -> None:
    from dataclasses import replace

    broken = (*FIRST[:-1], replace(FIRST[-1], link="p99"))
    with pytest.raises(InputError, match="number 99, which does not exist"):
        values(broken)


def test_data_groups() -> None:
    both = Expression.parse("const*po").parameters(2)
    both = pars.set_values(both, "PhoIndex=1.8", "2:factor=1.05")
    assert values(both)[3:] == (1.05, 1.8, 1.0)
    assert pars.find(both, "2:factor").label == "2:constant.factor"


@pytest.mark.parametrize("case", FLUXES["cases"], ids=lambda case: case["model"])
def test_fluxes_are_xspecs(case: dict) -> None:
    edges = np.array(case["edges_kev"])
    model = Expression.parse(case["model"]).evaluate(edges, case["values"], case["abund"])
    flux = energy_flux(model, edges, case["lo_kev"], case["hi_kev"])
    assert flux.photons == pytest.approx(case["photons"], rel=2e-6)
    assert flux.erg == pytest.approx(case["erg"], rel=2e-6)


def test_flux_of_a_power_law_in_parts_of_bins() -> None:
    edges = np.array([1.0, 2.0, 4.0])
    flat = energy_flux(np.array([1.0, 2.0]), edges, 1.5, 3.0)
    assert flat.photons == pytest.approx(1.5)
    assert flat.erg == pytest.approx((0.5 * 1.75 + 1.0 * 2.5) * 1.602192e-9)
    assert energy_flux(np.array([1.0, 2.0]), edges, 0.1, 100.0).photons == 3.0


def test_impossible_bands_are_refused() -> None:
    with pytest.raises(InputError, match="must be below the upper one"):
        energy_flux(np.ones(1), [1.0, 2.0], 3.0, 2.0)
    with pytest.raises(InputError, match="reaches from 1 to 2 keV"):
        energy_flux(np.ones(1), [1.0, 2.0], 3.0, 4.0)


def test_groups_that_stay_keep_their_parameters() -> None:
    numbers = Expression.parse("const*po").parameters
    one, two, three = (numbers(n) for n in (1, 2, 3))
    mine = pars.link(pars.set_values(two, "5=2.5"), "6", "3")
    mine = pars.thaw(pars.freeze(mine, "4"), "1")
    assert regroup(mine, two, two) == mine
    assert regroup(mine, two, three) == mine + three[6:]
    assert regroup(one, one, two) == two
    assert regroup(two, two, one) == one


def test_a_link_to_a_group_that_is_gone_leaves_its_value() -> None:
    numbers = Expression.parse("powerlaw").parameters
    mine = pars.link(pars.set_values(numbers(2), "3=2.5"), "1", "3")
    left = regroup(mine, numbers(2), numbers(1))
    assert [(p.value, p.link) for p in left] == [(2.5, ""), (1.0, "")]
