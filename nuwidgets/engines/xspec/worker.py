"""The process of XSPEC: each request is complete, and what XSPEC held before is cleared first.

XSPEC is one set of data and models for a whole process, prints at C level (into the log of the
worker), and often fails silently: what it was told is read back.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from nuwidgets.engines.serve import serve
from nuwidgets.errors import EngineMissingError

if TYPE_CHECKING:
    from collections.abc import Callable

CHATTER = 10
"""How much XSPEC prints, its own default."""
ITERATIONS = 100
CRITICAL_DELTA = 1e-4
"""The fit ends when the statistic falls by less."""
Payload = dict[str, Any]


def pyxspec() -> Any:
    """Give the module, ready for work without anybody at a keyboard.

    Raises
    ------
    EngineMissingError
        If it cannot be imported.
    """
    try:
        import xspec
    except ImportError as error:
        raise EngineMissingError(
            f"XSPEC cannot be used: {sys.executable} cannot import 'xspec' (PyXspec): {error}."
            " Name the Python that HEASoft was built with as NUWIDGETS_XSPEC_PYTHON."
        ) from error
    xspec.Xset.allowPrompting = False  # else it asks an empty input for ever
    xspec.Xset.chatter = CHATTER
    xspec.Fit.query = "yes"
    return xspec


def version(xs: Any) -> list[str]:
    """Give the versions of PyXspec and of XSPEC."""
    return [str(part) for part in xs.Xset.version]


def hello(_payload: Payload, _report: Callable[..., None]) -> dict[str, Any]:
    """Start XSPEC and give its versions."""
    return {"version": version(pyxspec())}


def describe(payload: Payload, _report: Callable[..., None]) -> dict[str, Any]:
    """Give the parameters of a model, as XSPEC itself has them."""
    xs = pyxspec()
    xs.AllModels.clear()
    xs.AllData.clear()
    model = xs.Model(payload["expression"])
    found = []
    for name in model.componentNames:
        component = getattr(model, name)
        for parameter in component.parameterNames:
            one = getattr(component, parameter)
            found.append([name, parameter, str(one.unit).strip(), list(one.values), one.frozen])
    return {"expression": str(model.expression), "parameters": found, "version": version(xs)}


def _opened(payload: Payload, report: Callable[..., None]) -> Any:
    from nuwidgets.engines.xspec.state import State

    return State(pyxspec(), payload, report)


def fit(payload: Payload, report: Callable[..., None]) -> dict[str, Any]:
    """Fit, and give what came out."""
    state = _opened(payload, report)
    report(None, "XSPEC: fit", "")
    state.perform()
    result: dict[str, Any] = state.result()
    return result


def curve(payload: Payload, report: Callable[..., None]) -> dict[str, Any]:
    """Fold the model at the parameters of now."""
    from nuwidgets.engines.xspec.answers import folded

    state = _opened(payload, report)
    return {**state.result(), "folded": folded(state)}


def errors(payload: Payload, report: Callable[..., None]) -> dict[str, Any]:
    """Fit, and find the confidence intervals of parameters."""
    from nuwidgets.engines.xspec.answers import intervals

    state = _opened(payload, report)
    given = state.statistic()
    report(None, "XSPEC: fit", "")
    state.perform()
    found = intervals(state, payload["numbers"], payload["delta"], report)
    return {**state.result(), "given": given, "intervals": found}


def flux(payload: Payload, report: Callable[..., None]) -> dict[str, Any]:
    """Integrate the model over a band."""
    from nuwidgets.engines.xspec.answers import fluxes

    state = _opened(payload, report)
    given, found = state.statistic(), fluxes(state, payload)
    return {
        "flux": found,
        "fell": given - state.statistic(),
        "version": version(state.xs),
        "warnings": state.warnings,
    }


def contours(payload: Payload, report: Callable[..., None]) -> dict[str, Any]:
    """Fit, and step one parameter or two."""
    from nuwidgets.engines.xspec.answers import stepped

    state = _opened(payload, report)
    given = state.statistic()
    report(None, "XSPEC: fit", "")
    state.perform()
    result = state.result()
    report(None, "XSPEC: steppar", "")
    return {**result, "given": given, **stepped(state, payload["axes"])}


HANDLERS = {one.__name__: one for one in (hello, describe, fit, curve, errors, flux, contours)}
"""What can be asked, by name."""


def main(fd: int) -> None:
    """Answer until nobody asks any more; XSPEC is not given the chance to crash at the end."""
    serve(HANDLERS, fd)
    sys.stdout.flush()
    os._exit(0)
