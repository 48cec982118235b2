"""What a fit gives in one line: statistic, degrees of freedom, how good it is."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from nuwidgets.core.job import State

if TYPE_CHECKING:
    from nuwidgets.domain.fit import Curve
    from nuwidgets.session import Session

LARGE = 1e6
"""From here on a statistic says nothing but that the model is far off."""


def result_html(session: Session) -> str:
    """Give the statistic of what is shown, and of the best fit what it says; empty without."""
    fit, shown = session.fit, session.curve.product
    if shown is None or not fit.model or not math.isfinite(shown.statistic):
        return ""
    name, bracket, how = (shown.statistic_name or fit.statistic).partition(" (")
    value = _number(shown.statistic)
    text = f"{html.escape(name)} <b>{value}</b> for {shown.dof} degrees of freedom"
    if math.isfinite(shown.test_statistic) and _differs(shown):
        text += f" · {html.escape(shown.test_name)} <b>{shown.test_statistic:.4g}</b>"
    best = fit.product
    if fit.state is State.FRESH and best is not None:
        text += " · best fit"
        if math.isfinite(best.null_probability):
            text += f", null probability {best.null_probability:.2g}"
        if not best.converged:
            text += " (the minimiser does not trust it)"
    return text + (f" <small>{html.escape(bracket.strip() + how)}</small>" if how else "")


def _number(statistic: float) -> str:
    return f"{statistic:.2f}" if abs(statistic) < LARGE else f"{statistic:.5g}"


def _differs(shown: Curve) -> bool:
    """Whether the test statistic says more than the statistic itself."""
    same = math.isclose(shown.test_statistic, shown.statistic, rel_tol=1e-9)
    return not (same and "chi" in shown.test_name.lower())
