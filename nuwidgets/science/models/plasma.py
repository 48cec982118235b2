"""Thin hot plasma in collisional equilibrium: apec, vapec and bapec from the files of AtomDB.

Smith et al. 2001 (2001ApJ...556L..91S), Foster et al. 2012 (2012ApJ...756..128F): at each of
some tabulated temperatures AtomDB gives lines, a continuum and a sum of weak lines for each
element. Between two temperatures spectra are interpolated linearly in kT. Reading files is not
for this room: who wires the package says once, with `use_reader`, what reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from nuwidgets.domain.model import ParameterDefinition
from nuwidgets.errors import InputError
from nuwidgets.science.cosmology import LIGHT_KM_S
from nuwidgets.science.models.abundances import ATOMIC_NUMBERS, abundances
from nuwidgets.science.models.component import NORM, REDSHIFT, Component

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from nuwidgets.science.models.grid import Array, Grid

NORM_CM = 1e14
"""Photons/cm2/s of norm 1 for an emissivity of 1 photon cm3/s (XSPEC manual, model apec)."""
METALS = ("C", "N", "O", "Ne", "Mg", "Al", "Si", "S", "Ar", "Ca", "Fe", "Ni")
"""Elements that Abundanc of apec scales (XSPEC manual); others stay as the table has them."""
VARIABLE = ("He", *METALS)
"""Elements whose abundances are parameters of vapec."""
REACH = 6.0
"""A broadened line ends this many widths from its centre."""


@dataclass(frozen=True, eq=False)
class Emission:
    """What AtomDB says of one temperature, for the abundances of Anders & Grevesse 1989."""

    line_kev: Array
    """Energies of lines, keV, shape (n_line,)."""
    line_cm3_s: Array
    """Emissivities of lines, photons cm3/s, shape (n_line,)."""
    line_element: npt.NDArray[np.int_]
    """Atomic numbers, shape (n_line,)."""
    smooth: tuple[tuple[int, Array, Array], ...]
    """Atomic number, energies in keV and photons cm3/s/keV, of each continuum."""


class Plasma(Protocol):
    """Where emissions come from."""

    kt_kev: Array
    """Tabulated temperatures, keV, rising."""

    def emission(self, index: int) -> Emission:
        """Give what is tabulated at one temperature."""


_readers: list[Callable[[], Plasma]] = []


def use_reader(read: Callable[[], Plasma]) -> None:
    """Say what finds and reads AtomDB; called once, where the package is wired.

    Parameters
    ----------
    read : callable
        Gives a `Plasma`, or raises `FileError` that says where the files are to be put.
    """
    _readers[:] = [read]


class Spectra:
    """Gives spectra of one plasma on one grid; the last ones are remembered.

    Parameters
    ----------
    grid : Grid
        Energy bins of the observer.
    plasma : Plasma
        Emissions at the tabulated temperatures.
    solar : mapping
        Abundances that count as 1, over those of the emissions, by atomic number.
    """

    def __init__(self, grid: Grid, plasma: Plasma, solar: Mapping[int, float]) -> None:
        self.grid = grid
        self.plasma = plasma
        self.solar = solar
        self._memory: dict[tuple[int, float, float], dict[int, Array]] = {}

    def __call__(
        self, kt_kev: float, scales: Mapping[int, float], redshift: float, width: float = 0.0
    ) -> Array:
        """Give photons per bin for norm 1.

        Parameters
        ----------
        kt_kev : float
            Temperature, keV; outside of the table the nearest one counts.
        scales : mapping
            Abundances by atomic number, 1 for those of the chosen table; 1 where none is given.
        redshift : float
            Redshift, above -1; photons are 1 / (1 + z) fewer for the time between them.
        width : float
            Standard deviation of lines over their energy.

        Returns
        -------
        ndarray, shape (n_bin,), photons/cm2/s
        """
        temperatures = self.plasma.kt_kev
        inside = min(max(kt_kev, float(temperatures[0])), float(temperatures[-1]))
        upper = int(np.clip(np.searchsorted(temperatures, inside), 1, temperatures.size - 1))
        lo, hi = float(temperatures[upper - 1]), float(temperatures[upper])
        share = (inside - lo) / (hi - lo)
        total = np.zeros(self.grid.width_kev.size)
        for index, weight in ((upper - 1, 1.0 - share), (upper, share)):
            if weight:
                for element, photons in self._elements(index, redshift, width).items():
                    scale = scales.get(element, 1.0) * self.solar.get(element, 1.0)
                    total += weight * scale * photons
        return total * NORM_CM / (1.0 + redshift)

    def _elements(self, index: int, redshift: float, width: float) -> dict[int, Array]:
        key = (index, redshift, width)
        if key not in self._memory:
            kept = list(self._memory)[-1:]  # the neighbour, of two that are in use
            self._memory = {one: self._memory[one] for one in kept}
            edges = self.grid.edges_kev * (1.0 + redshift)
            self._memory[key] = by_element(self.plasma.emission(index), edges, width)
        return self._memory[key]


def by_element(emission: Emission, edges_kev: Array, width: float = 0.0) -> dict[int, Array]:
    """Give photons cm3/s in each bin, by atomic number.

    Parameters
    ----------
    emission : Emission
        At one temperature.
    edges_kev : ndarray, shape (n_bin + 1,)
        Edges of the bins at the source, keV.
    width : float
        Standard deviation of lines over their energy; 0 puts each into one bin.
    """
    found: dict[int, Array] = {}
    for element, energy, density in emission.smooth:
        below = _integral(edges_kev, energy, density)
        found[element] = found.get(element, 0.0) + np.diff(below)
    for element in np.unique(emission.line_element):
        mine = emission.line_element == element
        lines = _lines(edges_kev, emission.line_kev[mine], emission.line_cm3_s[mine], width)
        found[int(element)] = found.get(int(element), 0.0) + lines
    return found


def _integral(at: Array, energy: Array, density: Array) -> Array:
    """Integrate from the first energy a density that is linear between its energies, 0 outside."""
    inside = np.clip(at, energy[0], energy[-1])
    index = np.clip(np.searchsorted(energy, inside, side="right") - 1, 0, energy.size - 2)
    steps = np.diff(energy) * (density[1:] + density[:-1]) / 2
    below = np.concatenate([[0.0], np.cumsum(steps)])
    here = np.interp(inside, energy, density)
    return np.asarray(below[index] + (inside - energy[index]) * (density[index] + here) / 2)


def _lines(edges: Array, energy: Array, strength: Array, width: float) -> Array:
    """Give the photons of lines in each bin."""
    if width <= 0:
        order = np.argsort(energy)
        below = np.concatenate([[0.0], np.cumsum(strength[order])])
        return np.diff(below[np.searchsorted(energy[order], edges)])
    from scipy import special

    sigma = energy * width
    first = np.searchsorted(edges, energy - REACH * sigma)
    last = np.searchsorted(edges, energy + REACH * sigma)
    counts = last - first
    line = np.repeat(np.arange(energy.size), counts)
    edge = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - first, counts)
    partly = strength[line] * special.ndtr((edges[edge] - energy[line]) / sigma[line])
    wholly = np.cumsum(np.bincount(last, strength, edges.size + 1))[: edges.size]
    return np.diff(wholly + np.bincount(edge, partly, edges.size))


def prepare(grid: Grid, abundance: str, _cross_section: str) -> Spectra:
    """Find AtomDB and prepare spectra for an abundance table.

    Raises
    ------
    InputError
        Nothing that reads files.
    FileError
        If there are no files of AtomDB, or they cannot be used.
    """
    if not _readers:
        raise InputError(
            "Cannot compute a plasma: nothing here reads AtomDB. Call "
            "nuwidgets.science.models.plasma.use_reader first."
        )
    emitted, wanted = abundances("angr"), abundances(abundance)
    return Spectra(grid, _readers[0](), {z: wanted[z] / emitted[z] for z in wanted})


_METALS = tuple(ATOMIC_NUMBERS[symbol] for symbol in METALS)
_VARIABLE = tuple(ATOMIC_NUMBERS[symbol] for symbol in VARIABLE)


def apec(spectra: Spectra, kt_kev: float, abundance: float, redshift: float) -> Array:
    """Give photons per bin of a plasma, norm 1 (XSPEC manual, model apec), shape (n_bin,)."""
    return spectra(kt_kev, dict.fromkeys(_METALS, abundance), redshift)


def vapec(spectra: Spectra, kt_kev: float, *values: float) -> Array:
    """Give the same with an abundance of each of `VARIABLE`, then the redshift (model vapec)."""
    return spectra(kt_kev, dict(zip(_VARIABLE, values[:-1], strict=True)), values[-1])


def bapec(
    spectra: Spectra, kt_kev: float, abundance: float, redshift: float, velocity_km_s: float
) -> Array:
    """Give apec whose lines are Gaussians, with a velocity as sigma (XSPEC manual, model bapec).

    The pseudo-continuum of weak lines stays as it is.
    """
    width = velocity_km_s / LIGHT_KM_S
    return spectra(kt_kev, dict.fromkeys(_METALS, abundance), redshift, width)


_P = ParameterDefinition
_KT = _P("kT", "keV", 1.0, 0.008, 0.008, 64.0, 64.0, 0.01)
_VKT = _P("kT", "keV", 6.5, 0.0808, 0.0808, 68.447, 68.447, 0.01)
_ABUNDANCE = _P("Abundanc", "", 1.0, 0.0, 0.0, 5.0, 5.0, 0.001, frozen=True)
_EACH = tuple(_P(s, "", 1.0, 0.0, 0.0, 1000.0, 1000.0, 0.01, frozen=True) for s in VARIABLE)
_VELOCITY = _P("Velocity", "km/s", 0.0, 0.0, 0.0, 1e4, 1e4, 1.0, frozen=True)
COMPONENTS = (
    Component("apec", "add", (_KT, _ABUNDANCE, REDSHIFT, NORM), prepare, apec),
    Component("vapec", "add", (_VKT, *_EACH, REDSHIFT, NORM), prepare, vapec),
    Component("bapec", "add", (_KT, _ABUNDANCE, REDSHIFT, _VELOCITY, NORM), prepare, bapec),
)
