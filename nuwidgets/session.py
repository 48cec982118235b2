"""A session: the usual wiring of steps and engines, shared by every panel and script."""

from __future__ import annotations

from functools import partial
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Self

import traitlets as t

from nuwidgets import arrivals, campaign, fitting, papers, xcm_saving, xcm_state
from nuwidgets.archive.servers import Servers
from nuwidgets.core.door import Door
from nuwidgets.core.edits import Edits
from nuwidgets.core.history import History
from nuwidgets.core.live import Live
from nuwidgets.core.onlookers import Onlookers
from nuwidgets.engines import registry
from nuwidgets.errors import InputError, nearest
from nuwidgets.processing import Processing
from nuwidgets.recording import bring_back, find_files, go_back, redo, take, undo, view
from nuwidgets.steps.download import DownloadStep
from nuwidgets.steps.engine_choice import AUTO, EMBEDDED, ENGINES
from nuwidgets.steps.files import FilesStep
from nuwidgets.steps.find import FindStep
from nuwidgets.steps.pipeline import PipelineStep
from nuwidgets.steps.task import TaskStep

if TYPE_CHECKING:
    from types import TracebackType

    from nuwidgets.core.job import Token
    from nuwidgets.core.record import Load
    from nuwidgets.core.step import Step
    from nuwidgets.dataset import Dataset
    from nuwidgets.domain.record import SessionRecord
    from nuwidgets.engines.base import Engine

OWN = ("find", "files", "download", "pipeline", "task", *campaign.CAMPAIGN, "fit", *fitting.FITTING)
"""Names of the steps of a session itself, above first."""


class Session(t.HasTraits):
    """Datasets and one fit over them; every change reaches all that depends on it.

    Parameters
    ----------
    engine : str or Engine
        Who computes: ``"auto"`` (HEASoft where it is installed and asked, else the embedded
        engine), ``"embedded"``, ``"heasoft"``, another name that the registry knows, or an engine
        of your own (``MockEngine``).
    live : bool
        Whether cheap steps follow their settings by themselves; with False nothing is computed
        until ``run()``.

    Raises
    ------
    EngineMissingError
        If no engine goes by that name, or it is not installed; HEASoft is missed when it is asked.

    Examples
    --------
    >>> s = Session()
    >>> s.fit.model = "tbabs*powerlaw"
    >>> [p.name for p in s.fit.parameters]
    ['nH', 'PhoIndex', 'norm']
    >>> s.close()
    """

    fit: fitting.FitStep
    curve: fitting.CurveStep
    errors: fitting.ErrorsStep
    flux: fitting.FluxStep
    luminosity: fitting.LuminosityStep
    eqwidth: fitting.EqWidthStep
    chain: fitting.ChainStep
    fake: fitting.FakeStep
    contours: fitting.ContoursStep
    goodness: fitting.GoodnessStep
    compare_fit: fitting.FitComparisonStep
    series: fitting.SeriesStep
    shared: campaign.SharedRegionsStep
    longterm: campaign.LongTermStep
    thumbnails: campaign.ThumbnailsStep

    names = t.Tuple(read_only=True, help="Names of all datasets, in the order they were added.")
    used = t.Tuple(read_only=True, help="Names of the datasets that the fit spans.")
    focus = t.Tuple(read_only=True, help="Names of the datasets that are looked at; see look_at.")
    keeper: Any = t.Any(None, help="Who keeps the session in its file, or None.")
    missing: Any = t.Tuple(help="Data files that are not where they were.")

    def __init__(self, engine: str | Engine = AUTO, *, live: bool = True) -> None:
        super().__init__()
        self.door = Door()
        own = engine in ENGINES
        name = EMBEDDED if own else engine
        self.base: Engine = registry.load(name) if isinstance(name, str) else name
        self.processing = Processing(self)
        self.datasets: dict[str, Dataset] = {}
        self.servers = Servers(demo=arrivals.simulated)
        self.archive: Engine = arrivals.archive_engine(self.servers)
        self.find: FindStep = FindStep(self.ask, door=self.door)
        self.files: FilesStep = FilesStep(self.ask, self.find)
        self.download: DownloadStep = DownloadStep(partial(arrivals.bring, self), self.files)
        run = self.processing
        self.pipeline: PipelineStep = PipelineStep(run.process, self.download, here=run.here)
        self.task: TaskStep = TaskStep(run.run_task, door=self.door, here=run.here)
        vars(self).update(campaign.campaign_steps(self.solve, self.door))
        self.sharing = campaign.Sharing(self)
        self.onlookers = Onlookers(self.door)
        self.live = Live(self.door, self.longterm, self.thumbnails, spares=self._spared)
        self.live.paused = not live
        self.fit.observe(self._follow_model, "model")
        self.pipeline.observe(self._follow_folders, "folders")
        self.edits = Edits(self.door)
        self.history: History = History(
            self.live.__contains__, lambda: self.used, lambda d: self.door.do(go_back, self, d)
        )
        self.views: dict[str, dict[str, Any]] = {}
        self.unknown: dict[str, Any] = {}
        self._watch(self.own_steps)
        if isinstance(engine, str) and own and engine != AUTO:
            self.engine = engine

    def notify_change(self, change: Any) -> None:
        """Tell who observes ``names`` and ``used`` when the whole change is settled."""
        self.door.do(self.door.tell, partial(super().notify_change, change))

    def _spared(self, step: Step[Any, Any]) -> bool:
        return fitting.waits(step) or self.onlookers.miss(step)

    def solve(self, request: Any, above: tuple[Any, ...], token: Token) -> Any:
        """Let the engine that a request names answer it."""
        return self.processing.solve(request, above, token)

    @property
    def engine(self) -> str:
        """Who computes: ``"auto"``, ``"embedded"`` or ``"heasoft"``, or the name of another.

        Setting it sets `engine` of the pipeline, of tasks, and of all light curves and spectra:
        with ``"heasoft"`` they are made by HEASoft's tasks when they are run; with ``"auto"`` they
        follow their settings, and run() asks HEASoft where it is installed.
        """
        return str(self.pipeline.engine) if self.base.name == EMBEDDED else self.base.name

    @engine.setter
    def engine(self, choice: str) -> None:
        self.door.do(arrivals.choose_engine, self, choice)

    def ask(self, request: Any, above: tuple[Any, ...], token: Any) -> Any:
        """Let the archive answer a request."""
        return self.archive.solve(request, above, token)

    def _follow_folders(self, _change: object = None) -> None:
        """Rest the pipeline on the download, unless it is told folders."""
        self.pipeline.rest_on(*(() if self.pipeline.folders else (self.download,)))

    def _follow_model(self, _change: object = None) -> None:
        """Follow the curve once there are data, and the flux once there is a model too."""
        (self.live.add if self.used else self.live.remove)(self.curve)
        (self.live.add if self.used and self.fit.model else self.live.remove)(self.flux)

    def add(self, dataset: Dataset) -> None:
        """Take a dataset in, behind the door; a name that is taken gets a number."""
        numbered = (f"{dataset.name}_{n}" for n in count(2))
        free = (n for n in chain((dataset.name,), numbered) if n not in self.datasets)
        dataset.name = next(free)
        self.datasets[dataset.name] = dataset
        self.sharing.welcome(dataset)
        self._use(*self.used, dataset.name)
        self.edits.cut("fit", "session")  # parameters of other data groups cannot come back
        self._watch({f"{dataset.name}.{n}": step for n, step in dataset.named_steps.items()})
        self.live.add(*dataset.live_steps)

    def use(self, *names: str) -> None:
        """Fit these datasets, each a data group.

        Raises
        ------
        InputError
            If a dataset is not known.
        """
        self.door.do(self._choose, names)

    def _choose(self, names: tuple[str, ...]) -> None:
        before = self.used
        self._use(*names)
        self.edits.note(("session", "used"), before, self.used, lambda used: self._use(*used))

    def _use(self, *names: str) -> None:
        used = tuple(dict.fromkeys(names))
        spectra = [self._known(name).spectrum for name in used]
        self.set_trait("names", tuple(self.datasets))
        self.set_trait("used", used)
        campaign.span(self)
        self.series.name(*used)
        for name in ("fit", *fitting.FITTING):
            getattr(self, name).rest_on(*spectra)
        self._follow_model()

    @property
    def own_steps(self) -> dict[str, Step[Any, Any]]:
        """The steps of the session itself, by name, above first."""
        return {name: getattr(self, name) for name in OWN}

    def _watch(self, steps: dict[str, Step[Any, Any]]) -> None:
        for path, step in steps.items():
            self.edits.watch(path, step)
            self.history.watch(path, step)

    def remove(self, name: str) -> None:
        """Forget a dataset; its files stay.

        Raises
        ------
        InputError
            If the dataset is not known.
        """
        for step in reversed(self.door.do(self._remove, name).steps):
            step.leave()

    def _remove(self, name: str) -> Dataset:
        dataset = self._known(name)
        del self.datasets[name]
        self.sharing.forget(dataset)
        self._use(*(n for n in self.used if n != name))
        self.edits.cut("fit", "session")
        for path in (f"{name}.{n}" for n in dataset.named_steps):
            self.edits.forget(path)
            self.history.forget(path)
        self.live.remove(*dataset.live_steps)
        return dataset

    def _known(self, name: str) -> Dataset:
        if name not in self.datasets:
            raise InputError(f"No dataset {name!r} here. {nearest(name, self.datasets)}")
        return self.datasets[name]

    def step(self, path: str) -> Step[Any, Any]:
        """Give a step by its path, e.g. ``"fit"`` or ``"60001110002A.regions"``.

        Raises
        ------
        InputError
            If there is none.
        """
        dataset, _, name = path.rpartition(".")
        steps = self._known(dataset).named_steps if dataset else self.own_steps
        if name not in steps:
            raise InputError(f"No step {path!r} here. {nearest(name, steps)}")
        return steps[name]

    def record(self) -> SessionRecord:
        """Write everything down as plain values: what files, scripts and reports are made of."""
        return self.door.do(take, self)

    def restore(self, record: SessionRecord, kept: dict[str, Load] | None = None) -> list[str]:
        """Become what was written down, nothing computed; say what could not be brought back.

        `kept` reads products from disk, by path of the step.
        """
        return bring_back(self, record, kept or {})

    add_events, add_spectrum = arrivals.add_events, arrivals.add_spectrum
    save, script = papers.save, papers.script
    notebook, report = papers.notebook, papers.report
    find_files, undo, redo, view = find_files, undo, redo, view
    look_at, share_regions = campaign.look_at, campaign.share_regions
    read_xcm, save_xcm = xcm_state.read_xcm, xcm_saving.save_xcm

    def settle(self, timeout_s: float = 30.0) -> None:
        """Wait until everything that follows its settings is up to date."""
        self.live.settle(timeout_s)

    def close(self) -> None:
        """Save, stop what runs and let the threads go; products stay readable."""
        try:
            if self.keeper:
                self.keeper.close()
        finally:
            self.processing.let_go()  # closing the door would stop what is to go on
            self.live.close()
            self.door.close()
            self.base.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        names = ", ".join(self.datasets) or "no datasets"
        kept = f"; {self.keeper.says}" if self.keeper and self.keeper.read_only else ""
        return f"<Session: {names}; model {self.fit.model!r}{kept}>"
