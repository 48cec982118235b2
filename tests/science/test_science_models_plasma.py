"""A plasma against what a made-up AtomDB of two temperatures says by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from nuwidgets.errors import InputError
from nuwidgets.science.models import plasma
from nuwidgets.science.models.abundances import abundances
from nuwidgets.science.models.components import COMPONENTS
from nuwidgets.science.models.evaluate import Evaluator
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.plasma import Emission, by_element

if TYPE_CHECKING:
    from collections.abc import Iterator

EDGES = np.linspace(0.5, 10.0, 96)
IRON_KEV = 6.73


class MadeUp:
    """Two temperatures: the hotter one has twice of all but three times the iron line."""

    kt_kev = np.array([1.0, 3.0])

    def __init__(self) -> None:
        self.read: list[int] = []

    def emission(self, index: int) -> Emission:
        self.read.append(index)
        scale = 1.0 + index
        energy = np.array([0.4, 2.0, 12.0])
        return Emission(
            np.array([IRON_KEV, 2.004]),
            1e-17 * np.array([1.0 + 2 * index, scale]),
            np.array([26, 14]),
            ((1, energy, 1e-17 * scale * np.array([4.0, 2.0, 0.0])),
             (8, energy[:2], 1e-18 * scale * np.array([1.0, 1.0]))),
        )  # fmt: skip


@pytest.fixture
def made_up() -> Iterator[MadeUp]:
    before = list(plasma._readers)
    made = MadeUp()
    plasma.use_reader(lambda: made)
    yield made
    plasma._readers[:] = before


def evaluate(model: str, values: list, abundance: str = "angr") -> np.ndarray:
    return Expression.parse(model).evaluate(EDGES, values, abundance, "vern")


def at(energy: float) -> int:
    return int(np.searchsorted(EDGES, energy)) - 1


@pytest.mark.usefixtures("made_up")
def test_the_continuum_is_integrated_exactly():
    mine = evaluate("apec", [1.0, 0.0, 0.0, 1.0])
    # straight from 4 at 0.4 keV to 2 at 2.0 keV, and to 0 at 12 keV, times 1e-17 1e14
    middle = (EDGES[1:] + EDGES[:-1]) / 2
    density = np.interp(middle, [0.4, 2.0, 12.0], [4.0, 2.0, 0.0]) * 1e-3
    np.testing.assert_allclose(mine, density * np.diff(EDGES), rtol=1e-9)


@pytest.mark.usefixtures("made_up")
def test_abundances_scale_metals_and_their_lines():
    none, one, two = (evaluate("apec", [1.0, x, 0.0, 1.0]) for x in (0.0, 1.0, 2.0))
    np.testing.assert_allclose(two - one, one - none, rtol=1e-9, atol=1e-16)
    assert (one - none)[at(IRON_KEV)] == pytest.approx(1e-3)
    # the continuum of oxygen ends at 2 keV, in no other bin
    assert (one - none)[EDGES[1:] < 2.0] == pytest.approx(0.1e-3 * 0.1)
    assert (one - none)[at(4.0)] == 0.0


@pytest.mark.usefixtures("made_up")
def test_between_temperatures_it_is_linear_and_outside_the_nearest():
    low, middle, high = (evaluate("apec", [kt, 1.0, 0.0, 1.0]) for kt in (1.0, 1.5, 3.0))
    np.testing.assert_allclose(middle, 0.75 * low + 0.25 * high, rtol=1e-12)
    assert high[at(IRON_KEV)] > 2.5 * low[at(IRON_KEV)]
    np.testing.assert_array_equal(evaluate("apec", [40.0, 1.0, 0.0, 1.0]), high)
    np.testing.assert_array_equal(evaluate("apec", [0.1, 1.0, 0.0, 1.0]), low)


@pytest.mark.usefixtures("made_up")
def test_a_redshift_moves_lines_and_takes_photons():
    near, far = (evaluate("apec", [1.0, 1.0, z, 1.0]) for z in (0.0, 0.5))
    assert far[at(IRON_KEV / 1.5)] > 0.6 * near[at(IRON_KEV)]
    only = evaluate("apec", [1.0, 1.0, 0.5, 1.0]) - evaluate("apec", [1.0, 0.0, 0.5, 1.0])
    assert only[at(IRON_KEV / 1.5)] == pytest.approx(1e-3 / 1.5)


@pytest.mark.usefixtures("made_up")
def test_each_element_of_vapec_is_its_own():
    solar = evaluate("vapec", [1.0, *[1.0] * 13, 0.0, 1.0])
    np.testing.assert_allclose(solar, evaluate("apec", [1.0, 1.0, 0.0, 1.0]), rtol=1e-12)
    values = [1.0, *[1.0] * 13, 0.0, 1.0]
    values[1 + plasma.VARIABLE.index("Fe")] = 0.0
    changed = evaluate("vapec", values)
    assert (solar - changed)[at(IRON_KEV)] == pytest.approx(1e-3)
    assert np.count_nonzero(solar - changed) == 1


@pytest.mark.usefixtures("made_up")
def test_the_chosen_table_counts_as_solar():
    ratio = abundances("wilm")[26] / abundances("angr")[26]
    assert ratio == pytest.approx(2.69e-5 / 4.68e-5, rel=2e-3)  # the papers' numbers
    none, one = (evaluate("apec", [1.0, x, 0.0, 1.0], "wilm") for x in (0.0, 1.0))
    assert (one - none)[at(IRON_KEV)] == pytest.approx(1e-3 * ratio)


@pytest.mark.usefixtures("made_up")
def test_broadened_lines_keep_their_photons():
    sharp = evaluate("bapec", [1.0, 1.0, 0.0, 0.0, 1.0])
    np.testing.assert_array_equal(sharp, evaluate("apec", [1.0, 1.0, 0.0, 1.0]))
    broad = evaluate("bapec", [1.0, 1.0, 0.0, 10_000.0, 1.0])
    assert broad.sum() == pytest.approx(sharp.sum(), rel=1e-9)
    # sigma = 6.73 keV 10000 / 299792 = 0.2245 keV: the mean over 0.1 keV at the middle
    line = broad[at(IRON_KEV)] - evaluate("apec", [1.0, 0.0, 0.0, 1.0])[at(IRON_KEV)]
    assert 0.1e-3 < line < 0.1e-3 / (0.2245 * np.sqrt(2 * np.pi))


def test_lines_fall_into_the_bin_that_holds_them():
    lines = Emission(np.array([2.0, 0.1, 30.0, 3.0]), np.ones(4), np.full(4, 26), ())
    np.testing.assert_array_equal(by_element(lines, np.array([1.0, 2.5, 2.8, 3.5]))[26], [1, 0, 1])


def test_temperatures_are_read_once(made_up: MadeUp):
    evaluator = Evaluator(Expression.parse("apec"), EDGES)
    for kt in (1.5, 1.6, 2.5):
        for abundance in (0.3, 0.5):
            evaluator([kt, abundance, 0.0, 1.0])
    assert made_up.read == [0, 1]


def test_without_a_reader_it_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plasma, "_readers", [])
    with pytest.raises(InputError, match="nothing here reads AtomDB"):
        Evaluator(Expression.parse("apec"), EDGES)


def test_their_parameters_are_xspecs():
    names = {name: [p.name for p in COMPONENTS[name].parameters] for name in ("apec", "bapec")}
    assert names["apec"] == ["kT", "Abundanc", "Redshift", "norm"]  # XSPEC manual
    assert names["bapec"] == ["kT", "Abundanc", "Redshift", "Velocity", "norm"]
    assert len(COMPONENTS["vapec"].parameters) == 16
