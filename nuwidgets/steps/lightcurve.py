"""Make a light curve of the selected events."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.lightcurve import BINS, LightCurve, LightCurveRequest
from nuwidgets.science.time_scales import to_time
from nuwidgets.steps import asking
from nuwidgets.steps.engine_choice import AUTO, ENGINES
from nuwidgets.steps.image import as_band, as_bands
from nuwidgets.steps.region_choice import area_of, as_region_name, put_area
from nuwidgets.steps.screen import as_times
from nuwidgets.steps.traits import above_zero

if TYPE_CHECKING:
    from astropy.time import Time

    from nuwidgets.steps.engine_choice import Asking
    from nuwidgets.steps.regions import RegionsStep


class LightCurveStep(Step[LightCurveRequest, LightCurve]):
    """Counts the source in time bins."""

    examples: ClassVar = {
        "band": ((3.0, 79.0), (3.0, 20.0)),
        "binsize_s": (256.0, 100.0),
        "subtract_background": (True, False),
        "correct_livetime": (True, False),
        "engine": ("embedded", "heasoft"),
        "region": ("source", "background"),
        "bins": ("equal", "gti"),
        "bands": ((), ((3.0, 10.0), (10.0, 79.0))),
        "range_s": (None, ((0.0, 10.0),)),
    }
    regardless: ClassVar = ("named",)
    """Settings of the steps above that do not matter unless `region` names one of them."""

    band = Value(as_band, (3.0, 79.0), "a Band in keV")
    binsize_s = Value(above_zero("the length of a bin", "e.g. 256 s"), 256.0, "a length in s")
    subtract_background = t.Bool(default_value=True, help="Take away the background, scaled.")
    correct_livetime = t.Bool(default_value=True, help="Divide by the live fraction of each bin.")
    min_fracexp = t.Float(0.5, min=0.0, max=1.0, help="Show bins with more good time than this.")
    selected_s = Value(as_times, None, "a Gti, pairs of seconds, or None: what is brushed")
    engine = t.Enum(ENGINES, AUTO, help="Who makes it; 'auto': HEASoft where run() asks it.")
    region = Value(as_region_name, "source", "the name of a region")
    """Whose events: source, background, or a named region."""
    bins = t.Enum(BINS, "equal", help="'gti': begun anew in each good interval; 'orbit': one each.")
    bands = Value(as_bands, (), "bands in keV")
    """Further bands, each a light curve of its own."""
    range_s = Value(as_times, None, "a Gti, pairs of seconds, or None for all times")
    """The times that are binned, so that short bins need not cover everything."""

    above: tuple[RegionsStep]
    _asking: Asking

    __init__, by_heasoft = asking.begin, property(asking.by_heasoft)
    ask, run, start = asking.ask, asking.run, asking.start
    cancel, absorb = asking.cancel, asking.absorb

    @property
    def selected_time(self) -> Time | None:
        """What is brushed, as astropy times, shape (n, 2), start and stop; None without.

        Raises
        ------
        InputError
            If the reference time or the time system of the events is not known.
        """
        if self.selected_s is None or self.product is None:
            return None
        made: Time = to_time(np.array(self.selected_s.intervals), self.product.pointing)
        return made

    def request(self) -> LightCurveRequest:
        """Give what the light curve depends on; what is only shown (min_fracexp) is not in it."""
        plain = LightCurveRequest(
            self.above[0].request(),
            self.band,
            self.binsize_s,
            self.subtract_background,
            self.correct_livetime,
            region=self.region,
            area=area_of(self.above[0], self.region),
            bins=self.bins,
            bands=self.bands,
            range_s=self.range_s,
        )
        if self.engine == AUTO and plain.beyond_tasks:
            return plain
        return self._asking.settle(self.engine, plain, self.ledger.answered)

    def recall(self, request: LightCurveRequest) -> None:
        """Set the settings that `request` was made from, a named region too, and who made it."""
        asking.recall(self, request)
        put_area(self.above[0], request.region, request.area)
