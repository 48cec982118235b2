"""Make the spectrum of the selected events, with its background and response."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, Spectrum
from nuwidgets.errors import InputError
from nuwidgets.steps.engine_choice import AUTO, ENGINES, HEASOFT, Asking, nowhere
from nuwidgets.steps.traits import as_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.steps.regions import RegionsStep


def as_grouping(value: Any) -> Grouping:
    """Take a Grouping or its words, e.g. ``"min 20"``.

    Raises
    ------
    InputError
        If it is neither.
    """
    if isinstance(value, Grouping):
        return value
    if isinstance(value, str):
        return Grouping.parse(value)
    raise InputError(f"Cannot group by {value!r}. Give words, e.g. 'min 20' or 'optsnmin 6'.")


class SpectrumStep(Step[ExtractedSpectrumRequest, Spectrum]):
    """Counts the source in channels."""

    examples: ClassVar = {
        "grouping": ("optsnmin 6", "min 20"),
        "rmf_path": ("", "a.rmf"),
        "arf_path": ("", "a.arf"),
        "engine": ("embedded", "heasoft"),
    }

    grouping = Value(as_grouping, "optsnmin 6", "a Grouping, e.g. 'min 20'")
    rmf_path = Value(as_path, "", "the path of an RMF or RSP file; '': the approximate response")
    arf_path = Value(as_path, "", "the path of an ARF file; '': the approximate area")
    engine = t.Enum(ENGINES, AUTO, help="Who makes it; 'auto': HEASoft where run() asks it.")

    above: tuple[RegionsStep]
    _asking: Asking

    def __init__(self, *args: Any, here: Callable[[], bool] = nowhere, **settings: Any) -> None:
        vars(self)["_asking"] = Asking(here)
        super().__init__(*args, **settings)

    @property
    def by_heasoft(self) -> bool:
        """Whether HEASoft is to make it: then it does not follow its settings by itself."""
        return self.request().engine == HEASOFT

    def ask(self) -> None:
        """Let HEASoft make it for the settings of now, where it is installed; run() does so."""
        self.door.do(self._ask)

    def _ask(self) -> None:
        self._asking.ask(self.engine, self.request())
        self.judge()

    def run(self, *, anew: bool = False) -> Spectrum:
        """Bring it up to date now, by HEASoft where that is installed and `engine` allows it."""
        self.ask()
        return super().run(anew=anew)

    async def start(self) -> Spectrum:
        """Do what run() does without blocking the kernel."""
        self.ask()
        return await super().start()

    def recall(self, request: ExtractedSpectrumRequest) -> None:
        """Set the settings that `request` was made from, and who made it."""
        choice = self._asking.recall(self.engine, request)
        super().recall(replace(request, engine=choice))

    def cancel(self) -> bool:
        """Stop what runs; with ``engine="auto"`` the embedded engine then follows again."""
        self.door.do(self._forget)
        return super().cancel()

    def _forget(self) -> None:
        self._asking.forget()
        self.judge()

    def request(self) -> ExtractedSpectrumRequest:
        """Give what the spectrum depends on."""
        paths = self.rmf_path, self.arf_path
        plain = ExtractedSpectrumRequest(
            self.above[0].request(), self.grouping, *paths, self.stamps.of(*paths)
        )
        return self._asking.settle(self.engine, plain, self.ledger.answered)
