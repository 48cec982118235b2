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
    from nuwidgets.domain.grouping import Grouping
    from nuwidgets.domain.gti import Gti
    from nuwidgets.domain.region import Annulus, Box, Circle, Ellipse, Polygon, Region
    from nuwidgets.engines.mock import MockEngine
    from nuwidgets.errors import NuwidgetsError
    from nuwidgets.files.regions import read_regions, write_regions
    from nuwidgets.opening import demo, load
    from nuwidgets.opening import open_path as open  # noqa: A004  nw.open reads well
    from nuwidgets.panels.compare import ComparePanel
    from nuwidgets.panels.download import DownloadPanel
    from nuwidgets.panels.fit import FitPanel
    from nuwidgets.panels.image import ImagePanel
    from nuwidgets.panels.lightcurve import LightCurvePanel
    from nuwidgets.panels.pipeline import PipelinePanel
    from nuwidgets.panels.search import SearchPanel
    from nuwidgets.panels.session import SessionPanel
    from nuwidgets.panels.spectrum import SpectrumPanel
    from nuwidgets.panels.task import TaskPanel
    from nuwidgets.panels.workbench import Workbench
    from nuwidgets.session import Session

__version__ = "0.1.0"

_HOMES = {
    "Annulus": "nuwidgets.domain.region",
    "Band": "nuwidgets.domain.band",
    "Box": "nuwidgets.domain.region",
    "Circle": "nuwidgets.domain.region",
    "ComparePanel": "nuwidgets.panels.compare",
    "DownloadPanel": "nuwidgets.panels.download",
    "Ellipse": "nuwidgets.domain.region",
    "FitPanel": "nuwidgets.panels.fit",
    "Grouping": "nuwidgets.domain.grouping",
    "Gti": "nuwidgets.domain.gti",
    "ImagePanel": "nuwidgets.panels.image",
    "LightCurvePanel": "nuwidgets.panels.lightcurve",
    "MockEngine": "nuwidgets.engines.mock",
    "NuwidgetsError": "nuwidgets.errors",
    "PipelinePanel": "nuwidgets.panels.pipeline",
    "Polygon": "nuwidgets.domain.region",
    "Region": "nuwidgets.domain.region",
    "SearchPanel": "nuwidgets.panels.search",
    "Session": "nuwidgets.session",
    "SessionPanel": "nuwidgets.panels.session",
    "SpectrumPanel": "nuwidgets.panels.spectrum",
    "TaskPanel": "nuwidgets.panels.task",
    "Workbench": "nuwidgets.panels.workbench",
    "demo": "nuwidgets.opening",
    "load": "nuwidgets.opening",
    "open": "nuwidgets.opening:open_path",
    "read_regions": "nuwidgets.files.regions",
    "write_regions": "nuwidgets.files.regions",
}

__all__ = [
    "Annulus",
    "Band",
    "Box",
    "Circle",
    "ComparePanel",
    "DownloadPanel",
    "Ellipse",
    "FitPanel",
    "Grouping",
    "Gti",
    "ImagePanel",
    "LightCurvePanel",
    "MockEngine",
    "NuwidgetsError",
    "PipelinePanel",
    "Polygon",
    "Region",
    "SearchPanel",
    "Session",
    "SessionPanel",
    "SpectrumPanel",
    "TaskPanel",
    "Workbench",
    "demo",
    "load",
    "open",
    "read_regions",
    "write_regions",
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
