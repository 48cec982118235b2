"""Table models against the formulas they were filled with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.errors import InputError
from nuwidgets.science.models import tables
from nuwidgets.science.models.grid import Grid
from nuwidgets.science.models.powerlaws import powerlaw
from nuwidgets.science.models.tables import TableAxis, TableModel, component_of

EDGES = np.geomspace(0.5, 20.0, 401)
INSIDE = Grid(np.geomspace(1.0, 15.0, 33))


def definition(name: str) -> ParameterDefinition:
    return ParameterDefinition(name, "", 1.5, 0.0, 0.0, 10.0, 10.0, 0.01)


def made(*axes: TableAxis, additional: int = 0, function=None, **more) -> TableModel:
    """Fill a table with a function of (axis values) -> (1 + additional, n_energy)."""
    points = np.array(np.meshgrid(*(a.values for a in axes), indexing="ij")).reshape(len(axes), -1)
    spectra = np.array([np.atleast_2d(function(*point)) for point in points.T])
    names = [f"p{i}" for i in range(len(axes) + additional)]
    model = TableModel(
        "made", True, EDGES, axes, tuple(map(definition, names)), spectra.astype(np.float32)
    )
    return replace(model, **more)


def flat(_value: float) -> np.ndarray:
    return np.diff(EDGES)


ONE = TableAxis(np.array([1.0, 2.0]))


def compute(model: TableModel, grid: Grid, *values: float, kind: str = "atable") -> np.ndarray:
    component = component_of(model, "made.fits", kind)
    return component.compute(component.prepare(grid, "wilm", "vern"), *values)


def test_a_component_has_the_name_kind_and_parameters_of_its_table() -> None:
    model = made(ONE, function=flat, redshift=True)
    component = component_of(model, "made.fits", "atable")
    assert (component.name, component.kind) == ("atable{made.fits}", "add")
    assert [p.name for p in component.parameters] == ["p0", "z", "norm"]
    assert component.parameters[1].frozen
    factor = component_of(replace(model, additive=False), "m.fits", "mtable")
    assert (factor.name, factor.kind) == ("mtable{m.fits}", "mul")
    assert [p.name for p in factor.parameters] == ["p0", "z"]


def test_linear_interpolation_is_exact_for_what_is_multilinear() -> None:
    axes = [TableAxis(np.array(v)) for v in ([0.0, 1.0, 4.0], [1.0, 3.0], [2.0, 2.5, 7.0])]
    model = made(*axes, function=lambda a, b, c: (1 + a) * (2 + b) * c * np.diff(EDGES))
    got = compute(model, INSIDE, 2.2, 1.7, 6.0)
    np.testing.assert_allclose(got, 3.2 * 3.7 * 6.0 * INSIDE.width_kev, rtol=1e-6)


def test_logarithmic_interpolation_is_linear_in_the_logarithm() -> None:
    model = made(
        TableAxis(np.array([0.1, 1.0, 100.0]), logarithmic=True),
        function=lambda a: (3 + np.log(a)) * np.diff(EDGES),
    )
    for value in (0.1, 0.3, 1.0, 30.0, 100.0):
        got = compute(model, INSIDE, value)
        np.testing.assert_allclose(got, (3 + np.log(value)) * INSIDE.width_kev, rtol=1e-6)


@pytest.mark.parametrize(("given", "used"), [(0.5, 1.0), (2.5, 2.0), (1.0, 1.0), (2.0, 2.0)])
def test_values_outside_of_the_table_count_as_its_ends(given: float, used: float) -> None:
    model = made(ONE, function=lambda a: a * np.diff(EDGES))
    np.testing.assert_allclose(compute(model, INSIDE, given), used * INSIDE.width_kev, rtol=1e-6)


def test_a_power_law_comes_back() -> None:
    axis = TableAxis(np.linspace(1.0, 3.0, 41))
    model = made(axis, function=lambda index: powerlaw(Grid(EDGES), index))
    exact = powerlaw(INSIDE, 1.73)
    np.testing.assert_allclose(compute(model, INSIDE, 1.73), exact, rtol=3e-3)
    on_node = compute(model, Grid(EDGES[::7]), 2.0)
    np.testing.assert_allclose(on_node, powerlaw(Grid(EDGES[::7]), 2.0), rtol=1e-5)


def test_additional_parameters_multiply_their_spectra() -> None:
    rows = [np.diff(EDGES), 2 * np.diff(EDGES), 5 * np.diff(EDGES)]
    model = made(ONE, additional=2, function=lambda _a: np.array(rows))
    got = compute(model, INSIDE, 1.5, 0.5, 2.0)
    np.testing.assert_allclose(got, (1 + 0.5 * 2 + 2 * 5) * INSIDE.width_kev, rtol=1e-6)


def test_no_axis_and_one_value_are_tables_too() -> None:
    alone = TableModel("a", True, EDGES, (), (), np.diff(EDGES)[None, None])
    np.testing.assert_allclose(compute(alone, INSIDE), INSIDE.width_kev)
    single = made(TableAxis(np.array([2.0])), function=flat)
    np.testing.assert_allclose(compute(single, INSIDE, 7.0), INSIDE.width_kev, rtol=1e-6)


def test_photons_are_kept_when_bins_change() -> None:
    model = made(ONE, function=lambda a: powerlaw(Grid(EDGES), a))
    total = model.spectrum(1.3).sum()
    for n_bin in (1, 7, 5000):
        grid = Grid(np.linspace(0.1, 30.0, n_bin + 1))
        assert compute(model, grid, 1.3).sum() == pytest.approx(total, rel=1e-12)


def test_outside_of_the_table_is_nothing_unless_the_file_says_so() -> None:
    grid = Grid([0.1, 0.4, 0.6, 1.0, 19.0, 30.0, 40.0])
    bare = compute(made(ONE, function=flat), grid, 1.0)
    assert bare[[0, 5]].tolist() == [0.0, 0.0]
    assert bare[1] == pytest.approx(0.1, rel=1e-6)
    said = compute(made(ONE, function=flat, below=3.0, above=7.0), grid, 1.0)
    assert said[[0, 5]].tolist() == [3.0, 7.0]
    assert said[1] == pytest.approx(0.1 + 3.0 / 2, rel=1e-6)


def test_outside_of_a_multiplicative_table_is_one_unless_the_file_says_so() -> None:
    grid = Grid([0.1, 0.4, 0.6, 1.0, 19.0, 30.0, 40.0])
    half = made(ONE, function=lambda _a: np.full(EDGES.size - 1, 0.5), additive=False)
    got = compute(half, grid, 1.0, kind="mtable")
    np.testing.assert_allclose(got, [1, 0.75, 0.5, 0.5, (0.5 + 10) / 11, 1], rtol=1e-6)
    said = compute(replace(half, below=0.0, above=2.0), grid, 1.0, kind="mtable")
    np.testing.assert_allclose(said[[0, 5]], [0.0, 2.0])


def test_an_exponential_table_absorbs() -> None:
    depth = made(ONE, function=lambda a: np.full(EDGES.size - 1, a), additive=False)
    got = compute(depth, INSIDE, 1.25, kind="etable")
    np.testing.assert_allclose(got, np.exp(-1.25), rtol=1e-6)


def test_a_redshift_moves_energies_and_stretches_time() -> None:
    model = made(ONE, function=lambda _a: powerlaw(Grid(EDGES), 2.0), redshift=True)
    z = 0.5
    grid = Grid(INSIDE.edges_kev[:25])
    got = compute(model, grid, 1.0, z)
    np.testing.assert_allclose(got, powerlaw(grid, 2.0) * (1 + z) ** -2, rtol=2e-3)
    step = made(
        ONE,
        function=lambda _a: (EDGES[:-1] > 6.0).astype(float),
        redshift=True,
        additive=False,
    )
    got = compute(step, Grid([2.0, 3.9, 4.1, 9.0]), 1.0, z, kind="mtable")
    assert got[0] == 0.0
    assert got[2] == 1.0


def test_reversed_and_empty_bins_are_no_trouble() -> None:
    grid = Grid([2.0, 1.0, 3.0, 3.0])
    model = made(ONE, function=flat)
    np.testing.assert_allclose(compute(model, grid, 1.0), [-1.0, 2.0, 0.0], rtol=1e-6)
    factor = replace(model, additive=False)
    assert np.isfinite(compute(factor, grid, 1.0, kind="mtable")).all()


def test_a_table_of_the_other_kind_is_refused() -> None:
    model = made(ONE, function=flat)
    with pytest.raises(InputError, match=r"says that the model is additive\. Write atable\{a.fits"):
        component_of(model, "a.fits", "mtable")
    with pytest.raises(InputError, match=r"not additive\. Write mtable or etable"):
        component_of(replace(model, additive=False), "a.fits", "atable")


def test_too_many_axes_are_refused() -> None:
    model = replace(made(ONE, function=flat), axes=(ONE,) * 17)
    with pytest.raises(InputError, match="17 parameters to interpolate, at most 16"):
        component_of(model, "a.fits", "atable")


def test_a_table_is_read_by_what_was_said_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_readers", [])
    with pytest.raises(InputError, match="nothing here reads files"):
        tables.table_component("a.fits", "atable")
    asked = []
    tables.use_reader(lambda path: asked.append(path) or made(ONE, function=flat))
    assert tables.table_component("a.fits", "atable").name == "atable{a.fits}"
    assert asked == ["a.fits"]
    with pytest.raises(InputError, match=r"as 'btable'\. Did you mean 'mtable'"):
        tables.table_component("a.fits", "btable")
