"""What lies in each region: size, counts and rates in bands, which detectors; live."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.panels.image_bands import bands_of, bands_text
from nuwidgets.panels.onlooking import look_at
from nuwidgets.panels.region_hands import swatch

if TYPE_CHECKING:
    from nuwidgets.domain.region_counts import RegionCounts
    from nuwidgets.panels.region_desk import RegionDesk

KINDS = ("counts", "rate", "net counts", "net rate")
_UNITS = {
    "counts": "counts", "rate": "counts s⁻¹", "net counts": "counts less background",
    "net rate": "counts s⁻¹ less background",
}  # fmt: skip


class CountsTable:
    """A table with a line for each region in each dataset.

    Parameters
    ----------
    desk : RegionDesk
        Whose regions they are.
    """

    def __init__(self, desk: RegionDesk) -> None:
        self._desk = desk
        self._steps = [dataset.counts for dataset in desk.datasets.values()]
        known = desk.session.views.get("regions", {}).get("counts")
        self.kind = w.Dropdown(
            options=KINDS,
            value=known if known in KINDS else KINDS[0],
            tooltip='s.datasets["…"].counts.run().net_rate_per_s',
            layout=w.Layout(width="110px"),
        )
        behind(desk.panel.door, self.kind)
        self.kind.observe(self._turned, "value")
        self.bands = w.Text(
            description="in [keV]",
            placeholder="the whole band",
            tooltip='s.datasets["…"].counts.bands = [(3, 10), (10, 30), (30, 79)]',
            continuous_update=False,
            layout=w.Layout(width="240px"),
        )
        self.bands.style.description_width = "54px"
        self.table = w.HTML().add_class("nuw-counts")
        self.box = w.VBox([w.HBox([self.kind, self.bands]).add_class("nuw-row"), self.table])

    def start(self) -> None:
        """Follow the counts of all datasets until the panel is made anew."""
        panel = self._desk.panel
        panel.tie(self.bands, self._steps, "bands", to_control=bands_text, from_control=bands_of)
        look_at(panel, *self._steps)
        for step in self._steps:
            panel.watch(step, ["product"], self.show)
        self.show()

    def _turned(self, change: Any) -> None:
        desk = self._desk
        desk.session.view("regions", counts=change["new"])
        desk.panel.door.do(desk.panel.guard, self.show)

    def show(self) -> None:
        """Write the table anew from the counts that there are."""
        found = [
            (dataset.pointing.instrument or name, dataset.counts.product)
            for name, dataset in self._desk.datasets.items()
        ]
        if len({name for name, _ in found}) < len(found):
            found = [
                (name, product)
                for name, (_, product) in zip(self._desk.datasets, found, strict=True)
            ]
        made = [(name, product) for name, product in found if product is not None]
        text = _table(made, self.kind.value) if made else ""
        if text != self.table.value:
            self.table.value = text


def _table(made: list[tuple[str, RegionCounts]], kind: str) -> str:
    roles = list(dict.fromkeys(role for _, product in made for role in product.names))
    bands = made[0][1].bands
    head = ["region", "", "px", "arcsec²"]
    head += [f"{band.lo_kev:g}{_DASH}{band.hi_kev:g} keV" for band in bands]
    parted = any(not math.isnan(part) for _, product in made for part in product.detectors.flat)
    head += ["DET0", "1", "2", "3 [%]"] if parted else []
    cells = "".join(
        f'<th scope="col"{_WORDS if k < 2 else ""}>{text}</th>'  # noqa: PLR2004  two of words
        for k, text in enumerate(head)
    )
    lines = [
        _line(role, roles, name, product, kind, first=k == 0, parted=parted)
        for role in roles
        for k, (name, product) in enumerate(p for p in made if role in p[1].names)
    ]
    title = f"<caption>{_UNITS[kind]}</caption>"
    return f"<table>{title}<thead><tr>{cells}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


_WORDS = ' class="nuw-words"'
_DASH = "\N{EN DASH}"


def _line(
    role: str,
    roles: list[str],
    name: str,
    product: RegionCounts,
    kind: str,
    *,
    first: bool,
    parted: bool,
) -> str:
    row = product.index(role)
    values, errors = _values(product, kind)
    area = product.area_arcsec2[row]
    parts = product.detectors[row] if parted else ()
    said = swatch(role, roles) + html.escape(role) if first else ""
    cells = [
        f"{product.n_pixels[row]:,}",
        "" if math.isnan(area) else f"{area:,.0f}",
        *(_cell(value, error, kind) for value, error in zip(values[row], errors[row], strict=True)),
        *(_DASH if math.isnan(part) else f"{100 * part:.0f}" for part in parts),
    ]
    words = f'<th scope="row"{_WORDS}>{said}</th><td{_WORDS}>{html.escape(name)}</td>'
    return f"<tr>{words}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _values(product: RegionCounts, kind: str) -> tuple[Any, Any]:
    """Give what is shown, and its one-sigma errors."""
    if kind == "counts":
        return product.counts, product.counts * math.nan
    if kind == "rate":
        return product.rate_per_s, product.error_per_s
    if kind == "net counts":
        return product.net_counts, product.net_error
    return product.net_rate_per_s, product.net_rate_error_per_s


def _cell(value: float, error: float, kind: str) -> str:
    if math.isnan(value):
        return _DASH
    if kind == "counts":
        return f"{value:,.0f}"
    if math.isnan(error) or error <= 0:
        return f"{value:.4g}"
    digits = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:,.{digits}f} ± {error:,.{digits}f}"
