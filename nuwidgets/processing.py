"""Who runs tasks for a session: HEASoft where it is installed, else what is built in."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nuwidgets.calibration import Holder, calibrate, plan
from nuwidgets.domain.comparison import CompareRequest
from nuwidgets.domain.task import OUT
from nuwidgets.engines.fit_engines import FitEngines
from nuwidgets.errors import EngineMissingError, InputError, NuwidgetsError

if TYPE_CHECKING:
    from nuwidgets.domain.pipeline import Pipeline, PipelineRequest
    from nuwidgets.domain.task import Parameters, TaskRequest
    from nuwidgets.engines.base import Engine
    from nuwidgets.engines.heasoft.engine import HeasoftEngine
    from nuwidgets.engines.heasoft.installation import Installation
    from nuwidgets.engines.heasoft.runs import Runs
    from nuwidgets.steps.download import DownloadStep
    from nuwidgets.steps.task import TaskStep

RUNS = "runs"
"""Folder of the runs in a workspace."""
OUTPUTS = {"nuproducts": "outdir", "nuexpomap": "expomapfile", "ftgrouppha": "outfile"}
"""Which parameter of an embedded task says where its products go."""
DIGEST = 12
"""Letters that tell runs of one task apart."""


class Working(Holder, Protocol):
    """What tasks are run for: a session."""

    base: Engine
    download: DownloadStep
    task: TaskStep


class Processing:
    """Runs tasks for a session: with HEASoft where it is installed, else with what is built in.

    Parameters
    ----------
    session : Session
        Whose settings say how, and in which datasets the events end.
    """

    def __init__(self, session: Working) -> None:
        self._session = session
        self._engines: dict[Path, HeasoftEngine] = {}
        self._found: tuple[Installation | None, str] | None = None
        self.fits = FitEngines(lambda: session.base)
        """Who answers what rests on the fit."""

    # ---- which engine ------------------------------------------------------------------------

    def _look(self) -> tuple[Installation | None, str]:
        if self._found is None:
            from nuwidgets.engines.heasoft.installation import find_installation

            try:
                self._found = find_installation(), ""
            except EngineMissingError as error:
                self._found = None, str(error)
        return self._found

    def look_again(self) -> None:
        """Look whether HEASoft is installed: it may have been set up since."""
        before, self._found = self._found, None
        if before is not None and before != self._look():
            self.let_go()

    def let_go(self) -> None:
        """Wait for no run any more; they go on, and a new session finds them."""
        for engine in list(self._engines.values()):
            engine.stop()
        self._engines.clear()
        self.fits.stop()

    @property
    def heasoft(self) -> Installation | None:
        """The installation of HEASoft; None where there is none."""
        return self._look()[0]

    def here(self) -> bool:
        """Whether HEASoft is installed."""
        return self.heasoft is not None

    def why(self, choice: str = "auto") -> str:
        """Say which engine answers for a setting `engine`, and why."""
        installation, reason = self._look()
        if choice == "embedded":
            return "The embedded engine, as chosen."
        if installation is None:
            way_out = "Choose 'auto' or 'embedded' to go on without."
            return f"The embedded engine: {reason}" if choice == "auto" else f"{reason} {way_out}"
        return f"HEASoft {installation.version} in {installation.headas}.".replace("  ", " ")

    @property
    def home(self) -> Path:
        """The workspace: runs are kept in the folder `runs` in it."""
        return Path(self._session.download.folder).absolute()

    @property
    def engine(self) -> HeasoftEngine:
        """The engine of HEASoft.

        Raises
        ------
        EngineMissingError
            If it is not installed; says what is missing.
        """
        home = self.home
        if home not in self._engines:
            from nuwidgets.engines.heasoft.engine import HeasoftEngine

            engine = HeasoftEngine()
            engine.home = home
            return self._engines.setdefault(home, engine)  # another thread may have been first
        return self._engines[home]

    @property
    def runs(self) -> Runs:
        """The runs of this workspace, those of earlier sessions too."""
        from nuwidgets.engines.heasoft.runs import Runs

        return Runs(self.home, self.heasoft)

    def log_path(self, name: str) -> str:
        """Give where the newest run of this name writes its log; "" if there is none.

        Parameters
        ----------
        name : str
            As in a report, e.g. ``"60001110002 FPMA nupipeline"``.
        """
        return next((one.log_path for one in self.runs.known() if one.name == name), "")

    def under_way(self) -> bool:
        """Whether runs of the pipeline go on that an earlier session began."""
        if self.heasoft is None or not self._session.pipeline.by_heasoft:
            return False
        try:
            requests, _ = plan(self._session.pipeline.request(), self._came())
        except NuwidgetsError:
            return False  # run() says what is the matter
        return self.runs.under_way(requests)

    def _came(self) -> Any:
        download = self._session.download
        return download.product if download.fresh else None

    # ---- tasks -------------------------------------------------------------------------------

    def solve(self, request: Any, above: tuple[Any, ...], token: Any) -> Any:
        """Answer a request that says who is to: HEASoft, or the embedded engine.

        Raises
        ------
        EngineError
            If HEASoft is not installed, or the task fails.
        """
        if isinstance(request, CompareRequest):
            return self._compare(request, above, token)
        if self.fits.handles(request):
            return self.fits.solve(request, above, token)
        if getattr(request, "engine", ""):
            return self.engine.solve(request, above, token)
        return self._session.base.solve(request, above, token)

    def _compare(self, request: CompareRequest, above: tuple[Any, ...], token: Any) -> Any:
        """Let both engines answer the same."""
        from nuwidgets.engines.compare import solve_compare

        def ask(_engine: str, part: Any) -> Any:
            return self.solve(part, above, token)

        return solve_compare(request, above, token, ask)

    def run_task(self, request: TaskRequest, above: tuple[Any, ...], token: Any) -> Any:
        """Run a task by name.

        Raises
        ------
        InputError
            If no task is named.
        """
        if not request.task:
            raise InputError("Cannot run a task: none is named. Set s.task.name, e.g. 'ftlist'.")
        if request.engine:
            from nuwidgets.engines.heasoft.engine import error_of

            timeout_s = self._session.task.timeout_s or None
            installed = self.heasoft
            task = installed.name_of(request.task) if installed else request.task
            spelled = replace(request, task=task)
            run = self.engine.runs.run(spelled, token, timeout_s=timeout_s, anew=token.anew)
            if not run.ok:
                raise error_of(run)
            return replace(run, request=request)
        digest = hashlib.sha256(repr((request, request.stamp)).encode()).hexdigest()[:DIGEST]
        name = f"{request.subject}_{request.task}_embedded_{digest}".strip("_").replace(" ", "-")
        folder = self.home / RUNS / name
        filled = _placed(request, folder)
        if filled != request.parameters:  # the folder is the run's own: made again, it is replaced
            filled = (*(pair for pair in filled if pair[0] != "clobber"), ("clobber", True))
        made = self._session.base.solve(replace(request, parameters=filled), above, token)
        return replace(made, request=request)

    def process(self, request: PipelineRequest, above: tuple[Any, ...], token: Any) -> Pipeline:
        """Answer a request of the session's pipeline; raises as `calibration.calibrate`."""
        engine = self.engine if request.engine else None
        return calibrate(self._session, engine, request, above, token)


def _placed(request: TaskRequest, folder: Path) -> Parameters:
    """Give the parameters of an embedded task, its products in the folder of the run."""
    given = dict(request.parameters)
    output = OUTPUTS.get(request.task, "")
    named = str(given.get(output) or "")
    if output and OUT not in named and (named or output != "outfile"):  # that one has no usual name
        given[output] = str(folder / named) if named else f"{folder}/"  # a whole path stays
    return tuple(
        (name, value.replace(OUT, str(folder)) if isinstance(value, str) else value)
        for name, value in given.items()
    )
