"""What light curves and spectra have in common: run() asks HEASoft, cancel() asks no more.

The functions below are methods of both steps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nuwidgets.core.step import Step
from nuwidgets.steps.engine_choice import HEASOFT, Asking, nowhere

if TYPE_CHECKING:
    from collections.abc import Callable


def begin(self: Any, *args: Any, here: Callable[[], bool] = nowhere, **settings: Any) -> None:
    """Make a step; `here` says whether HEASoft is installed."""
    vars(self)["_asking"] = Asking(here)
    Step.__init__(self, *args, **settings)


def by_heasoft(self: Any) -> bool:
    """Whether HEASoft is to make it: then it does not follow its settings by itself."""
    return bool(self.request().engine == HEASOFT)


def ask(self: Any) -> None:
    """Let HEASoft make it for the settings of now, where it is installed; run() does so."""
    self.door.do(_ask, self)


def _ask(step: Any) -> None:
    step._asking.ask(step.engine, step.request())  # noqa: SLF001  a method of the step
    step.judge()


def run(self: Any, *, anew: bool = False) -> Any:
    """Bring it up to date now, by HEASoft where that is installed and `engine` allows it."""
    self.ask()
    return Step.run(self, anew=anew)


async def start(self: Any) -> Any:
    """Do what run() does without blocking the kernel."""
    self.ask()
    return await Step.start(self)


def recall(self: Any, request: Any) -> None:
    """Set the settings that `request` was made from, and who made it."""
    choice = self._asking.recall(self.engine, request)
    Step.recall(self, replace(request, engine=choice))


def cancel(self: Any) -> bool:
    """Stop what runs; with ``engine="auto"`` the embedded engine then follows again."""
    self.door.do(_forget, self)
    return Step.cancel(self)


def _forget(step: Any) -> None:
    step._asking.forget()  # noqa: SLF001  a method of the step
    step.judge()


def absorb(self: Any, product: Any) -> None:  # noqa: ARG001  the name is the step's
    """Follow with the embedded engine once it has answered other settings than HEASoft's."""
    if self.ledger.answered[0].engine != HEASOFT:
        self._asking.forget()
