"""The equivalent width of a component, as XSPEC's ``eqwidth`` finds it.

The photons of the component, with all that acts on it, over those of all other components in a
keV around its peak (XSPEC 12 manual, command ``eqwidth``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.eqwidth import EqWidth
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines.embedded.drawn import intervals
from nuwidgets.engines.embedded.flux import pairs_of
from nuwidgets.engines.embedded.incident import choose, sights
from nuwidgets.errors import EngineFailedError, InputError
from nuwidgets.science.models import pick
from nuwidgets.science.models.flux import energy_flux
from nuwidgets.science.models.resolved import values as values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.eqwidth import EqWidthRequest
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.embedded.incident import Choice, Sight

LINES = ("gaussian", "zgauss", "lorentz", "zlorentz", "voigt", "diskline", "laor")
"""Components that are meant when none is named."""


def solve_eqwidth(request: EqWidthRequest, above: tuple[Spectrum, ...], token: Any) -> EqWidth:
    """Give the equivalent width for each spectrum's data group.

    Raises
    ------
    InputError
        A component that is not there or not additive, no continuum, a fraction that is none, or
        draws that cannot be made.
    EngineFailedError
        There is no continuum at these parameters.
    CancelledError
        Stopped through the token.
    """
    token.check()
    if not 0 <= request.fraction < 1:
        raise InputError(
            f"Cannot average the continuum over a fraction {request.fraction!r} of the energy: give"
            " 0 (one energy bin) or more, and less than 1, e.g. 0.05."
        )
    choice = choose(request.fit, len(above), request.component)
    choice = choice if choice.index is not None else _only_line(choice)
    seen, said = sights(request.fit, above, choice)
    expression, index = choice.model.expression, choice.index or 0
    rest = pick.without(expression, index)
    norm = pick.spans(expression)[index][1] - 1
    views = [_View(one, one.of(choice.part), one.of(rest), norm) for one in seen]

    def measure(values: Floats) -> Floats:
        return np.array([view.width(values, request.fraction) for view in views])

    now = measure(np.array(values_of(request.fit.parameters)))
    if not np.isfinite(now).all():
        raise EngineFailedError(
            f"Cannot find the equivalent width of {expression.components[index].name}: what is"
            " around it has no photons at these parameters. Give the continuum a norm, and fit."
        )
    ends: tuple[tuple[float, float], ...] = ()
    if request.draws:
        draws = request.draws, request.level, request.seed
        spread, doubts = intervals(request.fit, above, token, measure, draws)
        ends, said = pairs_of(spread[:, :, 0]), (*said, *doubts)
    width, energy, photons, continuum = (tuple(column.tolist()) for column in now.T)
    return EqWidth(
        width_kev=width,
        intervals_kev=ends,
        energy_kev=energy,
        photons_per_cm2_s=photons,
        continuum_per_kev=continuum,
        component=f"{expression.components[index].name}_{index + 1}",
        request=request,
        provenance=Provenance(warnings=said),
    )


def _only_line(choice: Choice) -> Choice:
    """Give the one component that is a line."""
    components = choice.model.expression.components
    found = [i for i, one in enumerate(components) if one.name in LINES]
    if len(found) != 1:
        able = [f"{c.name}_{i}" for i, c in enumerate(components, 1) if c.kind == "add"]
        raise InputError(
            f"Cannot tell whose equivalent width is meant: {choice.model.text!r} has"
            f" {len(found) or 'no'} lines. Set component to {' or '.join(able)}."
        )
    return replace(choice, index=found[0])


@dataclass(frozen=True, eq=False)
class _View:
    """What one spectrum sees of the line, and of the rest."""

    sight: Sight
    line: Callable[[Floats], Floats]
    rest: Callable[[Floats], Floats]
    norm: int

    def width(self, values: Floats, fraction: float) -> tuple[float, float, float, float]:
        """Give the width, the peak, keV, photons of the line and of the rest per keV."""
        edges_kev, photons = self.sight.edges_kev, self.line(values)
        shape = photons if photons.any() else self.line(self._with_a_norm(values))
        peak = int(np.argmax(np.abs(np.nan_to_num(shape / np.diff(edges_kev)))))
        lo_kev, hi_kev = float(edges_kev[peak]), float(edges_kev[peak + 1])
        energy_kev, total = (lo_kev + hi_kev) / 2, float(photons.sum())
        if fraction:
            lo_kev = max(energy_kev * (1 - fraction), float(edges_kev[0]))
            hi_kev = min(energy_kev * (1 + fraction), float(edges_kev[-1]))
        around = energy_flux(self.rest(values), edges_kev, lo_kev, hi_kev).photons
        around /= hi_kev - lo_kev
        return (total / around if around else np.nan), energy_kev, total, around

    def _with_a_norm(self, values: Floats) -> Floats:
        """Give the parameters with a norm of the line that shows where it is."""
        changed = values.copy()
        changed[self.sight.span.start + self.norm] = 1.0
        return changed
