"""What is set for many observations at once: ticks, shared regions, grouping, ranges, responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.dataset import EventDataset
from nuwidgets.panels.search_table import allow
from nuwidgets.panels.spectrum import GROUPINGS
from nuwidgets.panels.spectrum_controls import FILES
from nuwidgets.panels.spectrum_ranges import one_line
from nuwidgets.panels.ticks import tick

if TYPE_CHECKING:
    from nuwidgets.panels.base import Panel
    from nuwidgets.panels.observation_rows import Row
    from nuwidgets.session import Session

PLACE = "observations"
"""Under which name the session remembers how the panel looks."""
SHORT_S = 300.0


class TickButtons:
    """Buttons that tick observations and take ticks away.

    Parameters
    ----------
    panel : Panel
        Says what went wrong.
    rows : callable
        Gives the rows of now.
    """

    def __init__(self, panel: Panel, rows: Any) -> None:
        self._session, self._rows = panel.session, rows
        known = panel.session.views.get(PLACE, {}).get("short_s", SHORT_S)
        self.short = w.BoundedFloatText(
            value=float(known), min=0.0, max=1e7, step=100.0, description="shorter than [s]",
            tooltip="Good time below which an observation is not ticked",
            layout=w.Layout(width="190px"),
        )  # fmt: skip
        self.short.style.description_width = "104px"
        self.short.observe(lambda c: self._session.view(PLACE, short_s=c["new"]), "value")
        make, tip = panel.button, "s.use(*names)"
        row = [
            make("All", "s.use(*s.names)", self._all),
            make("None", "s.use()", self._none),
            make("Invert", tip, self._invert),
            make("Detected only", f"{tip}: those in which the source is detected", self._detected),
            self.short,
            make("Untick short", f"{tip}: those that are long enough", self._long),
        ]
        self.box = w.HBox([w.HTML('<span class="nuw-label">Tick</span>'), *row]).add_class(
            "nuw-row"
        )

    def _of(self, *, ticked: bool = False) -> list[Row]:
        """Give the rows that can be ticked, or those that are."""
        used = self._session.used
        return [row for row in self._rows() if not row.why and (row.key in used or not ticked)]

    def _use(self, rows: list[Row]) -> None:
        tick(self._session, [row.key for row in rows])

    def _all(self) -> None:
        self._use(self._of())

    def _none(self) -> None:
        self._use([])

    def _invert(self) -> None:
        self._use([row for row in self._of() if row.key not in self._session.used])

    def _detected(self) -> None:
        self._use([row for row in self._of(ticked=True) if row.detected])

    def _long(self) -> None:
        least = self.short.value
        self._use([row for row in self._of(ticked=True) if not row.exposure_s < least])


class RegionButtons:
    """Buttons that share regions, or give an observation its own.

    Parameters
    ----------
    panel : Panel
        Says what went wrong.
    """

    def __init__(self, panel: Panel) -> None:
        self._session = panel.session
        self._at = ""
        self.share = panel.button("Share its regions with all", "", self._share)
        self.own = panel.button("Own regions", "", self._leave_out)
        self.join = panel.button("Join again", "", self._join)
        self.annulus = panel.button("Take the annulus", "", self._take, style="warning")
        self._region: Any = None
        self.buttons = [self.share, self.own, self.join, self.annulus]

    def show(self, row: Row | None) -> None:
        """Offer what can be done with the regions of an observation."""
        dataset = self._session.datasets.get(row.key) if row is not None else None
        events = isinstance(dataset, EventDataset)
        name = self._at = dataset.name if dataset is not None else ""
        shared = self._session.shared
        follows = events and shared.on and name not in shared.apart
        own = events and shared.on and not follows
        hindrance = _SHARED if follows else ""
        allow(self.share, f's.share_regions("{name}")', hindrance if events else _NO_EVENTS)
        allow(self.own, f's.shared.leave_out("{name}")', "" if follows else _NOT_SHARED)
        allow(self.join, f's.shared.join("{name}")', "" if own else _NOT_APART)
        self._region = row.pileup.region if row is not None and row.pileup else None
        self.annulus.layout.display = None if self._region else "none"
        tip = f's.datasets["{name}"].regions.source = ….spectrum.product.pileup.region'
        allow(self.annulus, tip, "")

    def _share(self) -> None:
        self._session.share_regions(self._at)

    def _leave_out(self) -> None:
        self._session.shared.leave_out(self._at)

    def _join(self) -> None:
        self._session.shared.join(self._at)

    def _take(self) -> None:
        dataset = self._session.datasets[self._at]
        if isinstance(dataset, EventDataset) and self._region:
            dataset.regions.source = self._region


_NO_EVENTS = "Click an observation with events first"
_SHARED = "All that share regions have those of this one"
_NOT_SHARED = "It does not follow the shared regions"
_NOT_APART = "It has no regions apart from the shared ones"


def settings_row(panel: Panel) -> list[w.Widget]:
    """Give the settings of all spectra: grouping and ignored energies, response files below."""
    session = panel.session
    steps = [one.spectrum for one in session.datasets.values()]
    ignore = w.Text(
        description="ignore", continuous_update=False, placeholder="**-0.3 7.0-**",
        tooltip='s.fit.ignore = "**-0.3 7.0-**"',
        layout=w.Layout(width="auto", flex="1 1 200px", max_width="360px"),
    )  # fmt: skip
    ignore.style.description_width = "46px"
    panel.tie(ignore, session.fit, "ignore", to_control=one_line)
    if not steps:
        return [w.HBox([ignore]).add_class("nuw-row")]
    grouping = w.Combobox(
        options=GROUPINGS, description="grouping", ensure_option=False, continuous_update=False,
        tooltip='for d in s.datasets.values(): d.spectrum.grouping = "min 1"',
        layout=w.Layout(width="200px"),
    )  # fmt: skip
    panel.tie(grouping, steps, "grouping", to_control=str)
    label = w.HTML('<span class="nuw-label">For all</span>')
    files = [_file_box(panel, session, name) for name in ("rmf_path", "arf_path")]
    return [
        w.HBox([label, grouping, ignore]).add_class("nuw-row"),
        w.HBox(files).add_class("nuw-row"),
    ]


def _file_box(panel: Panel, session: Session, setting: str) -> w.Widget:
    steps = [one.spectrum for one in session.datasets.values()]
    box = w.Text(
        description=FILES[setting], placeholder="one file for all: usually none",
        continuous_update=False,
        tooltip=f'for d in s.datasets.values(): d.spectrum.{setting} = "…"',
        layout=w.Layout(width="auto", flex="1 1 300px", max_width="480px"),
    )  # fmt: skip
    box.style.description_width = "104px"
    return panel.tie(box, steps, setting)
