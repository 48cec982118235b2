"""The look shared by all figures: colours, ticks inside on all sides, no global settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nuwidgets.figures.looks import Look

GAP = "#00000014"
SHORT = 300.0
"""Largest over smallest value of a logarithmic axis with labels between powers of ten."""


def darker(colour: str, factor: float = 0.55) -> str:
    """Give a darker shade of ``#rrggbb``, so that a model stands out from its data.

    Examples
    --------
    >>> darker("#0072B2", 0.5)
    '#003959'
    """
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{int(part * factor):02X}" for part in parts)


def new_figure(width_inch: float, height_inch: float, *, arranged: bool = True) -> Any:
    """Give an empty white figure that belongs to no window."""
    from matplotlib.figure import Figure

    return Figure(
        figsize=(width_inch, height_inch),
        layout="constrained" if arranged else None,
        facecolor="white",
    )


def style_axes(axes: Any, look: Look) -> None:
    """Put ticks inside on all four sides, as the field's plots have them."""
    axes.set_facecolor("white")
    axes.minorticks_on()
    axes.tick_params(which="both", direction="in", top=True, right=True, labelsize=look.tick_pt)
    axes.tick_params(which="major", length=look.tick_length_pt)
    axes.tick_params(which="minor", length=look.tick_length_pt / 2)


def as_written(*texts: Any) -> None:
    """Draw texts as they are: names of objects and files are no formulas."""
    for text in texts:
        text.set_parse_math(False)


def plain_log_ticks(axis: Any) -> None:
    """Label a logarithmic axis with limits 3, 5, 10, 20 ..., a long one 0.1, 1, 10 ..."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    lo, hi = axis.get_view_interval()
    subs = (1.0, 2.0, 3.0, 5.0) if hi < SHORT * lo else (1.0,)
    axis.set_major_locator(LogLocator(base=10, subs=subs))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
