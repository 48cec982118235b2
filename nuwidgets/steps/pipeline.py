"""Calibrate and screen observations with the mission's pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.pipeline import BOTH, Pipeline, PipelineRequest
from nuwidgets.errors import InputError, nearest
from nuwidgets.missions.base import missions
from nuwidgets.steps.download import as_words
from nuwidgets.steps.engine_choice import AUTO, ENGINES, HEASOFT, Asking, nowhere
from nuwidgets.steps.parameters import as_parameters
from nuwidgets.steps.traits import as_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from nuwidgets.steps.download import DownloadStep


def read_parts() -> tuple[str, ...]:
    """Give the parts of an observation's folder that the missions' pipelines read."""
    known = (one.heasoft.reads for one in missions().values() if one.heasoft is not None)
    return tuple(dict.fromkeys(part for parts in known for part in parts))


def as_instrument(value: Any) -> str:
    """Take the name of a module of any mission, in any case, or ``"both"`` for all.

    Raises
    ------
    InputError
        If no mission has it.
    """
    known = (BOTH, *(name for one in missions().values() for name in one.instruments))
    for name in known:
        if isinstance(value, str) and value.strip().lower() == name.lower():
            return name
    raise InputError(f"No mission has an instrument {value!r}. {nearest(str(value), known)}")


def as_folders(value: Any) -> tuple[str, ...]:
    """Take one folder or several, as whole paths.

    Raises
    ------
    InputError
        If one is no path.
    """
    several = value if isinstance(value, tuple | list) else (value,)
    return tuple(dict.fromkeys(as_path(one) for one in several if one not in ("", None)))


class PipelineStep(Step[PipelineRequest, Pipeline]):
    """Runs the mission's pipeline, one run for each observation and module, side by side.

    Parameters
    ----------
    here : callable
        Says whether HEASoft is installed; without it the archive's cleaned events are taken.
    """

    examples: ClassVar = {
        "folders": ((), ("60001110002",)),
        "instrument": ("both", "FPMA"),
        "parameters": ((), {"saamode": "OPTIMIZED", "tentacle": True}),
        "engine": ("embedded", "heasoft"),
    }

    folders = Value(as_folders, (), "folders of observations; none: those of the download")
    instrument = Value(as_instrument, BOTH, "a module, e.g. 'FPMA', or 'both': a run for each")
    parameters = Value(as_parameters, (), "parameters of the task, where not the tutorial's")
    engine = t.Enum(ENGINES, AUTO, help="Who does it; 'auto' is HEASoft where it is installed.")
    at_once = t.Int(0, min=0, max=64, help="How many runs at the same time; 0: one for each core.")
    timeout_s = t.Float(0.0, min=0.0, help="A run that takes longer is stopped, s; 0: never.")
    order = Value(as_words, (), "names of runs: those that wait begin in this order")
    opens = t.Bool(default_value=True, help="Open what came out as datasets.")

    above: tuple[DownloadStep]
    _asking: Asking
    _stops: frozenset[str] = frozenset()

    def __init__(self, *args: Any, here: Callable[[], bool] = nowhere, **settings: Any) -> None:
        vars(self)["_asking"] = Asking(here, always=True)
        super().__init__(*args, **settings)

    def request(self) -> PipelineRequest:
        """Give what is to be made; how (at_once, order, opens) is not in it."""
        above = self.above if not self.folders else ()
        plain = PipelineRequest(
            above[0].request() if above else None,
            self.folders,
            self.instrument,
            self.parameters,
            stamp=tuple(
                self.stamps.within(str(Path(folder) / part))
                for folder in self.folders
                for part in read_parts()
            ),
        )
        return self._asking.settle(self.engine, plain, self.ledger.answered)

    def recall(self, request: PipelineRequest) -> None:
        """Set the settings that `request` was made from, and who answered it."""
        choice = self._asking.recall(self.engine, request)
        self.door.do(self._recall, request, choice)

    def _recall(self, request: PipelineRequest, choice: str) -> None:
        self.engine, self.folders = choice, request.folders
        self.instrument, self.parameters = request.instrument, request.parameters
        if request.download is not None and self.above:
            self.above[0].recall(request.download)

    def submit(self, *, anew: bool = False) -> Future[Pipeline]:
        """Begin, or join what is under way; what ended well before is not done again."""
        self._stops = frozenset()
        self.door.do(self._ask)
        return super().submit(anew=anew)

    def _ask(self) -> None:
        self._asking.ask(self.engine, self.request())
        self.judge()

    def stop_one(self, name: str) -> None:
        """Stop one run, or take it out of the queue; the others go on.

        Parameters
        ----------
        name : str
            Whose and which, e.g. ``"60001110002 FPMA nupipeline"``; the subject alone is enough.

        Raises
        ------
        InputError
            If no run under way is called so.
        """
        parts = self.progress.parts if self.progress is not None else ()
        known = [part.name for part in parts]
        found = [one for one in known if name in (one, one.rpartition(" ")[0])]
        if not found:
            raise InputError(
                f"Cannot stop {name!r}: no such run is under way."
                f" Under way: {', '.join(known) or 'nothing'}."
            )
        self._stops = self._stops | frozenset(found)

    @property
    def stops(self) -> frozenset[str]:
        """Names of the runs that are to stop alone."""
        return self._stops

    def holds(self, product: Pipeline | None) -> bool:
        """Whether all ended well: if not, run() tries again."""
        return product is None or not product.failed

    def stale_because(self) -> tuple[str, ...]:
        """Name what changed, or which runs did not end well."""
        failed = self.product.failed if self.product is not None else {}
        return super().stale_because() or tuple(f"{name} (it failed)" for name in failed)

    @property
    def by_heasoft(self) -> bool:
        """Whether HEASoft is to do it."""
        return self.request().engine == HEASOFT
