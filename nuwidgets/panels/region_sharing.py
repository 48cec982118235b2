"""Whether a region that a hand moves is that of all observations, or of this one alone."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.campaign import event_files
from nuwidgets.core.bind import behind
from nuwidgets.domain.named_regions import ROLES

if TYPE_CHECKING:
    from nuwidgets.domain.region import Region
    from nuwidgets.panels.region_desk import RegionDesk

PLACE = "regions"
"""Under which name the session remembers what was chosen."""
TIP = "s.shared.source = …: off, a change here gives this observation regions of its own"


class RegionSharing:
    """A switch for all observations, and what an observation with its own regions can do.

    Parameters
    ----------
    desk : RegionDesk
        Whose regions are changed.
    """

    def __init__(self, desk: RegionDesk) -> None:
        self._desk, self._session = desk, desk.session
        panel = desk.panel
        known = self._session.views.get(PLACE, {}).get("for_all", True)
        self.all = w.Checkbox(
            value=bool(known), indent=False, tooltip=TIP, layout=w.Layout(width="auto")
        )
        behind(panel.door, self.all)
        self.all.observe(self._chosen, "value")
        self.join = panel.button("Join again", "", self._join)
        self.share = panel.button("Share with all", "", self._share)
        self.note = w.HTML().add_class("nuw-note")
        self.box = w.HBox([self.all, self.note, self.join, self.share]).add_class("nuw-row")
        self.show()

    def start(self) -> None:
        """Follow what is shared until the panel is made anew."""
        self._desk.panel.watch(self._session.shared, [*ROLES, "apart"], self.show)
        self._desk.panel.watch(self._session, ["names"], self.show)
        self.show()

    def follows(self, name: str) -> bool:
        """Whether an observation has the shared regions."""
        shared = self._session.shared
        return shared.on and name not in shared.apart

    def for_all(self, name: str) -> bool:
        """Whether a change in an observation is one for all that share their regions."""
        return self.follows(name) and bool(self.all.value)

    def put(self, name: str, role: str, region: Region) -> None:
        """Set a region of all that share it; one without shapes is that of an observation alone."""
        if region:
            setattr(self._session.shared, role, region)
        else:
            self._desk.datasets[name].regions.put(role, region)

    def show(self) -> None:
        """Show what can be done with the regions of the current observation."""
        shared, name = self._session.shared, self._desk.current
        every = event_files(self._session)
        n_sharing = sum(self.follows(one.name) for one in every)
        own = shared.on and not self.follows(name)
        self.all.description = f"for all {n_sharing} observations that share them"
        self.join.tooltip = f's.shared.join("{name}")'
        self.share.tooltip = f's.share_regions("{name}")'
        said = f"{html.escape(name)} has regions of its own" if own else ""
        if said != self.note.value:
            self.note.value = said
        several = len(every) > 1 and self._desk.plane(name) is not None
        _seen(self.all, shown=self.follows(name))
        _seen(self.join, shown=own)
        _seen(self.share, shown=several and not self.follows(name))
        _seen(self._desk.together, shown=not shared.on)

    def _chosen(self, change: dict[str, object]) -> None:
        self._session.view(PLACE, for_all=change["new"])

    def _join(self) -> None:
        self._session.shared.join(self._desk.current)

    def _share(self) -> None:
        self._session.share_regions(self._desk.current)


def _seen(widget: w.Widget, *, shown: bool) -> None:
    widget.layout.display = None if shown else "none"
