"""A dataset: one observation seen by one instrument, and the steps that belong to it alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nuwidgets.core.record import record_step, restore_settings
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.pixel_shapes import PixelAnnulus, PixelCircle, PixelPoint
from nuwidgets.domain.record import DatasetRecord
from nuwidgets.domain.region import to_sky
from nuwidgets.measuring import MEASURING, measuring_steps
from nuwidgets.missions.suggested import suggested
from nuwidgets.science.locate import brightest
from nuwidgets.steps.compare import CompareStep
from nuwidgets.steps.engine_choice import nowhere
from nuwidgets.steps.events import EventsStep
from nuwidgets.steps.file_spectrum import FileSpectrumStep
from nuwidgets.steps.image import ImageStep
from nuwidgets.steps.lightcurve import LightCurveStep
from nuwidgets.steps.regions import RegionsStep
from nuwidgets.steps.screen import ScreenStep
from nuwidgets.steps.spectrum import SpectrumStep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nuwidgets.core.door import Door
    from nuwidgets.core.step import Step
    from nuwidgets.domain.events import Events
    from nuwidgets.domain.region import Shape
    from nuwidgets.missions.base import Mission
    from nuwidgets.steps.backgrounds import BackgroundsStep
    from nuwidgets.steps.counts import CountsStep
    from nuwidgets.steps.exposure import ExposureStep
    from nuwidgets.steps.geometry import GeometryStep
    from nuwidgets.steps.goodtimes import GoodTimesStep
    from nuwidgets.steps.hardness import HardnessStep
    from nuwidgets.steps.period import PeriodStep
    from nuwidgets.steps.power import PowerStep
    from nuwidgets.steps.profile import ProfileStep

    Solve = Callable[[Any, tuple[Any, ...], Any], Any]


@dataclass(eq=False)
class EventDataset:
    """An event file and everything that follows from it."""

    name: str
    """Short name, e.g. ``"60001110002A"``."""
    events: EventsStep
    """Opens the file."""
    screen: ScreenStep
    """Keeps the chosen times and grades."""
    image: ImageStep
    """Counts image."""
    regions: RegionsStep
    """Source and background region."""
    lightcurve: LightCurveStep
    """Light curve of the source."""
    spectrum: SpectrumStep
    """Spectrum of the source."""
    compare: CompareStep
    """Both by the embedded engine and by HEASoft, side by side."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, as far as it is known before the file is read."""
    geometry: GeometryStep = field(init=False)
    """How the detectors lie on the sky."""
    exposure: ExposureStep = field(init=False)
    """Exposure map."""
    counts: CountsStep = field(init=False)
    """Counts of all regions in bands."""
    profile: ProfileStep = field(init=False)
    """Radial profile of the source."""
    backgrounds: BackgroundsStep = field(init=False)
    """Proposals for the background region."""
    goodtimes: GoodTimesStep = field(init=False)
    """Good times that pass conditions."""
    hardness: HardnessStep = field(init=False)
    """Hardness along time."""
    power: PowerStep = field(init=False)
    """Power spectrum."""
    period: PeriodStep = field(init=False)
    """Search for a period."""

    @classmethod
    def of(
        cls,
        name: str,
        paths: tuple[str | Path, str | Path],
        solve: Solve,
        door: Door,
        here: Callable[[], bool] = nowhere,
    ) -> EventDataset:
        """Wire the steps of an event file and its housekeeping; `here` tells whether HEASoft is."""
        path, hk_path = paths
        events = EventsStep(solve, door=door, path=path, hk_path=hk_path)
        screen = ScreenStep(solve, events)
        regions = RegionsStep(solve, screen)
        curve = LightCurveStep(solve, regions, here=here)
        spectrum = SpectrumStep(solve, regions, here=here)
        image = ImageStep(solve, screen)
        compare = CompareStep(solve, regions, beside=(spectrum, curve))
        dataset = cls(name, events, screen, image, regions, curve, spectrum, compare)
        vars(dataset).update(measuring_steps(solve, dataset.named_steps))
        return dataset

    @property
    def named_steps(self) -> dict[str, Step[Any, Any]]:
        """All steps by name, above first."""
        names = ("events", "screen", "image", "regions", "lightcurve", "spectrum", "compare")
        known = vars(self)  # while they are made, not all are there
        return {name: known[name] for name in (*names, *MEASURING) if name in known}

    @property
    def steps(self) -> tuple[Step[Any, Any], ...]:
        """All steps, above first."""
        return tuple(self.named_steps.values())

    @property
    def live_steps(self) -> tuple[Step[Any, Any], ...]:
        """The steps that are cheap enough to follow their settings."""
        cheap = self.screen, self.image, self.regions, self.lightcurve, self.spectrum
        return (*cheap, *(step for step in self.steps if getattr(step, "only_seen", False)))

    def meet(self, events: Events, mission: Mission) -> None:
        """Take over who looked at what, and suggest what is usual for the mission."""
        self.pointing = events.pointing
        for name, settings in suggested(mission, events.pointing).items():
            self.named_steps[name].suggest(**settings)
        self.spectrum.suggest(grouping=mission.grouping)
        self._place_regions(events, mission)

    def _place_regions(self, events: Events, mission: Mission) -> None:
        """Put the mission's default regions on the source, unless there are regions already."""
        if self.regions.source:
            return
        if events.shape == (1, 1):  # a list of times alone
            self.regions.suggest(source=PixelPoint(0.0, 0.0))
            return
        near = None
        pointing = events.pointing
        if events.plane and pointing.ra_obj_deg is not None and pointing.dec_obj_deg is not None:
            x, y = events.plane.to_pixel(pointing.ra_obj_deg, pointing.dec_obj_deg)
            inside = 0 <= x < events.shape[1] and 0 <= y < events.shape[0]
            near = (float(x), float(y)) if inside else None
        at = brightest(events.x, events.y, events.shape, near)
        scale = events.plane.pixel_arcsec if events.plane else mission.pixel_arcsec
        radius = mission.source_radius_arcsec / scale
        inner, outer = (r / scale for r in mission.background_radii_arcsec)
        source: Shape = PixelCircle(*at, radius)
        ring: Shape = PixelAnnulus(*at, inner, outer)
        plane = events.plane
        source, ring = (to_sky(s, plane) if plane else s for s in (source, ring))
        self.regions.suggest(source=source, background=ring)


@dataclass(eq=False)
class FileDataset:
    """A spectrum file: there are no events, so there is nothing to extract."""

    name: str
    """Short name, e.g. the file's name without its ending."""
    spectrum: FileSpectrumStep
    """Reads the file."""
    live_steps: tuple[Step[Any, Any], ...] = field(default=())
    """The steps that are cheap enough to follow their settings."""
    pointing: Pointing = field(default_factory=Pointing)
    """Who looked at what, as far as it is known before the file is read."""

    @classmethod
    def of(cls, name: str, solve: Solve, door: Door, **settings: Any) -> FileDataset:
        """Wire the step of a spectrum file."""
        step = FileSpectrumStep(solve, door=door, **settings)
        return cls(name, step, (step,))

    @property
    def named_steps(self) -> dict[str, Step[Any, Any]]:
        """All steps by name, above first."""
        return {"spectrum": self.spectrum}

    @property
    def steps(self) -> tuple[Step[Any, Any], ...]:
        """All steps, above first."""
        return (self.spectrum,)


Dataset = EventDataset | FileDataset


def write_down(dataset: Dataset) -> DatasetRecord:
    """Write a dataset down. Behind the door."""
    named = dataset.named_steps.items()
    steps = {name: record_step(f"{dataset.name}.{name}", step) for name, step in named}
    first = next(iter(dataset.named_steps.values())).product
    pointing = dataset.pointing if first is None else first.pointing
    kind = "events" if isinstance(dataset, EventDataset) else "spectrum"
    return DatasetRecord(dataset.name, kind, steps, pointing)


def rebuilt(
    record: DatasetRecord, solve: Solve, door: Door, here: Callable[[], bool] = nowhere
) -> tuple[Dataset, tuple[str, ...]]:
    """Give the dataset that was written down, nothing computed, and why values were left out."""
    dataset: Dataset
    if record.kind == "events":
        dataset = EventDataset.of(record.name, ("", ""), solve, door, here)
    else:
        dataset = FileDataset.of(record.name, solve, door)
    dataset.pointing = record.pointing
    problems: list[str] = []
    for name, step in dataset.named_steps.items():
        if name in record.steps:
            problems += restore_settings(step, record.steps[name])
    return dataset, tuple(problems)
