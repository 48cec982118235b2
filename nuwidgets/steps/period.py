"""Search for a period of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.period import METHODS, Period, PeriodRequest
from nuwidgets.steps.image import as_band
from nuwidgets.steps.power import as_frequencies
from nuwidgets.steps.region_choice import area_of, as_region_name, put_area

if TYPE_CHECKING:
    from nuwidgets.steps.regions import RegionsStep


class PeriodStep(Step[PeriodRequest, Period]):
    """Folds arrival times at trial frequencies, and at the best one."""

    examples: ClassVar = {
        "band": ((3.0, 79.0), (3.0, 20.0)),
        "range_hz": ((0.01, 1.0), (0.05, 0.06)),
        "method": ("z2", "folding"),
        "n_harmonics": (2, 1),
        "n_bins": (32, 16),
        "oversampling": (4.0, 2.0),
        "fdot_hz_per_s": (0.0, 1e-10),
        "level": (0.01, 0.001),
        "region": ("source", "background"),
    }
    regardless: ClassVar = ("named",)
    """Settings of the steps above that do not matter unless `region` names one of them."""

    band = Value(as_band, (3.0, 79.0), "a Band in keV")
    range_hz = Value(as_frequencies, (0.01, 1.0), "two frequencies in Hz")
    """Lowest and highest trial frequency; two equal ones fold without a search."""
    method = t.Enum(tuple(METHODS), "z2", help="How profiles are judged: 'z2' or 'folding'.")
    n_harmonics = t.Int(2, min=1, max=20, help="Harmonics of Z squared.")
    n_bins = t.Int(32, min=4, max=1024, help="Bins of phase.")
    oversampling = t.Float(4.0, min=1.0, max=100.0, help="Trials in the width of a peak.")
    fdot_hz_per_s = t.Float(0.0, help="Change of the frequency, Hz/s.")
    level = t.Float(0.01, min=1e-12, max=0.5, help="Probability that noise passes the threshold.")
    region = Value(as_region_name, "source", "the name of a region")
    """Whose events: source, background, or a named region."""

    above: tuple[RegionsStep]

    def request(self) -> PeriodRequest:
        """Give what the search depends on."""
        return PeriodRequest(
            self.above[0].request(),
            self.band,
            self.range_hz,
            self.method,
            self.n_harmonics,
            self.n_bins,
            self.oversampling,
            self.fdot_hz_per_s,
            self.level,
            self.region,
            area_of(self.above[0], self.region),
        )

    def recall(self, request: PeriodRequest) -> None:
        """Set the settings that `request` was made from, a named region too."""
        super().recall(request)
        put_area(self.above[0], request.region, request.area)
