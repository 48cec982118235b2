"""Ask how strongly the source varies at each frequency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.power import NORMS, Power, PowerRequest
from nuwidgets.errors import InputError
from nuwidgets.steps.image import as_band
from nuwidgets.steps.region_choice import area_of, as_region_name, put_area
from nuwidgets.steps.traits import above_zero

if TYPE_CHECKING:
    from nuwidgets.steps.regions import RegionsStep


def as_frequencies(value: Any) -> tuple[float, float]:
    """Take two frequencies in Hz, the lower first; two equal ones mean that none are chosen.

    Raises
    ------
    InputError
        If it is no such pair.
    """
    try:
        lo, hi = (float(one) for one in value)
    except (TypeError, ValueError):
        lo, hi = 1.0, 0.0
    if not 0 <= lo <= hi < float("inf"):
        raise InputError(
            f"Cannot use {value!r} as frequencies. Give two in Hz, 0 or above, the lower first,"
            " e.g. (0.01, 10)."
        )
    return lo, hi


class PowerStep(Step[PowerRequest, Power]):
    """Averages power spectra over segments of good time, by stingray."""

    examples: ClassVar = {
        "band": ((3.0, 79.0), (3.0, 20.0)),
        "dt_s": (1.0 / 64.0, 0.5),
        "segment_s": (256.0, 128.0),
        "norm": ("frac", "leahy"),
        "log_step": (0.05, 0.0),
        "rms_range_hz": ((0.0, 0.0), (0.01, 1.0)),
        "region": ("source", "background"),
    }
    regardless: ClassVar = ("named",)
    """Settings of the steps above that do not matter unless `region` names one of them."""

    band = Value(as_band, (3.0, 79.0), "a Band in keV")
    dt_s = Value(above_zero("the length of a time bin", "e.g. 0.01 s"), 1.0 / 64.0, "a length in s")
    segment_s = Value(above_zero("the length of a segment", "e.g. 256 s"), 256.0, "a length in s")
    norm = t.Enum(tuple(NORMS), "frac", help="'leahy' (noise is 2), 'frac' (rms), or 'abs'.")
    log_step = t.Float(0.05, min=0.0, max=1.0, help="Each bin is wider by this; 0 joins none.")
    rms_range_hz = Value(as_frequencies, (0.0, 0.0), "two frequencies in Hz")
    """Where the rms is taken; two equal ones take all frequencies."""
    region = Value(as_region_name, "source", "the name of a region")
    """Whose events: source, background, or a named region."""

    above: tuple[RegionsStep]

    def request(self) -> PowerRequest:
        """Give what the power spectrum depends on."""
        return PowerRequest(
            self.above[0].request(),
            self.band,
            self.dt_s,
            self.segment_s,
            self.norm,
            self.log_step,
            self.rms_range_hz,
            self.region,
            area_of(self.above[0], self.region),
        )

    def recall(self, request: PowerRequest) -> None:
        """Set the settings that `request` was made from, a named region too."""
        super().recall(request)
        put_area(self.above[0], request.region, request.area)
