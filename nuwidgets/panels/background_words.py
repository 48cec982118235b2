"""How proposals for a background are shown: rows of a table, bars of shares, sentences."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from nuwidgets.domain.colors import OTHERS

if TYPE_CHECKING:
    from nuwidgets.domain.backgrounds import BackgroundPlace, Backgrounds

COLUMNS = ("proposal", "area [arcsec²]", "counts", "source's own", "same detector", "remarks")
NUMBERS = COLUMNS[1:5]
COLORS = OTHERS[:4]
"""Of the detectors, DET_ID 0 first."""
NOWHERE = "var(--jp-border-color1,#aaa)"
"""Of what lies in gaps and outside."""
TITLES = {
    "circle": "one circle",
    "circles": "several circles",
    "detector": "rest of the detector",
    "mixed": "mix of detectors",
    "annulus": "usual annulus",
    "far annulus": "annulus beyond the wings",
}
_LEAST = 0.005


def row_of(one: BackgroundPlace, detector: int | None) -> tuple[str, ...]:
    """Give a row of the table, its key first."""
    same = "" if detector is None or not one.shares else f"{100 * one.shares[detector]:.0f} %"
    remarks = "; ".join(one.poor) or "good"
    area, own = f"{one.area_arcsec2:,.0f}", f"{100 * one.source_share:.1f} %"
    return one.name, TITLES.get(one.name, one.name), area, f"{one.counts:,}", own, same, remarks


def shares_words(one: BackgroundPlace) -> str:
    """Say how much of a place lies where, e.g. "DET0 78 %, DET1 12 %, none 10 %"."""
    parts = [(f"DET{n}", share) for n, share in enumerate(one.shares)]
    parts += [("none", one.beside)]
    return ", ".join(f"{name} {100 * part:.0f} %" for name, part in parts if part >= _LEAST)


def bars(name: str, found: Backgrounds, chosen: BackgroundPlace | None) -> str:
    """Give HTML: a bar of shares for the source, the background of now, and a proposal.

    Parameters
    ----------
    name : str
        Of the dataset.
    found : Backgrounds
        What is shown.
    chosen : BackgroundPlace or None
        The proposal that is chosen.
    """
    rows = [("source", found.source)]
    rows += [] if found.background is None else [("background now", found.background)]
    rows += [] if chosen is None else [(TITLES.get(chosen.name, chosen.name), chosen)]
    rows = [(title, one) for title, one in rows if one.shares]
    if not rows:
        return ""
    head = f'<div class="nuw-label">Area on each detector, {html.escape(name)}</div>'
    return head + "".join(_bar(title, one) for title, one in rows)


def _bar(title: str, one: BackgroundPlace) -> str:
    parts = [*zip(one.shares, COLORS, strict=True), (one.beside, NOWHERE)]
    pieces = "".join(
        f'<span style="display:inline-block;height:100%;width:{100 * part:.2f}%;'
        f'background:{color}"></span>'
        for part, color in parts
    )
    names = [*(f"DET{n}" for n in range(len(one.shares))), "none"]
    said = "".join(
        f'<span style="margin-right:10px;white-space:nowrap">'
        f'<span style="display:inline-block;width:9px;height:9px;border-radius:2px;'
        f'margin-right:4px;background:{color}"></span>{name} {100 * part:.0f} %</span>'
        for name, (part, color) in zip(names, parts, strict=True)
        if part >= _LEAST
    )
    label = html.escape(f"{title}: {shares_words(one)}")
    return (
        '<div style="display:flex;align-items:center;gap:0 10px;flex-wrap:wrap;font-size:12px;'
        f'line-height:20px"><span style="flex:0 0 150px">{html.escape(title)}</span>'
        f'<span role="img" aria-label="{label}" style="flex:0 0 220px;height:10px;'
        "border-radius:3px;overflow:hidden;white-space:nowrap;line-height:0;"
        f'background:var(--jp-layout-color3,#ddd)">{pieces}</span><span>{said}</span></div>'
    )


def found_words(name: str, found: Backgrounds) -> str:
    """Say where the source lies, how far its wings reach, and what is too bright."""
    level = f"the background around it is {found.level_per_arcsec2:.3g} counts arcsec⁻²"
    if found.detector is None:
        return f"{name}: {level}; detectors are not told apart."
    said = (
        f"{name}: the source lies on DET{found.detector}; {level}, and its wings and region end"
        f" {found.clear_arcsec:.0f} arcsec from it."
    )
    bright = [f"DET{n} ({100 * part:.0f} %)" for n, part in enumerate(found.bright) if part > 0]
    return f"{said} Too bright for plain background: {', '.join(bright)}." if bright else said
