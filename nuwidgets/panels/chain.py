"""The chain panel: walkers around the best fit, drawn while they walk."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import numpy as np

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, through_door
from nuwidgets.panels.export import export_row
from nuwidgets.panels.value_words import with_ends
from nuwidgets.widgets.curve_frame import PanelSpec
from nuwidgets.widgets.curve_view import CurveView
from nuwidgets.widgets.theme import QUIET

if TYPE_CHECKING:
    from collections.abc import Callable

    from nuwidgets.domain.chain import Chain
    from nuwidgets.session import Session

VIEW = "chain"
LEVELS = (68.3, 90.0, 95.4, 99.0)
BINS = 40
COLOR, WALKER = "#0072B2", QUIET
_HEADS = ("parameter", "median", "lower", "upper", "best", "autocorrelation")
_SETTINGS = (
    ("walkers", "n_walkers", "s.chain.n_walkers = 32  # 0: four a parameter, at least 32"),
    ("burn-in", "n_burn", "s.chain.n_burn = 200  # steps of each walker"),
    ("steps", "n_steps", "s.chain.n_steps = 1500  # of each walker"),
    ("seed", "seed", "s.chain.seed = 1"),
)


class ChainPanel(Panel):
    """A Markov chain of the fit's parameters: traces, histograms, intervals, corner plot.

    Parameters
    ----------
    session : Session
        Its fit is where the walkers start.
    width_px : int
        Width of the plots where there is room.
    """

    def __init__(self, session: Session, *, width_px: int = 760) -> None:
        super().__init__(session, "Markov chain", width_px=width_px)

    def build(self) -> None:
        """Make settings, button, plots and table."""
        step, width = self.session.chain, self.options["width_px"]
        self._drawn: Any = None
        self.trace = self._plot("Step", "value", width, 150)
        self.trace.add_steps("walker", color=WALKER, label="one walker", width=1.0)
        for name in ("lower", "median", "upper"):
            self.trace.add_steps(name, color=COLOR, label=name if name == "median" else "")
        self.histogram = self._plot("value", "share", width, 150)
        self.histogram.add_spans("inside", color=COLOR)
        self.histogram.add_steps("samples", color=COLOR, label="samples")
        self.table = w.HTML()
        figure = export_row(self, "corner.pdf", self._figure)
        self.save = figure.children[1]
        self.fill(
            self._settings(), self._choices(), self.trace, self.histogram, self.table,
            figure,
        )  # fmt: skip
        self.follow(step)
        self.head.serve(step)
        self.watch(step, ["progress", "product", "state"], self._draw)
        self.watch(self.session.fit, ["product", "state", "model"], self._enable)
        self._enable()
        self._draw()

    def _plot(self, x_label: str, y_label: str, width: int, height: int) -> CurveView:
        plot = CurveView(x_label, [PanelSpec(y_label, height_px=height)], width_px=width)
        through_door(self.door, plot)
        return plot

    def _settings(self) -> w.Widget:
        boxes = []
        for words, setting, tip in _SETTINGS:
            box = w.IntText(description=words, tooltip=tip, layout=w.Layout(width="160px"))
            box.style.description_width = "80px"
            self.tie(box, self.session.chain, setting)
            boxes.append(box)
        run = self.session.chain.submit
        self.go = self.button("Run chain", "s.chain.run()", run, style="primary")
        return w.HBox([*boxes, self.go]).add_class("nuw-row")

    def _choices(self) -> w.Widget:
        seen = self.session.views.get(VIEW, {})
        self.shown = w.Dropdown(
            description="parameter", tooltip="Which one is drawn", layout=w.Layout(width="280px")
        )
        self.shown.disabled = True  # while there is none
        level = seen.get("level", 90.0)
        self.level = w.Dropdown(
            options=[(f"{one:g} %", one) for one in LEVELS],
            value=level if level in LEVELS else 90.0,
            description="interval",
            tooltip="s.chain.product.intervals(90)",
            layout=w.Layout(width="170px"),
        )
        for control in (self.shown, self.level):
            behind(self.door, control)
            control.observe(self._chosen, "value")
        return w.HBox([self.shown, self.level]).add_class("nuw-row")

    def _chosen(self, _change: object) -> None:
        self.door.do(self.guard, self.door.speak, self._choose)

    def _choose(self) -> None:
        self.session.view(VIEW, level=self.level.value)
        self._drawn = None
        self._draw()

    def _enable(self) -> None:
        fit = self.session.fit
        ready = bool(fit.above) and any(p.free for p in fit.parameters)
        allow(self.go, "s.chain.run()", "" if ready else "Needs spectra, and a free parameter.")

    @property
    def _chain(self) -> Chain | None:
        """What there is of the chain: what is running now, else the last one."""
        step = self.session.chain
        now = step.progress.partial if step.progress is not None else None
        chain: Chain | None = now if now is not None else step.product
        return chain

    def _draw(self) -> None:
        chain, done = self._chain, self.session.chain.product is not None
        allow(self.save, "nuwidgets.figures", "" if done else "Nothing to save yet: run it first.")
        if chain is None or chain is self._drawn or not chain.n_steps:
            return
        self._drawn = chain
        options = [(name, i) for i, name in enumerate(chain.labels)]
        if self.shown.options != tuple(options):
            self.shown.unobserve(self._chosen, "value")
            self.shown.options = options
            self.shown.index = 0
            self.shown.observe(self._chosen, "value")
        index = self.shown.value or 0
        self.shown.disabled = False
        name = chain.labels[index] + (f" [{chain.units[index]}]" if chain.units[index] else "")
        self.trace.set_y(label=name, log=False)
        self._draw_trace(chain, index)
        self._draw_histogram(chain, index, name)
        self.table.value = _table(chain, self.level.value)
        self.trace.alt = self._words(chain, index, name)
        self.histogram.alt = self.trace.alt

    def _draw_trace(self, chain: Chain, index: int) -> None:
        walks = chain.walks[:, :, index]
        edges = np.arange(len(walks) + 1, dtype=float)
        lower, median, upper = np.percentile(walks, (16, 50, 84), axis=1)
        for name, values in (
            ("walker", walks[:, 0]), ("lower", lower), ("median", median), ("upper", upper),
        ):  # fmt: skip
            self.trace.set_steps(name, edges, values)

    def _draw_histogram(self, chain: Chain, index: int, name: str) -> None:
        counts, edges = np.histogram(chain.samples[:, index], bins=BINS)
        inside = chain.intervals(self.level.value)[index]
        self.histogram.x_label = name
        self.histogram.set_steps("samples", edges, counts / counts.sum())
        self.histogram.set_spans("inside", [(inside.lo, inside.hi)])

    def _words(self, chain: Chain, index: int, name: str) -> str:
        inside = chain.intervals(self.level.value)[index]
        return (
            f"Chain of {name}: median {chain.median[index]:.4g}, {self.level.value:g} % between"
            f" {inside.lo:.4g} and {inside.hi:.4g}, {chain.n_steps} steps of {chain.n_walkers}"
            " walkers."
        )

    def _figure(self) -> Callable[[], Any]:
        from nuwidgets.figures.corner import figure_corner

        chain = self.session.chain.product
        if chain is None:
            raise InputError("There is no chain to draw yet: run it.")
        return partial(figure_corner, chain, level=self.level.value)


def _table(chain: Chain, level: float) -> str:
    """Give medians, intervals and how far samples depend on each other as an HTML table."""
    rows = []
    for i, inside in enumerate(chain.intervals(level)):
        forgets = chain.autocorrelation[i]
        rows.append((
            f"{inside.number} {chain.labels[i]}",
            with_ends(float(chain.median[i]), (inside.lo, inside.hi), chain.units[i]),
            f"{inside.lo:.5g}",
            f"{inside.hi:.5g}",
            f"{chain.best[i]:.5g}",
            f"{forgets:.0f} steps" if np.isfinite(forgets) else "-",
        ))  # fmt: skip
    head = "".join(f"<th>{html.escape(text)}</th>" for text in _HEADS)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    said = f"{100 * chain.acceptance:.0f} % of the steps accepted"
    return (
        '<div style="overflow-x:auto"><table class="nuw-num nuw-cells">'
        f"<tr>{head}</tr>{body}</table></div>"
        f'<span class="nuw-note">{html.escape(said)}</span>'
    )
