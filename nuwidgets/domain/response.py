"""A response: how photons of every energy are counted in every channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nuwidgets.domain.arrays import lock_arrays
from nuwidgets.domain.provenance import Provenance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nuwidgets.domain.arrays import Floats


@dataclass(frozen=True, eq=False)
class Arf:
    """An effective area (OGIP SPECRESP)."""

    energy_lo_kev: Floats
    """Lower edges, keV, shape (n_energy,)."""
    energy_hi_kev: Floats
    """Upper edges, keV, shape (n_energy,)."""
    area_cm2: Floats
    """Effective area, cm2, shape (n_energy,)."""
    path: str = ""
    """The file it came from."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)


@dataclass(frozen=True, eq=False)
class Response:
    """A redistribution matrix times an effective area."""

    energy_edges_kev: Floats
    """Edges of the true-energy bins, keV, rising, positive, shape (n_energy + 1,)."""
    matrix: Any
    """scipy.sparse.csr_array, shape (n_channel, n_energy): redistribution times area, cm2."""
    channel: NDArray[Any]
    """Channel numbers as the file counts them, shape (n_channel,)."""
    e_min_kev: Floats
    """Lower edge of each channel's nominal energy, keV, shape (n_channel,)."""
    e_max_kev: Floats
    """Upper edge of each channel's nominal energy, keV, shape (n_channel,)."""
    area_cm2: Floats
    """Effective area that is inside `matrix`, cm2, shape (n_energy,); ones for a .rsp file."""
    rmf_path: str = ""
    """The RMF or RSP file it came from."""
    arf_path: str = ""
    """The ARF file it came from."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made; ``approximate`` says so when it was not read from files."""
    width_channels: Floats | None = field(default=None, repr=False)
    """Resolution at each channel, full width at half maximum in channels, shape (n_channel,);
    None: to be read off the matrix."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        lock_arrays(self)

    def __repr__(self) -> str:
        n_channel, n_energy = self.matrix.shape
        note = f", {self.provenance.approximate}" if self.provenance.approximate else ""
        return f"<Response: {n_channel} channels x {n_energy} energies{note}>"
