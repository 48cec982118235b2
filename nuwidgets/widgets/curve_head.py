"""What stands above the panels of a curve view: the legend and a note, as text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from nuwidgets.widgets.curve_frame import LEFT_PX, RIGHT_PX

if TYPE_CHECKING:
    from nuwidgets.widgets.curve_axes import Series

STATIC = Path(__file__).with_name("static")
SCRIPTS = ("curve_rules.js", "curve_view.js")


class Head(anywidget.AnyWidget):
    """Legend and note; its script also hears the wheel and the double click of all panels."""

    _esm = "\n".join((STATIC / part).read_text(encoding="utf-8") for part in SCRIPTS)
    _css = (STATIC / "curve_view.css").read_text(encoding="utf-8")

    note = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    legend: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    rules: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)
    margins = traitlets.List([LEFT_PX, RIGHT_PX]).tag(sync=True)

    def show(self, series: dict[str, Series]) -> str:
        """Bring legend and note to the series; gives the note."""
        shown = {name: s for name, s in series.items() if s.visible}
        keys = ("kind", "color", "label", "hollow", "size", "dashed")
        lines = [
            f"{s.label or name}: {s.drawn:,} of {len(s.bars.y):,} drawn"
            for name, s in shown.items()
            if s.bars is not None and s.drawn < len(s.bars.y)
        ]
        with self.hold_sync():
            self.legend = [{k: getattr(s, k) for k in keys} for s in shown.values() if s.label]
            self.note = f"{'; '.join(lines)}, the extremes of each group" if lines else ""
        return self.note

    def __repr__(self) -> str:
        """Only its name, the same in every run."""
        return "Head()"
