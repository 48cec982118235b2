"""Components whose spectra stand in a file: atable, mtable and etable.

The format is that of OGIP memo 92-009. Reading files is not for this room: who wires the package
says once, with `use_reader`, what reads them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from nuwidgets.errors import InputError, nearest
from nuwidgets.science.models.component import NORM, REDSHIFT, Component, same

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from nuwidgets.domain.model import ParameterDefinition
    from nuwidgets.science.models.grid import Array, Grid

TableKind: TypeAlias = Literal["atable", "mtable", "etable"]
KINDS: tuple[TableKind, ...] = ("atable", "mtable", "etable")
"""Additive, multiplicative, and exp(-table)."""
MOST_AXES = 16
"""More parameters to interpolate would need 2^n spectra at a time."""
_TABLE_REDSHIFT = replace(REDSHIFT, name="z")
_readers: list[Callable[[str], TableModel]] = []


@dataclass(frozen=True, eq=False)
class TableAxis:
    """One parameter that is interpolated."""

    values: Array
    """Where spectra are tabulated, rising, shape (n_value,)."""
    logarithmic: bool = False
    """Whether one interpolates in the logarithm of the parameter (METHOD 1)."""

    def place(self, value: float) -> tuple[int, float]:
        """Give the index of the tabulated value below, and how far it is to the next, 0 to 1.

        A value outside of the table counts as the nearest inside.
        """
        if self.values.size == 1:
            return 0, 0.0
        inside = min(max(value, float(self.values[0])), float(self.values[-1]))
        index = int(np.searchsorted(self.values, inside, side="right")) - 1
        index = min(index, self.values.size - 2)
        lo, hi = float(self.values[index]), float(self.values[index + 1])
        if self.logarithmic:
            return index, float(np.log(inside / lo) / np.log(hi / lo))
        return index, (inside - lo) / (hi - lo)


@dataclass(frozen=True, eq=False)
class TableModel:
    """A grid of spectra over parameters, as a file holds it."""

    name: str
    """What the file calls the model (MODLNAME)."""
    additive: bool
    """Whether its values are photons/cm2/s per bin (ADDMODEL); else they are bare numbers."""
    energy_edges_kev: Array
    """Edges of the tabulated bins, keV, rising, shape (n_energy + 1,)."""
    axes: tuple[TableAxis, ...]
    """The parameters that are interpolated."""
    parameters: tuple[ParameterDefinition, ...]
    """Those of the axes, then the additional ones, whose spectra are multiplied and added."""
    spectra: npt.NDArray[np.floating]
    """Shape (product of axes' sizes, 1 + n_additional, n_energy), the last axis fastest."""
    redshift: bool = False
    """Whether the redshift is a parameter too (REDSHIFT)."""
    below: float | None = None
    """Model value below the tabulated energies (LOELIMIT)."""
    above: float | None = None
    """Model value above the tabulated energies (HIELIMIT)."""

    def spectrum(self, *values: float) -> Array:
        """Give the spectrum at parameter values, linear between the tabulated ones.

        Parameters
        ----------
        *values : float
            Of `parameters`, in order.

        Returns
        -------
        ndarray, shape (n_energy,)
        """
        n_axes = len(self.axes)
        rows, weights = self._corners(values[:n_axes])
        shape = self.spectra.shape[1:]
        mixed = weights @ self.spectra[rows].reshape(len(rows), -1).astype(np.float64)
        factors = np.array([1.0, *values[n_axes : len(self.parameters)]])
        return np.asarray(factors @ mixed.reshape(shape))

    def _corners(self, values: tuple[float, ...]) -> tuple[npt.NDArray[np.intp], Array]:
        """Give the rows around a point, and their weights; rows of weight 0 are left out."""
        places = [axis.place(value) for axis, value in zip(self.axes, values, strict=True)]
        sides = [((index, 1 - part), (index + 1, part)) for index, part in places]
        kept = [[side for side in pair if side[1] != 0.0] for pair in sides]
        sizes = tuple(axis.values.size for axis in self.axes)
        corners = list(product(*kept))
        indices = [[index for index, _ in corner] for corner in corners]
        weights = [np.prod([weight for _, weight in corner]) for corner in corners]
        if not sizes:
            return np.zeros(1, np.intp), np.ones(1)
        return np.ravel_multi_index(np.array(indices).T, sizes), np.array(weights)


def _overlap(model: TableModel, edges_kev: Array, content: Array) -> tuple[Array, Array, Array]:
    """Give what of the content falls into each bin, and its parts below and above the table."""
    table = model.energy_edges_kev
    total = np.concatenate([[0.0], np.cumsum(content)])
    inside = np.diff(np.interp(edges_kev, table, total))
    width = np.diff(edges_kev)
    scale = np.where(width == 0, 1.0, width)
    below = np.diff(np.minimum(edges_kev, table[0])) / scale
    above = np.diff(np.maximum(edges_kev, table[-1])) / scale
    return inside, below, above


def photons(model: TableModel, grid: Grid, values: tuple[float, ...]) -> Array:
    """Give the photons of an additive table in each bin, for norm 1.

    Photons are spread evenly over each tabulated bin. At a redshift z a bin of the observer holds
    those at its energies times 1 + z, divided by 1 + z because time is stretched, as in zashift
    (XSPEC manual). Outside of the table there are none, unless the file says how many.

    Returns
    -------
    ndarray, shape (n_bin,), photons/cm2/s
    """
    factor = 1.0 + (values[len(model.parameters)] if model.redshift else 0.0)
    content = model.spectrum(*values[: len(model.parameters)])
    inside, below, above = _overlap(model, grid.edges_kev * factor, content)
    return inside / factor + below * (model.below or 0.0) + above * (model.above or 0.0)


def factors(model: TableModel, grid: Grid, values: tuple[float, ...], sign: int = 0) -> Array:
    """Give the factors of a multiplicative table in each bin.

    It is the mean of the table over the bin, at E (1 + z) if there is a redshift; 1 outside of the
    table unless the file says otherwise (XSPEC manual, models mtable and etable).

    Parameters
    ----------
    model : TableModel
        The table.
    grid : Grid
        Energy bins.
    values : tuple of float
        Of its parameters, and of the redshift if there is one.
    sign : int
        0 for the table as it is, -1 for exp(-table), taken bin by bin of the table.

    Returns
    -------
    ndarray, shape (n_bin,)
    """
    factor = 1.0 + (values[len(model.parameters)] if model.redshift else 0.0)
    content = model.spectrum(*values[: len(model.parameters)])
    content = np.exp(sign * content) if sign else content
    edges = grid.edges_kev * factor
    inside, below, above = _overlap(model, edges, content * np.diff(model.energy_edges_kev))
    width = np.diff(edges)
    mean = inside / np.where(width == 0, 1.0, width)
    outside = [1.0 if limit is None else limit for limit in (model.below, model.above)]
    return np.asarray(mean + below * outside[0] + above * outside[1])


def component_of(model: TableModel, path: str, kind: TableKind) -> Component:
    """Make a table a component.

    Parameters
    ----------
    model : TableModel
        The table.
    path : str
        Its file, as the expression names it.
    kind : str
        ``atable``, ``mtable`` or ``etable``.

    Raises
    ------
    InputError
        The table is of the other kind, or has too many parameters.
    """
    if model.additive != (kind == "atable"):
        right = "atable" if model.additive else "mtable or etable"
        raise InputError(
            f"Cannot use {path!r} as {kind}: the file says that the model is "
            f"{'' if model.additive else 'not '}additive. Write {right}{{{path}}}."
        )
    if len(model.axes) > MOST_AXES:
        raise InputError(
            f"Cannot use {path!r}: it has {len(model.axes)} parameters to interpolate, at most "
            f"{MOST_AXES} can be. Make a smaller table."
        )
    definitions = model.parameters + ((_TABLE_REDSHIFT,) if model.redshift else ())
    name = f"{kind}{{{path}}}"
    if kind == "atable":

        def give(grid: Grid, *values: float) -> Array:
            return photons(model, grid, values)

        return Component(name, "add", (*definitions, NORM), same, give)
    sign = -1 if kind == "etable" else 0

    def multiply(grid: Grid, *values: float) -> Array:
        return factors(model, grid, values, sign)

    return Component(name, "mul", definitions, same, multiply)


def use_reader(read: Callable[[str], TableModel]) -> None:
    """Say what reads the files of table models; called once, where the package is wired.

    Parameters
    ----------
    read : callable
        Path -> `TableModel`, such as `nuwidgets.files.table_model.read_table_model`.
    """
    _readers[:] = [read]


def table_component(path: str, kind: TableKind) -> Component:
    """Read a table model and make it a component, called as in XSPEC: ``atable{path}``.

    Parameters
    ----------
    path : str
        The file.
    kind : str
        ``atable``, ``mtable`` or ``etable``.

    Raises
    ------
    InputError
        Unknown kind, a table of the other kind, or nothing that reads files.
    FileError
        If the file cannot be read or is no table model.
    """
    if kind not in KINDS:
        raise InputError(f"Cannot use {path!r} as {kind!r}. {nearest(kind, KINDS)}")
    if not _readers:
        raise InputError(
            f"Cannot read the table model {path!r}: nothing here reads files. Call "
            "nuwidgets.science.models.tables.use_reader first."
        )
    return component_of(_readers[0](path), path, kind)
