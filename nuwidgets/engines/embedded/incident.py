"""The photons of a model before the telescope: whole or in parts, for each spectrum's data group.

They are computed in the energy bins of the spectrum's response. Where these do not cover a band,
the rest is filled with 100 logarithmic bins, as XSPEC does after ``energies extend``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nuwidgets.engines.embedded.source_responses import response_for
from nuwidgets.engines.embedded.sources import composite_of, groups_of
from nuwidgets.errors import InputError, nearest
from nuwidgets.science.models import pick
from nuwidgets.science.models.evaluate import Evaluator

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.science.models.composite import Composite, NamedModel
    from nuwidgets.science.models.pick import Part

EXTRA_BINS = 100
"""Logarithmic bins added on each side where the response ends."""


@dataclass(frozen=True)
class Choice:
    """Which model of a fit is meant, and which of its components."""

    model: NamedModel
    """The model."""
    spans: tuple[slice, ...]
    """Where its parameters for each spectrum stand among all of them."""
    index: int | None
    """The component, from 0; None for the whole model."""

    @property
    def part(self) -> Part:
        """The component with all that acts on it, or the whole."""
        expression = self.model.expression
        return pick.whole(expression) if self.index is None else pick.alone(expression, self.index)


@dataclass(frozen=True, eq=False)
class Sight:
    """What one spectrum sees of a model."""

    name: str
    """Short name of the spectrum."""
    edges_kev: Floats
    """Edges of the energy bins, keV, shape (n + 1,)."""
    span: slice
    """Where the parameters of its data group stand among all."""
    request: FitRequest
    """The fit."""

    def of(self, part: Part) -> Callable[[Floats], Floats]:
        """Give the photons/cm2/s of a part, shape (n,), as a function of all parameters."""
        asked = self.request
        evaluate = Evaluator(part.expression, self.edges_kev, asked.abundance, asked.cross_section)

        def photons(values: Floats) -> Floats:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                return evaluate(part.values(values[self.span]))

        return photons


def choose(request: FitRequest, n_spectra: int, component: str = "") -> Choice:
    """Find what a text such as ``"gaussian"``, ``"3"``, ``"bkg:powerlaw"`` or ``"bkg:"`` means.

    Parameters
    ----------
    request : FitRequest
        The fit.
    n_spectra : int
        How many spectra it has.
    component : str
        The component by its number or name, after the name of its model and a colon where that is
        not the first; without a component the whole model is meant.

    Raises
    ------
    InputError
        No spectrum, parameters that are not the model's, an unknown model or component, or a model
        without photons.
    """
    composite = composite_of(request, n_spectra)
    groups = groups_of(request, n_spectra)
    head, colon, name = component.rpartition(":")
    at = _model_index(composite, head.strip()) if colon else 0
    model = composite.models[at]
    index = pick.component_index(model.expression, name) if name.strip() else None
    spans = tuple(composite.group_span(at, group, max(groups)) for group in groups)
    return Choice(model, spans, index)


def _model_index(composite: Composite, head: str) -> int:
    """Give the index of the model of a name or source number."""
    found = [
        i
        for i, one in enumerate(composite.models)
        if head in (one.name, str(one.source)) and (head or not one.name)
    ]
    if not found:
        known = [one.name or str(one.source) for one in composite.models]
        raise InputError(f"No model is called {head!r}. {nearest(head, known)}")
    return found[0]


def sights(
    request: FitRequest, above: tuple[Spectrum, ...], choice: Choice, band: Band | None = None
) -> tuple[tuple[Sight, ...], tuple[str, ...]]:
    """Give what each spectrum sees of the chosen model, and sentences about energies added.

    Raises
    ------
    InputError
        A spectrum has no response.
    """
    seen, said = [], []
    for number, (spectrum, span) in enumerate(zip(above, choice.spans, strict=True), start=1):
        response = response_for(request, number, spectrum, choice.model.source)
        edges, extended = covering(response.energy_edges_kev, band)
        seen.append(Sight(spectrum.name, edges, span, request))
        if extended:
            said.append(
                f"{spectrum.name or 'The response'}: {band} reaches beyond the energies of the"
                f" response; the rest was filled with {EXTRA_BINS} logarithmic bins."
            )
    return tuple(seen), tuple(dict.fromkeys(said))


def covering(edges_kev: Floats, band: Band | None) -> tuple[Floats, bool]:
    """Give edges that cover a band, and whether any had to be added.

    Parameters
    ----------
    edges_kev : ndarray, shape (n + 1,), keV
        Edges of the response's energy bins.
    band : Band or None
        The band; None where the response's energies are all that is wanted.
    """
    falls = np.flatnonzero(np.diff(edges_kev) <= 0)  # the first row of some files is reversed
    rising = edges_kev[falls[-1] + 1 if len(falls) else 0 :]
    if band is None:
        return rising, False
    low, high = float(rising[0]), float(rising[-1])
    parts = [rising]
    start = max(band.lo_kev, low * 1e-3)
    if start < low:
        parts.insert(0, np.geomspace(start, low, EXTRA_BINS + 1)[:-1])
    if band.hi_kev > high:
        parts.append(np.geomspace(high, band.hi_kev, EXTRA_BINS + 1)[1:])
    return np.concatenate(parts), len(parts) > 1
