"""Compare the rates of two bands along time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.hardness import DEFINITIONS, Hardness, HardnessRequest
from nuwidgets.domain.lightcurve import BINS
from nuwidgets.steps.image import as_band
from nuwidgets.steps.region_choice import area_of, as_region_name, put_area
from nuwidgets.steps.traits import above_zero

if TYPE_CHECKING:
    from nuwidgets.steps.regions import RegionsStep


class HardnessStep(Step[HardnessRequest, Hardness]):
    """Says how hard the spectrum is in each time bin."""

    only_seen: ClassVar = True
    examples: ClassVar = {
        "soft": ((3.0, 10.0), (3.0, 7.0)),
        "hard": ((10.0, 79.0), (10.0, 30.0)),
        "binsize_s": (256.0, 100.0),
        "bins": ("equal", "gti"),
        "definition": DEFINITIONS,
        "region": ("source", "background"),
        "subtract_background": (True, False),
        "correct_livetime": (True, False),
        "min_counts": (5, 20),
    }
    regardless: ClassVar = ("named",)
    """Settings of the steps above that do not matter unless `region` names one of them."""

    soft = Value(as_band, (3.0, 10.0), "a Band in keV")
    hard = Value(as_band, (10.0, 79.0), "a Band in keV")
    binsize_s = Value(above_zero("the length of a bin", "e.g. 256 s"), 256.0, "a length in s")
    bins = t.Enum(BINS, "equal", help="'gti': begun anew in each good interval; 'orbit': one each.")
    definition = t.Enum(DEFINITIONS, "difference", help="(H - S) / (H + S), or H / S.")
    region = Value(as_region_name, "source", "the name of a region")
    """Whose events: source, background, or a named region."""
    subtract_background = t.Bool(default_value=True, help="Take away the background, scaled.")
    correct_livetime = t.Bool(default_value=True, help="Divide by the live fraction of each bin.")
    min_counts = t.Int(5, min=1, help="Fewest counts of each band for a bin to have a hardness.")
    min_fracexp = t.Float(0.5, min=0.0, max=1.0, help="Show bins with more good time than this.")

    above: tuple[RegionsStep]

    def request(self) -> HardnessRequest:
        """Give what the hardness depends on; what is only shown (min_fracexp) is not in it."""
        return HardnessRequest(
            self.above[0].request(),
            self.soft,
            self.hard,
            self.binsize_s,
            bins=self.bins,
            definition=self.definition,
            region=self.region,
            area=area_of(self.above[0], self.region),
            subtract_background=self.subtract_background,
            correct_livetime=self.correct_livetime,
            min_counts=self.min_counts,
        )

    def recall(self, request: HardnessRequest) -> None:
        """Set the settings that `request` was made from, a named region too."""
        super().recall(request)
        put_area(self.above[0], request.region, request.area)
