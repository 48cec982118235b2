"""The error of a parameter in a few characters, with what its letters mean in words."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from nuwidgets.core.job import State

if TYPE_CHECKING:
    from nuwidgets.domain.fit import Interval
    from nuwidgets.domain.model import Parameter
    from nuwidgets.session import Session

FINE = "FFFFFFFFF"
UNKNOWN = "The fit has no error of it: it ended at a limit, or the data do not tell it."


def error_words(session: Session, parameter: Parameter) -> tuple[str, str]:
    """Give the error of a parameter, and what is wrong with it in sentences.

    Empty while there is none that belongs to what is shown.
    """
    fit, errors = session.fit, session.errors
    if errors.product is not None and errors.state is State.FRESH:
        for interval in errors.product.intervals:
            if interval.number == parameter.number:
                return _interval(interval, parameter), " ".join(interval.problems)
    result = fit.product
    if fit.state is State.FRESH and result is not None and parameter.free:
        place = parameter.number - 1  # they are numbered from 1 without gaps
        if place < len(result.sigma):
            sigma = result.sigma[place]
            return (f"± {sigma:.2g}", "") if math.isfinite(sigma) else ("no error", UNKNOWN)
    return "", ""


def _interval(interval: Interval, parameter: Parameter) -> str:
    up, down = interval.hi - parameter.value, interval.lo - parameter.value
    flags = "" if interval.flags == FINE else f" ⚠ {interval.flags}"
    return f"+{up:.2g} −{abs(down):.2g}{flags}"  # noqa: RUF001  a true minus


def error_html(session: Session, parameter: Parameter) -> str:
    """Give the error of a parameter as HTML; what its letters mean is said on hovering."""
    text, problems = error_words(session, parameter)
    said = html.escape(problems, quote=True)
    more = f' title="{said}" aria-label="{html.escape(text)}. {said}" role="note"' if said else ""
    shown = html.escape(text).replace(" ⚠", "<br>⚠")
    return f'<span class="nuw-num"{more}>{shown}</span>'
