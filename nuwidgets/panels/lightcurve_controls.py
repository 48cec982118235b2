"""The controls of light curves: bins, energies, region, background."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.domain.named_regions import ROLES
from nuwidgets.panels.boxes import band_boxes, together
from nuwidgets.panels.lightcurve_lengths import (
    read_bands,
    read_length,
    write_bands,
    write_length,
)
from nuwidgets.panels.lightcurve_times import whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from nuwidgets.dataset import EventDataset
    from nuwidgets.panels.base import Panel

BINS = (("equal", "equal"), ("anew after gaps", "gti"), ("one per orbit", "orbit"))
"""How bins lie: words and value."""


def length_box(
    panel: Panel, steps: Sequence[Any], datasets: Sequence[EventDataset], of: str
) -> Any:
    """Give a box for the length of the bins of these steps, typed with its unit."""
    box = w.Text(
        description="bin",
        continuous_update=False,
        tooltip=f's.datasets["…"].{of}.binsize_s = 256',
        layout=w.Layout(width="120px"),
    )
    box.style.description_width = "26px"
    read = partial(_read, datasets[0])
    return panel.tie(box, steps, "binsize_s", to_control=write_length, from_control=read)


def _read(dataset: EventDataset, text: str) -> float:
    return read_length(text, whole(dataset))


def bins_box(panel: Panel, steps: Sequence[Any], of: str) -> Any:
    """Give a box for how the bins of these steps lie."""
    box = w.Dropdown(
        options=BINS,
        description="bins",
        tooltip=f's.datasets["…"].{of}.bins = "gti"',
        layout=w.Layout(width="170px"),
    )
    box.style.description_width = "32px"
    return panel.tie(box, steps, "bins")


def region_box(
    panel: Panel,
    steps: Sequence[Any],
    datasets: Sequence[EventDataset],
    of: str,
    first: tuple[str, ...] = ROLES,
) -> Any:
    """Give a box for the region of these steps; it follows the names that there are."""
    box = w.Dropdown(
        options=first,
        description="region",
        tooltip=f's.datasets["…"].{of}.region = "source"',
        layout=w.Layout(width="170px"),
    )
    box.style.description_width = "44px"

    def follow() -> None:
        names = [name for one in datasets for name in one.regions.named]
        new = tuple(dict.fromkeys([*first, *names, *(step.region for step in steps)]))
        if new != tuple(box.options):
            kept = box.value
            with box.hold_trait_notifications():
                box.options, box.value = new, kept if kept in new else new[0]

    for one in datasets:
        panel.watch(one.regions, ["named"], follow)
    for step in steps:
        panel.watch(step, ["region"], follow)
    follow()
    return panel.tie(box, steps, "region")


def fracexp_box(panel: Panel, steps: Sequence[Any], of: str) -> Any:
    """Give a box for the least fraction of good time of the bins that are shown."""
    box = w.BoundedFloatText(description="FRACEXP >", min=0, max=1, step=0.05)
    box.layout.width = "140px"
    box.style.description_width = "76px"
    box.tooltip = f's.datasets["…"].{of}.min_fracexp = 0.5'
    return panel.tie(box, steps, "min_fracexp")


def net_box(panel: Panel, steps: Sequence[Any], of: str) -> Any:
    """Give a tick for whether the background is taken away."""
    box = w.Checkbox(description="background subtracted", indent=False)
    box.layout.width = "auto"
    box.tooltip = f's.datasets["…"].{of}.subtract_background = False'
    return panel.tie(box, steps, "subtract_background")


def bands_box(panel: Panel, steps: Sequence[Any], of: str) -> Any:
    """Give a box for further bands of these steps."""
    box = w.Text(
        description="more bands",
        placeholder="3-10, 10-79",
        continuous_update=False,
        tooltip=f's.datasets["…"].{of}.bands = ((3, 10), (10, 79))',
        layout=w.Layout(width="220px"),
    )
    box.style.description_width = "78px"
    return panel.tie(box, steps, "bands", to_control=write_bands, from_control=read_bands)


def curve_rows(
    panel: Panel, datasets: Sequence[EventDataset], look: Sequence[w.Widget]
) -> tuple[w.Widget, ...]:
    """Give the rows of controls of light curves; those of the look are in the last one."""
    steps, of = [d.lightcurve for d in datasets], "lightcurve"
    length, bins = length_box(panel, steps, datasets, of), bins_box(panel, steps, of)
    tip = 's.datasets["…"].lightcurve.band = (3, 79)'
    band = together(*band_boxes(panel, steps, "Energy [keV]", tip))

    def follow() -> None:
        length.disabled = steps[0].bins == "orbit"

    panel.watch(steps[0], ["bins"], follow)
    follow()
    region, net = region_box(panel, steps, datasets, of), net_box(panel, steps, of)
    rows = (
        [length, bins, band],
        [region, bands_box(panel, steps, of), net],
        [fracexp_box(panel, steps, of), *look],
    )
    return tuple(w.HBox(row).add_class("nuw-row") for row in rows)
