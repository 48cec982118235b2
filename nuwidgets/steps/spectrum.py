"""Make the spectrum of the selected events, with its background and response."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, Spectrum
from nuwidgets.steps import asking
from nuwidgets.steps.engine_choice import AUTO, ENGINES
from nuwidgets.steps.grouping import as_grouping, paths_of
from nuwidgets.steps.traits import as_path

if TYPE_CHECKING:
    from nuwidgets.steps.engine_choice import Asking
    from nuwidgets.steps.regions import RegionsStep


class SpectrumStep(Step[ExtractedSpectrumRequest, Spectrum]):
    """Counts the source in channels."""

    examples: ClassVar = {
        "grouping": ("optsnmin 6", "min 20"),
        "rmf_path": ("", "a.rmf"),
        "arf_path": ("", "a.arf"),
        "engine": ("embedded", "heasoft"),
    }

    grouping = Value(as_grouping, "optsnmin 6", "a Grouping, e.g. 'min 20'")
    rmf_path = Value(
        as_path,
        "",
        "the path of an RMF or RSP file, or of a folder with Swift's; '': the approximate response",
    )
    arf_path = Value(
        as_path, "", "the path of an ARF file, or of a folder with Swift's; '': see rmf_path"
    )
    engine = t.Enum(ENGINES, AUTO, help="Who makes it; 'auto': HEASoft where run() asks it.")

    above: tuple[RegionsStep]
    _asking: Asking

    __init__, by_heasoft = asking.begin, property(asking.by_heasoft)
    ask, run, start, recall = asking.ask, asking.run, asking.start, asking.recall
    cancel, absorb = asking.cancel, asking.absorb

    def request(self) -> ExtractedSpectrumRequest:
        """Give what the spectrum depends on."""
        paths = self.rmf_path, self.arf_path
        stamps = self.stamps.of(*paths, *paths_of(self.grouping))
        plain = ExtractedSpectrumRequest(self.above[0].request(), self.grouping, *paths, stamps)
        return self._asking.settle(self.engine, plain, self.ledger.answered)
