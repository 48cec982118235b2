"""Follow a source over all observations of the session."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.longterm import LongTerm, LongTermRequest
from nuwidgets.steps.draw_settings import as_level
from nuwidgets.steps.image import as_band

if TYPE_CHECKING:
    from nuwidgets.steps.regions import RegionsStep


class LongTermStep(Step[LongTermRequest, LongTerm]):
    """Gives the net rate in each observation, or its upper limit where nothing is detected.

    An observation that cannot be counted has a row without numbers, and says why.
    """

    only_seen: ClassVar = True
    takes_errors: ClassVar = True
    examples: ClassVar[dict[str, tuple[Any, Any]]] = {
        "band": ((0.3, 7.0), (0.3, 1.5)),
        "level": (99.73, 95.0),
        "error_level": (68.27, 90.0),
        "corrected": (False, True),
    }

    band = Value(as_band, (0.3, 10.0), "a Band in keV")
    level = Value(as_level, 99.73, "per cent, e.g. 99.73")
    error_level = Value(as_level, 68.27, "per cent, e.g. 68.27")

    corrected = t.Bool(
        default_value=False,
        help="Whether rates are divided by the part of a point source's photons in its region.",
    )

    above: tuple[RegionsStep, ...]
    _of: tuple[str, ...] = ()

    def span(self, regions: dict[str, RegionsStep]) -> None:
        """Follow these observations from now on: regions by name of the dataset."""
        self.door.do(self._span, regions)

    def _span(self, regions: dict[str, RegionsStep]) -> None:
        vars(self)["_of"] = tuple(regions)
        if self.above != tuple(regions.values()):
            self.rest_on(*regions.values())
        else:
            self.judge()

    def recall(self, request: LongTermRequest) -> None:
        """Set the settings that `request` was made from: those of the regions of before too.

        Observations that are gone, or came since, are left as they are.
        """
        self.door.do(self._recall, request)

    def _recall(self, request: LongTermRequest) -> None:
        known = dict(zip(self._of, self.above, strict=False))
        for name, part in zip(request.names, request.selections, strict=False):
            if name in known:
                known[name].recall(part)
        super().recall(replace(request, selections=()) if known else request)  # nameless: in order

    def request(self) -> LongTermRequest:
        """Give what the rates depend on."""
        return LongTermRequest(
            tuple(step.request() for step in self.above),
            self._of,
            self.band,
            self.level,
            self.error_level,
            self.corrected,
        )
