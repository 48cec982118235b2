"""XSPEC as an engine: the same requests and products as the embedded engine's, other numbers.

Each request goes to the process of XSPEC whole, so that nothing of an earlier one has a meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.contours import ContoursRequest, StepAxis
from nuwidgets.domain.curve import CurveRequest
from nuwidgets.domain.fit import ErrorsRequest, FitRequest, FluxRequest
from nuwidgets.engines.base import TableEngine
from nuwidgets.engines.xspec.bench import Bench
from nuwidgets.engines.xspec.installation import find_xspec
from nuwidgets.engines.xspec.program import XspecWorker
from nuwidgets.errors import InputError
from nuwidgets.science.models.parameters import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.contours import Contours
    from nuwidgets.domain.curve import Curve
    from nuwidgets.domain.fit import Errors, FitResult, Flux
    from nuwidgets.domain.model import Parameter
    from nuwidgets.domain.spectrum import Spectrum
    from nuwidgets.engines.xspec.installation import Installation
    from nuwidgets.engines.xspec.products import Asked

    Above = tuple[Spectrum, ...]


class XspecEngine(TableEngine):
    """Fits with XSPEC itself, through PyXspec in a process of its own.

    Parameters
    ----------
    installation : Installation, optional
        Where it is; looked for in the environment when left out.

    Raises
    ------
    EngineMissingError
        It is not there; the message says which part is missing.
    """

    def __init__(self, installation: Installation | None = None) -> None:
        self.installed = installation or find_xspec()
        self._bench = Bench()
        self.worker = XspecWorker(self.installed)
        table: dict[type, Callable[..., Any]] = {
            FitRequest: self._fit,
            CurveRequest: self._curve,
            ErrorsRequest: self._errors,
            FluxRequest: self._flux,
            ContoursRequest: self._contours,
        }
        super().__init__("xspec", self.installed.version or "of no known HEASoft", table)

    @property
    def log_path(self) -> str:
        """Where all that XSPEC prints goes."""
        return str(self.worker.log_path)

    def start(self, token: Any = None) -> str:
        """Start XSPEC, and give its version.

        Raises
        ------
        EngineMissingError
            It cannot be started.
        """
        self._called(self.worker.put("hello", {}, token))
        return self.version

    def describe(self, expression: str) -> dict[str, Any]:
        """Give the parameters of a model as XSPEC itself has them.

        Parameters
        ----------
        expression : str
            E.g. the name of one additive component.

        Returns
        -------
        dict
            ``expression`` as XSPEC writes it; ``parameters``, each as [component, name, unit,
            [value, delta, hard lo, soft lo, soft hi, hard hi], whether it is frozen].

        Raises
        ------
        EngineFailedError
            XSPEC does not know such a model.
        """
        found = self.worker.put("describe", {"expression": expression})
        self._called(found)
        return found

    def stop(self) -> None:
        """End the process, and take away what was written for it."""
        self.worker.stop()
        self._bench.clear()

    def _called(self, answer: dict[str, Any]) -> None:
        """Go by the version that XSPEC itself says."""
        self.version = str(answer["version"][-1])

    def _ask(self, method: str, fit: FitRequest, above: Above, token: Any, **more: Any) -> Asked:
        """Let XSPEC answer about a fit."""
        from nuwidgets.engines.embedded import compare, fitdata
        from nuwidgets.engines.xspec.payload import groups_of, order_of, payload_of
        from nuwidgets.engines.xspec.products import Asked

        token.check()
        if not above:
            raise InputError("Nothing to fit: there is no spectrum. Give at least one.")
        compare.check(fit)
        # XSPEC crashes when nothing is left to compare: this refuses it before
        data = fitdata.prepare_all(above, fit.ignore, fit.responses, fit.stamp)
        payload = payload_of(fit, above, data, self._bench)
        answer = self.worker.put(method, {**payload, **more}, token)
        self._called(answer)
        order = order_of(groups_of(fit, len(above)))
        return Asked(fit, data, order, answer, self.log_path, answer["log_tail"])

    def _fit(self, request: FitRequest, above: Above, token: Any) -> FitResult:
        from nuwidgets.engines.xspec.products import fit_result

        require_free(request)
        return fit_result(self._ask("fit", request, above, token))

    def _curve(self, request: CurveRequest, above: Above, token: Any) -> Curve:
        from nuwidgets.engines.embedded.curve import solve_curve
        from nuwidgets.engines.xspec.products import curve

        if not request.fit.expression.strip():
            return solve_curve(request, above, token)
        return curve(self._ask("curve", request.fit, above, token))

    def _errors(self, request: ErrorsRequest, above: Above, token: Any) -> Errors:
        from nuwidgets.engines.xspec.products import errors

        require_free(request.fit)
        if not request.delta > 0:
            raise InputError(
                f"Cannot find errors for a rise of {request.delta!r} in the statistic. Give a"
                " number above 0, e.g. 2.706 for 90 % or 1.0 for 68.3 %."
            )
        numbers = [find(request.fit.parameters, number).number for number in request.numbers]
        asked = self._ask(
            "errors", request.fit, above, token, numbers=numbers, delta=float(request.delta)
        )
        return errors(asked, request)

    def _flux(self, request: FluxRequest, above: Above, token: Any) -> Flux:
        from nuwidgets.engines.xspec.products import flux

        if request.component or request.unabsorbed:
            raise InputError(
                "XSPEC's flux is that of the whole model as it stands. For a component, or without"
                " absorption, use the embedded engine, or put cflux before what is meant."
            )
        edges = [one.response.energy_edges_kev for one in above if one.response is not None]
        reach = [max(float(e.min()) for e in edges), min(float(e.max()) for e in edges)]
        more = {"lo_kev": request.band.lo_kev, "hi_kev": request.band.hi_kev, "reach": reach}
        drawn = {"draws": request.draws, "level": request.level, "seed": request.seed}
        asked = self._ask("flux", request.fit, above, token, **more, **drawn)
        return flux(asked, request)

    def _contours(self, request: ContoursRequest, above: Above, token: Any) -> Contours:
        from nuwidgets.engines.xspec.products import contours

        require_free(request.fit)
        axes = tuple(map(StepAxis.parse, request.axes))
        stepped = tuple(find(request.fit.parameters, axis.parameter) for axis in axes)
        _require_steps(stepped)
        payload = [
            {
                "number": parameter.number,
                "lo": float(axis.lo),
                "hi": float(axis.hi),
                "n": axis.n,
                "log": axis.log,
                "relative": axis.relative,
            }
            for axis, parameter in zip(axes, stepped, strict=True)
        ]
        asked = self._ask("contours", request.fit, above, token, axes=payload)
        return contours(asked, request, stepped)


def require_free(request: FitRequest) -> None:
    """Refuse a fit that moves nothing.

    Raises
    ------
    InputError
        No parameter is free.
    """
    if not any(p.free for p in request.parameters):
        raise InputError(
            "Nothing can be fitted: every parameter is frozen or linked. Thaw at least one."
        )


def _require_steps(stepped: tuple[Parameter, ...]) -> None:
    if not stepped:
        raise InputError(
            "Cannot draw contours: no parameter is stepped. Set axes, e.g. to"
            " ('PhoIndex 1.6 2.2 20',)."
        )
    for parameter in stepped:
        if not parameter.free:
            raise InputError(
                f"Cannot step {parameter.label} (parameter {parameter.number}): it is frozen or"
                " linked. Thaw or untie it, or step another one."
            )
