"""Jupyter-native, composable panels for X-ray astronomy: from event files to a fitted spectrum.

::

    import nuwidgets as nw

    s = nw.demo()  # or nw.open("60001110002/"), nw.open("src.pha"), nw.Session()
    nw.Workbench(s)

Everything is imported when it is first used, so that ``import nuwidgets`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nuwidgets.domain.band import Band
    from nuwidgets.domain.evolution import Evolution
    from nuwidgets.domain.grouping import Grouping
    from nuwidgets.domain.gti import Gti
    from nuwidgets.domain.marker import Marker
    from nuwidgets.domain.region import (
        Annulus,
        Box,
        Circle,
        Ellipse,
        EllipseAnnulus,
        Panda,
        Point,
        Polygon,
        Region,
    )
    from nuwidgets.engines.embedded.fake import fake_spectrum
    from nuwidgets.engines.mock import MockEngine
    from nuwidgets.errors import NuwidgetsError
    from nuwidgets.files.gti import read_gti, write_gti
    from nuwidgets.files.region_sets import read_region_set, write_region_set
    from nuwidgets.files.regions import read_regions, write_regions
    from nuwidgets.files.spectrum_folder import write_spectra
    from nuwidgets.opening import demo, demo_campaign, load
    from nuwidgets.opening import open_path as open  # noqa: A004  nw.open reads well
    from nuwidgets.panels.backgrounds import BackgroundPanel
    from nuwidgets.panels.chain import ChainPanel
    from nuwidgets.panels.compare import ComparePanel
    from nuwidgets.panels.contours import ContourPanel
    from nuwidgets.panels.download import DownloadPanel
    from nuwidgets.panels.engine_fit import FitEnginePanel
    from nuwidgets.panels.fake import FakePanel
    from nuwidgets.panels.fit import FitPanel
    from nuwidgets.panels.fluxes import FluxPanel
    from nuwidgets.panels.goodness import GoodnessPanel
    from nuwidgets.panels.goodtimes import GoodTimesPanel
    from nuwidgets.panels.hardness import HardnessPanel
    from nuwidgets.panels.image import ImagePanel
    from nuwidgets.panels.image_grid import ImageGridPanel
    from nuwidgets.panels.lightcurve import LightCurvePanel
    from nuwidgets.panels.longterm import LongTermPanel
    from nuwidgets.panels.model_choice import ModelChoicePanel
    from nuwidgets.panels.observations import ObservationsPanel
    from nuwidgets.panels.parameter_time import ParameterTimePanel
    from nuwidgets.panels.period import PeriodPanel
    from nuwidgets.panels.pipeline import PipelinePanel
    from nuwidgets.panels.power import PowerPanel
    from nuwidgets.panels.profile import ProfilePanel
    from nuwidgets.panels.search import SearchPanel
    from nuwidgets.panels.session import SessionPanel
    from nuwidgets.panels.spectrum import SpectrumPanel
    from nuwidgets.panels.spectrum_grid import SpectrumGridPanel
    from nuwidgets.panels.task import TaskPanel
    from nuwidgets.panels.workbench import Workbench
    from nuwidgets.reports.fit_tables import fit_latex, fit_table, group_table
    from nuwidgets.reports.series_tables import series_latex, series_table
    from nuwidgets.science.longterm_flux import flux_curve
    from nuwidgets.science.model_choice import compare_fits
    from nuwidgets.science.models.own import model
    from nuwidgets.session import Session

__version__ = "0.1.0"

_HOMES = {
    "Annulus": "nuwidgets.domain.region",
    "BackgroundPanel": "nuwidgets.panels.backgrounds",
    "Band": "nuwidgets.domain.band",
    "Box": "nuwidgets.domain.region",
    "ChainPanel": "nuwidgets.panels.chain",
    "Circle": "nuwidgets.domain.region",
    "ComparePanel": "nuwidgets.panels.compare",
    "ContourPanel": "nuwidgets.panels.contours",
    "DownloadPanel": "nuwidgets.panels.download",
    "Ellipse": "nuwidgets.domain.region",
    "EllipseAnnulus": "nuwidgets.domain.region",
    "Evolution": "nuwidgets.domain.evolution",
    "FakePanel": "nuwidgets.panels.fake",
    "FitEnginePanel": "nuwidgets.panels.engine_fit",
    "FitPanel": "nuwidgets.panels.fit",
    "FluxPanel": "nuwidgets.panels.fluxes",
    "GoodTimesPanel": "nuwidgets.panels.goodtimes",
    "GoodnessPanel": "nuwidgets.panels.goodness",
    "Grouping": "nuwidgets.domain.grouping",
    "Gti": "nuwidgets.domain.gti",
    "HardnessPanel": "nuwidgets.panels.hardness",
    "ImageGridPanel": "nuwidgets.panels.image_grid",
    "ImagePanel": "nuwidgets.panels.image",
    "LightCurvePanel": "nuwidgets.panels.lightcurve",
    "LongTermPanel": "nuwidgets.panels.longterm",
    "Marker": "nuwidgets.domain.marker",
    "MockEngine": "nuwidgets.engines.mock",
    "ModelChoicePanel": "nuwidgets.panels.model_choice",
    "NuwidgetsError": "nuwidgets.errors",
    "Panda": "nuwidgets.domain.region",
    "ParameterTimePanel": "nuwidgets.panels.parameter_time",
    "ObservationsPanel": "nuwidgets.panels.observations",
    "PeriodPanel": "nuwidgets.panels.period",
    "PipelinePanel": "nuwidgets.panels.pipeline",
    "Point": "nuwidgets.domain.region",
    "Polygon": "nuwidgets.domain.region",
    "PowerPanel": "nuwidgets.panels.power",
    "ProfilePanel": "nuwidgets.panels.profile",
    "Region": "nuwidgets.domain.region",
    "SearchPanel": "nuwidgets.panels.search",
    "Session": "nuwidgets.session",
    "SessionPanel": "nuwidgets.panels.session",
    "SpectrumGridPanel": "nuwidgets.panels.spectrum_grid",
    "SpectrumPanel": "nuwidgets.panels.spectrum",
    "TaskPanel": "nuwidgets.panels.task",
    "Workbench": "nuwidgets.panels.workbench",
    "compare_fits": "nuwidgets.science.model_choice",
    "demo": "nuwidgets.opening",
    "demo_campaign": "nuwidgets.opening",
    "fake_spectrum": "nuwidgets.engines.embedded.fake",
    "fit_latex": "nuwidgets.reports.fit_tables",
    "fit_table": "nuwidgets.reports.fit_tables",
    "flux_curve": "nuwidgets.science.longterm_flux",
    "group_table": "nuwidgets.reports.fit_tables",
    "load": "nuwidgets.opening",
    "model": "nuwidgets.science.models.own",
    "open": "nuwidgets.opening:open_path",
    "read_gti": "nuwidgets.files.gti",
    "read_region_set": "nuwidgets.files.region_sets",
    "read_regions": "nuwidgets.files.regions",
    "series_latex": "nuwidgets.reports.series_tables",
    "series_table": "nuwidgets.reports.series_tables",
    "write_gti": "nuwidgets.files.gti",
    "write_region_set": "nuwidgets.files.region_sets",
    "write_regions": "nuwidgets.files.regions",
    "write_spectra": "nuwidgets.files.spectrum_folder",
}

__all__ = [
    "Annulus",
    "BackgroundPanel",
    "Band",
    "Box",
    "ChainPanel",
    "Circle",
    "ComparePanel",
    "ContourPanel",
    "DownloadPanel",
    "Ellipse",
    "EllipseAnnulus",
    "Evolution",
    "FakePanel",
    "FitEnginePanel",
    "FitPanel",
    "FluxPanel",
    "GoodTimesPanel",
    "GoodnessPanel",
    "Grouping",
    "Gti",
    "HardnessPanel",
    "ImageGridPanel",
    "ImagePanel",
    "LightCurvePanel",
    "LongTermPanel",
    "Marker",
    "MockEngine",
    "ModelChoicePanel",
    "NuwidgetsError",
    "ObservationsPanel",
    "Panda",
    "ParameterTimePanel",
    "PeriodPanel",
    "PipelinePanel",
    "Point",
    "Polygon",
    "PowerPanel",
    "ProfilePanel",
    "Region",
    "SearchPanel",
    "Session",
    "SessionPanel",
    "SpectrumGridPanel",
    "SpectrumPanel",
    "TaskPanel",
    "Workbench",
    "compare_fits",
    "demo",
    "demo_campaign",
    "fake_spectrum",
    "fit_latex",
    "fit_table",
    "flux_curve",
    "group_table",
    "load",
    "model",
    "open",
    "read_gti",
    "read_region_set",
    "read_regions",
    "series_latex",
    "series_table",
    "write_gti",
    "write_region_set",
    "write_regions",
    "write_spectra",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'nuwidgets' has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    value = getattr(import_module(module), attribute or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*__all__, "__version__"])
