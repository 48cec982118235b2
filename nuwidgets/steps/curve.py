"""Fold the model at the parameters of now: what the plots follow while a slider moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.fit import Curve, CurveRequest
from nuwidgets.steps.image import as_band

if TYPE_CHECKING:
    from astropy.units import Quantity

    from nuwidgets.domain.band import Band
    from nuwidgets.steps.fit import FitStep


def _band_or_none(value: Any) -> Band | None:
    return None if value is None else as_band(value)


class CurveStep(Step[CurveRequest, Curve]):
    """Compares the model of the fit with the data, without fitting."""

    recorded: ClassVar = False
    examples: ClassVar[dict[str, tuple[object, object]]] = {}

    selected_kev = Value(_band_or_none, None, "a Band in keV or None: what is brushed")

    beside: tuple[FitStep]

    @property
    def selected_energy(self) -> Quantity | None:
        """What is brushed, as astropy energies, shape (2,), lower and upper; None without."""
        if self.selected_kev is None:
            return None
        from astropy import units as u

        return [self.selected_kev.lo_kev, self.selected_kev.hi_kev] * u.keV

    def request(self) -> CurveRequest:
        """Give what the curve depends on."""
        return CurveRequest(self.beside[0].request())
