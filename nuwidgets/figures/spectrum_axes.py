"""The axes of a figure of spectra: scales, limits, names with units, and what is said above."""

from __future__ import annotations

import re
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.plot import INCIDENT
from nuwidgets.figures.style import as_written, plain_log_ticks, style_axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.arrays import Floats
    from nuwidgets.domain.curve import Curve
    from nuwidgets.domain.plot import PlotChoice
    from nuwidgets.figures.looks import Look
    from nuwidgets.science.plotting import Plotted

LETTERS = 108
"""So many letters of 1 point fit beside each other in an inch of a figure, with its margins."""
NARROW_INCH = 6.0
"""One column of a journal is narrower."""
ENERGETIC = ("eufspec", "eeufspec", "emodel", "eemodel")
"""Kinds that may rise with energy, to where the legend would be."""
LEVELS = {"ratio": 1.0, "residuals": 0.0, "delchi": 0.0, "chisq": 0.0}
"""Where the lower pane has its line."""
_RAISED = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def raised(label: str) -> str:
    """Write powers as matplotlib does.

    Examples
    --------
    >>> raised("counts s⁻¹")
    'counts s$^{-1}$'
    """
    return _RAISED.sub(lambda found: f"$^{{{found[0].translate(_DIGITS)}}}$", label)


def finish_upper(
    axes: Any,
    curve: Curve,
    shown: Sequence[Plotted],
    choice: PlotChoice,
    how: tuple[Look, str, bool],
) -> None:
    """Scale and label the upper plot; `how` is its look, its title, and whether it is alone."""
    look, title, alone = how
    style_axes(axes, look)
    axes.set_xscale("log" if choice.x_log else "linear")
    if choice.y_log:
        axes.set_yscale("log", nonpositive="clip")
        axes.set_ylim(*_log_limits(shown))
    normalized = any(s.areascal is not None and np.any(s.areascal != 1) for s in curve.spectra)
    label = raised(choice.y_label(normalized=normalized))
    if look.width_inch < NARROW_INCH:  # too long for the height of a narrow figure
        label = label.replace(" (photons", "\n(photons")
    axes.set_ylabel(label, fontsize=look.label_pt)
    if alone:
        _finish_x(axes, shown, choice, look)
    else:
        axes.tick_params(labelbottom=False)
    handles, labels = axes.get_legend_handles_labels()
    names = [one.name for one in shown]
    order = sorted(range(len(labels)), key=lambda i: labels[i] not in names)
    legend = axes.legend(
        [handles[i] for i in order],
        [labels[i] for i in order],
        frameon=False,
        fontsize=look.tick_pt,
        loc="upper right" if choice.y_log and choice.kind not in ENERGETIC else "best",
    )
    as_written(*legend.get_texts(), axes.title)
    # above the frame: inside there is no place that no spectrum crosses
    said = _words(curve, look)
    axes.set_title(said, loc="left", fontsize=look.note_pt)
    if title:  # above those words
        axes.set_title(title + "\n" * (said.count("\n") + 1), fontsize=look.title_pt)


def finish_lower(
    axes: Any, curve: Curve, shown: Sequence[Plotted], choice: PlotChoice, look: Look
) -> None:
    """Scale and label the lower plot."""
    style_axes(axes, look)
    axes.axhline(LEVELS[choice.lower], color="black", linewidth=0.8, linestyle="--", zorder=0)
    axes.set_ylim(*_lower_limits(shown, choice))
    _finish_x(axes, shown, choice, look)
    label = choice.lower_label(curve.spectra[0].statistic)
    axes.set_ylabel(raised(label), fontsize=look.label_pt)


def _finish_x(axes: Any, shown: Sequence[Plotted], choice: PlotChoice, look: Look) -> None:
    ends = [end for one in shown for end in _ends(one, choice)]
    lo, hi = min(map(min, ends)), max(map(max, ends))
    if choice.x_log:
        axes.set_xlim(lo * 0.95, hi * 1.05)
        plain_log_ticks(axes.xaxis)
    else:
        axes.set_xlim(lo - 0.02 * (hi - lo), hi + 0.02 * (hi - lo))
    axes.set_xlabel(choice.x_label, fontsize=look.label_pt)


def _ends(one: Plotted, choice: PlotChoice) -> list[Floats]:
    """Give all ends of bins that are drawn."""
    if choice.kind in INCIDENT:
        seen = [(x.x_lo, x.x_hi, np.isfinite(x.y)) for x in one.lines if x.role == "model"]
        found = [end[known] for lo, hi, known in seen for end in (lo, hi)]
    else:
        found = [] if one.points is None else [one.points.x_lo, one.points.x_hi]
    return [end for end in found if len(end)]


def _words(curve: Curve, look: Look) -> str:
    """Give what must be read beside the plot; in a narrow one in lines, without what is in ()."""
    words = [curve.provenance.approximate.partition("(")[0].strip()]
    if curve.statistic_name and np.isfinite(curve.statistic):
        name = (
            curve.statistic_name.partition("(")[0].strip() if look.greys else curve.statistic_name
        )
        words.append(f"{name} = {curve.statistic:.1f} for {curve.dof} dof")
    elif curve.statistic_name:
        words.append(curve.statistic_name)
    most = int(LETTERS * look.width_inch / look.note_pt)
    lines = [line for word in words for line in wrap(word, most)]
    return ("; " if sum(map(len, lines)) < most else "\n").join(lines)


def _log_limits(shown: Sequence[Plotted]) -> tuple[float, float]:
    """Give limits that show every model bin and every bin detected above its error."""
    seen: list[Floats] = [line.y for one in shown for line in one.lines if line.role == "model"]
    points = [one.points for one in shown if one.points is not None]
    seen += [one.y[one.y > one.error] for one in points]
    values = np.concatenate(seen) if seen else np.zeros(0)
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return 1e-5, 1.0
    return float(values.min()) / 2, float(values.max()) * 2


def _lower_limits(shown: Sequence[Plotted], choice: PlotChoice) -> tuple[float, float]:
    """Give limits around the line that hold all but the noisiest bins."""
    level = LEVELS[choice.lower]
    values = [one.lower.y for one in shown if one.lower is not None]
    far = np.abs(np.concatenate(values) - level) if values else np.zeros(0)
    far = far[np.isfinite(far)]
    reach = 1.6 * float(np.percentile(far, 97)) if len(far) else 1.0
    if choice.lower == "ratio":
        reach = float(np.clip(reach, 0.1, 3.0))
        return max(1.0 - reach, 0.0), 1.0 + reach
    reach = reach or 1.0
    return level - reach, level + reach
