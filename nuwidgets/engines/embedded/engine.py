"""The engine that is always there: a table from requests to functions, loaded on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import nuwidgets
from nuwidgets.domain.backgrounds import BackgroundsRequest
from nuwidgets.domain.chain import ChainRequest
from nuwidgets.domain.contours import ContoursRequest
from nuwidgets.domain.eqwidth import EqWidthRequest
from nuwidgets.domain.events import EventsRequest, ScreenRequest
from nuwidgets.domain.exposure_map import ExposureRequest
from nuwidgets.domain.fake import FakeRequest
from nuwidgets.domain.fit import CurveRequest, ErrorsRequest, FitRequest, FluxRequest
from nuwidgets.domain.geometry import GeometryRequest
from nuwidgets.domain.goodness import GoodnessRequest
from nuwidgets.domain.goodtimes import GoodTimesRequest
from nuwidgets.domain.hardness import HardnessRequest
from nuwidgets.domain.image import ImageRequest
from nuwidgets.domain.lightcurve import LightCurveRequest
from nuwidgets.domain.longterm import LongTermRequest
from nuwidgets.domain.luminosity import LuminosityRequest
from nuwidgets.domain.period import PeriodRequest
from nuwidgets.domain.power import PowerRequest
from nuwidgets.domain.profile import ProfileRequest
from nuwidgets.domain.region_counts import RegionCountsRequest
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.shared_regions import SharedRegionsRequest
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, FileSpectrumRequest
from nuwidgets.domain.task import TaskRequest
from nuwidgets.domain.thumbnails import ThumbnailsRequest
from nuwidgets.engines.base import TableEngine

if TYPE_CHECKING:
    from nuwidgets.engines.base import Solve

_ROOM = "nuwidgets.engines.embedded"
TABLE: dict[type, tuple[str, str]] = {
    EventsRequest: ("events", "solve_events"),
    ScreenRequest: ("screen", "solve_screen"),
    ImageRequest: ("image", "solve_image"),
    ExposureRequest: ("exposure", "solve_exposure"),
    GeometryRequest: ("geometry", "solve_geometry"),
    SelectionRequest: ("selection", "solve_selection"),
    SharedRegionsRequest: ("shared_regions", "solve_shared_regions"),
    LongTermRequest: ("longterm", "solve_longterm"),
    ThumbnailsRequest: ("thumbnails", "solve_thumbnails"),
    RegionCountsRequest: ("counts", "solve_counts"),
    ProfileRequest: ("profile", "solve_profile"),
    BackgroundsRequest: ("backgrounds", "solve_backgrounds"),
    LightCurveRequest: ("lightcurve", "solve_lightcurve"),
    GoodTimesRequest: ("goodtimes", "solve_goodtimes"),
    HardnessRequest: ("hardness", "solve_hardness"),
    ExtractedSpectrumRequest: ("spectrum", "solve_spectrum"),
    FileSpectrumRequest: ("spectrum", "solve_file_spectrum"),
    FitRequest: ("fit", "solve_fit"),
    CurveRequest: ("curve", "solve_curve"),
    ErrorsRequest: ("errors", "solve_errors"),
    FluxRequest: ("flux", "solve_flux"),
    LuminosityRequest: ("luminosity", "solve_luminosity"),
    EqWidthRequest: ("eqwidth", "solve_eqwidth"),
    ChainRequest: ("chain", "solve_chain"),
    FakeRequest: ("fake", "solve_fake"),
    ContoursRequest: ("contours", "solve_contours"),
    GoodnessRequest: ("goodness", "solve_goodness"),
    PowerRequest: ("power", "solve_power"),
    PeriodRequest: ("period", "solve_period"),
    TaskRequest: ("tasks", "solve_task"),
}
"""Which module and which function answer each type of request."""


def _on_first_use(module: str, function: str) -> Solve:
    """Give a function that imports the real one when it is called."""

    def solve(request: Any, above: tuple[Any, ...], token: Any) -> Any:
        return getattr(import_module(f"{_ROOM}.{module}"), function)(request, above, token)

    return solve


class EmbeddedEngine(TableEngine):
    """numpy, scipy, astropy and iminuit: from events to a fit without HEASoft."""

    def __init__(self) -> None:
        table = {request: _on_first_use(*place) for request, place in TABLE.items()}
        super().__init__("embedded", nuwidgets.__version__, table)
