"""Who answers what rests on a fit: XSPEC where it is chosen, the embedded engine for the rest.

While XSPEC is chosen, the curve still follows the hand with the embedded engine as long as this
can compute the model; XSPEC is asked for the fit and for what is said of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.contours import ContoursRequest
from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.fit import ErrorsRequest, FitRequest, FluxRequest
from nuwidgets.domain.fit_comparison import FitComparisonRequest
from nuwidgets.domain.series import SeriesRequest
from nuwidgets.engines.xspec.models import listed
from nuwidgets.errors import NuwidgetsError
from nuwidgets.science.models import foreign
from nuwidgets.science.models.composite import Composite

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.engines.base import Engine
    from nuwidgets.engines.series import SeriesFits
    from nuwidgets.engines.xspec.engine import XspecEngine

EMBEDDED, XSPEC = "embedded", "xspec"
ASKED = (FitRequest, CurveRequest, ErrorsRequest, FluxRequest, ContoursRequest)
"""What XSPEC can be asked."""


def fit_in(request: Any) -> FitRequest | None:
    """Give the fit that a request is, or rests on; None where there is none."""
    fit = request if isinstance(request, FitRequest) else getattr(request, "fit", None)
    return fit if isinstance(fit, FitRequest) else None


def engine_for(request: Any) -> str:
    """Give the name of the engine that is to answer a request: ``"xspec"`` or ``"embedded"``.

    Parameters
    ----------
    request : object
        Any request.
    """
    fit = fit_in(request)
    if fit is None or fit.engine != XSPEC or not isinstance(request, ASKED):
        return EMBEDDED
    if _spared(request) and not only_xspec(fit.expression):
        return EMBEDDED
    return XSPEC


def _spared(request: Any) -> bool:
    """Whether XSPEC need not be asked: what follows the hand, and what its flux cannot say."""
    if isinstance(request, FluxRequest):
        return not request.draws or bool(request.component) or request.unabsorbed
    return isinstance(request, CurveRequest)


def only_xspec(expression: str) -> tuple[str, ...]:
    """Name the components of a model that XSPEC alone computes; none for an unreadable one."""
    try:
        models = Composite.parse(expression).models if expression.strip() else ()
    except NuwidgetsError:
        return ()
    return foreign.names_in(one for model in models for one in model.expression.components)


class FitEngines:
    """Lets XSPEC or another engine answer what rests on a fit; XSPEC is started when it is asked.

    Parameters
    ----------
    base : callable
        Gives the engine that answers where XSPEC is not chosen.
    """

    def __init__(self, base: Callable[[], Engine]) -> None:
        self._base = base
        self._xspec: XspecEngine | None = None
        self._one_by_one: SeriesFits | None = None
        foreign.use_reader(listed)  # nothing is read before a name is asked for

    @property
    def xspec(self) -> XspecEngine:
        """The engine of XSPEC.

        Raises
        ------
        EngineMissingError
            If it is not there; the message says which part is missing.
        """
        if self._xspec is None:
            from nuwidgets.engines.xspec.engine import XspecEngine

            self._xspec = XspecEngine()
        return self._xspec

    @property
    def log_path(self) -> str:
        """Where XSPEC's log is; empty while it was not asked."""
        return self._xspec.log_path if self._xspec else ""

    def why_not(self) -> str:
        """Say why XSPEC cannot be used; empty if it can."""
        from nuwidgets.engines.xspec.installation import why_not

        return "" if self._xspec else why_not()

    def handles(self, request: object) -> bool:
        """Whether a request is a fit, rests on one, or compares two."""
        return isinstance(request, FitComparisonRequest) or fit_in(request) is not None

    def solve(self, request: Any, above: tuple[Any, ...], token: Any) -> Any:
        """Answer a request by the engine that it names.

        Raises
        ------
        EngineError
            If XSPEC is not there, or the engine cannot answer.
        """
        if isinstance(request, FitComparisonRequest):
            from nuwidgets.engines.compare_fits import solve_compare_fit

            return solve_compare_fit(
                request, token, lambda _engine, part: self.solve(part, above, token)
            )
        if isinstance(request, SeriesRequest):
            return self._series(request, above, token)
        engine = self.xspec if engine_for(request) == XSPEC else self._base()
        return engine.solve(request, above, token)

    def _series(self, request: SeriesRequest, above: tuple[Any, ...], token: Any) -> Any:
        """Fit observations one by one; in processes of our own where the embedded engine fits."""
        if self._one_by_one is None:
            from nuwidgets.engines.series import SeriesFits

            self._one_by_one = SeriesFits(self.solve)
        embedded = request.fit.engine != XSPEC and self._base().name == EMBEDDED
        return self._one_by_one.solve(request, above, token, processes=embedded)

    def stop(self) -> None:
        """End XSPEC's process; it is started again when it is asked."""
        if self._xspec is not None:
            self._xspec.stop()
