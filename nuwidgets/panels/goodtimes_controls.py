"""The controls of good times: limits of the rate, flares, and conditions on columns of files."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.goodtimes import CONDITIONS, FIELD
from nuwidgets.domain.named_regions import ROLES
from nuwidgets.errors import InputError
from nuwidgets.files.hk_columns import hk_files_of
from nuwidgets.panels.boxes import band_boxes, together
from nuwidgets.panels.goodtimes_words import marks, offers, trouble
from nuwidgets.panels.lightcurve_controls import region_box
from nuwidgets.panels.lightcurve_lengths import read_length, write_length
from nuwidgets.widgets.expression_edit import ExpressionEdit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.dataset import EventDataset
    from nuwidgets.panels.base import Panel

SIGMA = "\N{GREEK SMALL LETTER SIGMA}"
NONE, OTHER = "", "another file"
EDGES = (("until the next row", "hold"), ("half-way to the next row", "halfway"))
"""How long a row holds: words and value."""
_PATH = 's.datasets["…"].goodtimes.{}'


class Limits:
    """Boxes for the limits of the rate, and how it is counted.

    Parameters
    ----------
    panel : Panel
        Whose boxes they are.
    datasets : sequence of EventDataset
        All are set.
    """

    def __init__(self, panel: Panel, datasets: Sequence[EventDataset]) -> None:
        self._panel, self._steps = panel, [d.goodtimes for d in datasets]
        tip = _PATH.format("band = (3, 79)")
        length = w.Text(description="bin", continuous_update=False, layout=w.Layout(width="120px"))
        length.style.description_width = "26px"
        length.tooltip = _PATH.format("rate_binsize_s = 60")
        how = {"to_control": write_length, "from_control": read_length}
        panel.tie(length, self._steps, "rate_binsize_s", **how)
        region = region_box(panel, self._steps, datasets, "goodtimes", (FIELD, *ROLES))
        band = together(*band_boxes(panel, self._steps, "Energy [keV]", tip))
        first = [region, length, band]
        second = [
            self._limit("rate ≥", "min_rate", "no limit", "150px", "46px"),
            self._limit("rate ≤", "max_rate", "no limit", "150px", "46px"),
            self._limit(f"no flares above [{SIGMA}]", "flare_sigma", "keep them", "244px", "140px"),
        ]
        self.rows = tuple(w.HBox(row).add_class("nuw-row") for row in (first, second))

    def _limit(self, words: str, setting: str, empty: str, width: str, room: str) -> Any:
        box = w.Text(
            description=words,
            placeholder=empty,
            continuous_update=False,
            tooltip=_PATH.format(f"{setting} = 3"),
            layout=w.Layout(width=width),
        )
        box.style.description_width = room
        how = {"to_control": _write, "from_control": partial(_read, setting)}
        return self._panel.tie(box, self._steps, setting, **how)

    def put(self, setting: str, value: float | None) -> None:
        """Set a limit of all datasets, as a hand does on the plot."""
        for step in self._steps:
            setattr(step, setting, value)


class Conditions:
    """Which file has columns, and what they must fulfil.

    Parameters
    ----------
    panel : Panel
        Whose controls they are.
    datasets : sequence of EventDataset
        All are set, each with its own file.
    """

    def __init__(self, panel: Panel, datasets: Sequence[EventDataset]) -> None:
        self._panel, self._datasets = panel, tuple(datasets)
        self._steps = [d.goodtimes for d in datasets]
        self._writing = False
        self.file = w.Dropdown(description="columns of", layout=w.Layout(width="270px"))
        self.file.tooltip = _PATH.format('hk_path = "nu…A_fpm.hk"')
        self.path = w.Text(
            placeholder="path of a housekeeping or filter file",
            continuous_update=False,
            tooltip=self.file.tooltip,
            layout=w.Layout(width="280px"),
        )
        self.edges = w.Dropdown(options=EDGES, description="a row holds", layout={"width": "250px"})
        self.edges.tooltip = _PATH.format('edges = "hold"')
        for box in (self.file, self.edges):
            box.style.description_width = "78px"
        panel.tie(self.edges, self._steps, "edges")
        self.usual = w.Dropdown(
            description="add", tooltip="Usual conditions", layout=w.Layout(width="280px")
        )
        self.usual.style.description_width = "30px"
        self.editor = ExpressionEdit(
            check=lambda text: trouble(text, self.names),
            mark=lambda text: marks(text, self.names),
            offer=lambda text, at: offers(text, at, self.names, _MEANING),
            description="condition",
            placeholder="ELV > 3 && SLEW == 0",
            tooltip=_PATH.format('expression = "ELV > 3 && SLEW == 0"'),
        )
        self.editor.hear = panel.door.hear
        for control in (self.file, self.path, self.usual, self.editor):
            behind(panel.door, control)
        panel.tie(self.editor, self._steps, "expression")
        self.file.observe(self._chosen, "value")
        self.path.observe(self._typed, "value")
        self.usual.observe(self._added, "value")
        for step in self._steps:
            panel.watch(step, ["hk_path", "product"], self.show)
        self.rows = (
            w.HBox([self.file, self.path]).add_class("nuw-row"),
            w.HBox([self.usual, self.edges]).add_class("nuw-row"),
            w.HBox([self.editor]).add_class("nuw-row"),
        )
        self.show()

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that an expression may name."""
        products = (step.product for step in self._steps)
        return next((p.names for p in products if p is not None and p.names), ())

    def _files(self) -> dict[str, dict[str, str]]:
        """Give what kinds of file lie beside the event files: ending -> dataset -> path."""
        found: dict[str, dict[str, str]] = {}
        for one in self._datasets:
            for path in hk_files_of(one.events.path):
                ending = Path(path).name.removeprefix(Path(one.events.path).name[:14])
                found.setdefault(ending, {})[one.name] = path
        return found

    def show(self) -> None:
        """Show the files there are, which one is used, and the usual conditions for it."""
        files, used = self._files(), self._steps[0].hk_path
        first = self._datasets[0].name
        kind = next((k for k, paths in files.items() if paths.get(first) == used), OTHER)
        self._writing = True
        try:
            options = [("none", NONE), *((name, name) for name in files), (OTHER, OTHER)]
            if tuple(options) != tuple(self.file.options):
                self.file.options = options
            if used or self.file.value != OTHER:
                self.file.value = kind if used else NONE
            self.path.value = used if kind == OTHER else self.path.value
            self._offer_usual()
        finally:
            self._writing = False
        self.path.layout.display = None if self.file.value == OTHER else "none"
        self.editor.read_again()  # other columns are known now

    def _offer_usual(self) -> None:
        product = next((s.product for s in self._steps if s.product is not None), None)
        known = product.conditions if product is not None else ()
        head = "a usual condition …" if known else "no usual condition for this file"
        options = [(head, ""), *((f"{text}: {what}", what) for text, what in known)]
        if tuple(options) != tuple(self.usual.options):
            self.usual.options = options
            self.usual.value = ""
        self.usual.disabled = not known

    def _chosen(self, change: Any) -> None:
        if not self._writing:
            self._panel.door.do(self._panel.guard, self._take_kind, change["new"])

    def _take_kind(self, kind: str) -> None:
        files = self._files().get(kind, {})
        if kind == OTHER:
            self.path.layout.display = None
            return
        for one in self._datasets:
            one.goodtimes.hk_path = files.get(one.name, "")

    def _typed(self, change: Any) -> None:
        if not self._writing and self.file.value == OTHER:
            self._panel.door.do(self._panel.guard, self._take_path, change["new"])

    def _take_path(self, path: str) -> None:
        for step in self._steps:
            step.hk_path = path.strip()

    def _added(self, change: Any) -> None:
        if change["new"] and not self._writing:
            self._panel.door.do(self._panel.guard, self.add, change["new"])

    def add(self, condition: str) -> None:
        """Demand one more condition."""
        now = self._steps[0].expression.strip()
        joined = f"({now}) && {condition}" if "||" in now else f"{now} && {condition}"
        for step in self._steps:
            step.expression = joined if now else condition
        self._writing = True
        try:
            self.usual.value = ""
        finally:
            self._writing = False


_MEANING = {name: text for text, names, _ in CONDITIONS for name in names}


def _write(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _read(setting: str, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError as error:
        raise InputError(
            f"Cannot use {text!r} as {setting}: type a number, or nothing for no limit."
        ) from error
