"""Radial profiles with their fit, and the S/N of circles, as for a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.profile import Profile, best_of
from nuwidgets.errors import InputError
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.style import as_written, new_figure, style_axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.figures.looks import Look, Tint

HEIGHT = 0.8
"""Of the figure, over its width."""
LEAST = 0.3
"""The axis of counts ends so far below the lowest background or point."""


def figure_profile(
    profiles: Profile | Sequence[Profile], *, title: str = "", look: str = "screen"
) -> Any:
    """Give a figure of one or more radial profiles, and of S/N against radius.

    Parameters
    ----------
    profiles : Profile or sequence of Profile
        The profiles.
    title : str
        Text above the plot; empty for the name of the object.
    look : str
        ``"screen"`` or ``"print"``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InputError
        If there is no profile, or no such look.
    """
    style = look_of(look)
    shown = [profiles] if isinstance(profiles, Profile) else list(profiles)
    if not shown:
        raise InputError("Cannot draw a figure of no profiles: give at least one.")
    figure = new_figure(style.width_inch, HEIGHT * style.width_inch)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    for axes in (upper, lower):
        style_axes(axes, style)
    upper.set_yscale("log")
    tints = style.tints(_names(shown))
    for one, (name, tint) in zip(shown, tints.items(), strict=True):
        _draw(upper, lower, one, (name, tint, style))
    upper.set_ylim(_lowest(shown), None)
    best = best_of(shown)
    for axes in (upper, lower) if best is not None else ():
        axes.axvline(best, color="0.5", linewidth=style.line_pt, linestyle=":", zorder=0)
    upper.set_ylabel(r"Counts arcsec$^{-2}$", fontsize=style.label_pt)
    lower.set_ylabel("S/N", fontsize=style.label_pt)
    lower.set_xlabel("Radius [arcsec]", fontsize=style.label_pt)
    lower.set_xlim(0.0, max(float(one.edges_arcsec[-1]) for one in shown))
    legend = upper.legend(fontsize=style.tick_pt, loc="upper right", edgecolor="none")
    as_written(*legend.get_texts(), upper.title)
    upper.set_title(title or _words(shown[0]), fontsize=style.title_pt - 1)
    return figure


def _draw(upper: Any, lower: Any, one: Profile, how: tuple[str, Tint, Look]) -> None:
    name, tint, style = how
    bars = {"fmt": tint.marker, "markersize": style.marker_pt, "elinewidth": style.line_pt}
    bars |= {"markerfacecolor": tint.data if tint.filled else "white", "color": tint.data}
    radius, edges = one.mean_arcsec, one.edges_arcsec
    upper.errorbar(radius, one.per_arcsec2, one.error_per_arcsec2, label=name, **bars)
    background = one.background_per_arcsec2
    line = {"color": tint.model, "linewidth": style.model_pt, "baseline": None}
    upper.stairs(one.source_per_arcsec2 + background, edges, **line)
    upper.stairs(background, edges, linestyle="--", **line)
    lower.plot(one.radius_arcsec, one.snr, tint.dash, color=tint.data, linewidth=style.model_pt)


def _lowest(shown: list[Profile]) -> float:
    """Give where the axis of counts begins."""
    values = np.concatenate([[*p.per_arcsec2, *p.background_per_arcsec2] for p in shown])
    seen = values[np.isfinite(values) & (values > 0)]
    return LEAST * float(seen.min()) if seen.size else 1e-3


def _names(shown: list[Profile]) -> list[str]:
    """Name each profile, all differently."""
    short = [one.pointing.instrument or f"profile {n}" for n, one in enumerate(shown, 1)]
    if len(set(short)) == len(shown):
        return short
    return [
        f"{one.pointing.obs_id} {name} ({n})".strip()
        for n, (one, name) in enumerate(zip(shown, short, strict=True), 1)
    ]


def _words(one: Profile) -> str:
    """Give what is drawn: object and band."""
    band = one.request.band if one.request else ""
    return ", ".join(part for part in (one.pointing.object_name, str(band)) if part)
