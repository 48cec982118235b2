"""The panel of models: every fit of this session in a table, and two of them compared."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import Token
from nuwidgets.domain.fit import CurveRequest
from nuwidgets.domain.model_choice import Measures, Tried
from nuwidgets.errors import InputError, NuwidgetsError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.saving import apart
from nuwidgets.panels.session_history import key_of
from nuwidgets.science.model_choice import compare_fits
from nuwidgets.widgets.row_table import RowTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nuwidgets.domain.fit import FitRequest
    from nuwidgets.domain.record import Deed
    from nuwidgets.session import Session

COLUMNS = ("model", "statistic", "value", "dof", "free", "AIC", "BIC", "Δ AIC", "Δ BIC")
NUMBERS = COLUMNS[2:]
TWO = 2
ELSEWHERE = "Its spectra are not those of now, or it could not be folded again."
HINT = "Tick two fits of the same data to compare them."


class ModelChoicePanel(Panel):
    """The fits that were made, what the criteria prefer, and the way back to one of them.

    Parameters
    ----------
    session : Session
        Its history has the fits.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Compare models")

    def build(self) -> None:
        """Make table, words and buttons."""
        self._fit = self.session.fit
        self._figures: dict[FitRequest, Tried | None] = {}
        self._deeds: dict[str, Deed] = {}
        self.table = RowTable(columns=list(COLUMNS), many=True, alt="Fits of this session")
        self.table.empty = "No fit was made yet."
        behind(self.door, self.table)
        self.table.observe(self._touched, ["selected", "picked"])
        self.words = w.HTML().add_class("nuw-sentence")
        self.back = self.button("Go back to this", "s.history.restore(…)", self._go_back)
        self.fill(self.table, w.HBox([self.back]).add_class("nuw-row"), self.words)
        self.head.serve(self._fit)
        self.watch(self.session.history, ["turn"], self._look)
        self.watch(self._fit, ["product", "state"], self._look)
        self._look()
        self._show_words()

    # ---- the fits ----------------------------------------------------------------------------

    def _look(self) -> None:
        """Take the fits of the history; what is not known of one yet is computed apart."""
        fits = {key_of(d): d for d in self.session.history.deeds if _is_fit(d)}
        latest = {deed.request: key for key, deed in fits.items()}
        self._deeds = {key: fits[key] for key in latest.values()}
        now = self._fit.product
        if now is not None and self._fit.fresh:
            figures = Tried(self._fit.request(), now.statistic, now.dof, now.n_bins)
            self._figures[figures.request] = figures
        unknown = [r for r in latest if r not in self._figures and self._same_spectra(r)]
        if unknown:
            self._compute(unknown)
        self._show()

    def _same_spectra(self, request: FitRequest) -> bool:
        """Whether a fit was to the spectra of now, which are in memory."""
        above = self._fit.above
        return bool(above) and request.spectra == tuple(step.request() for step in above) and all(
            step.at_hand for step in above
        )  # fmt: skip

    def _compute(self, requests: list[FitRequest]) -> None:
        """Fold the models of fits at their best values: a history knows no numbers."""
        self._figures.update(dict.fromkeys(requests))
        spectra = tuple(step.product for step in self._fit.above)
        solve = self.session.solve

        def figures() -> dict[FitRequest, Tried | None]:
            return {request: _figures(solve, request, spectra) for request in requests}

        apart(self, figures, self._take)

    def _take(self, figures: dict[FitRequest, Tried | None]) -> None:
        self._figures.update(figures)
        self._show()

    # ---- the table ---------------------------------------------------------------------------

    def _show(self) -> None:
        tried = {key: self._figures.get(deed.request) for key, deed in self._deeds.items()}
        known = [one for one in tried.values() if one is not None and self._is_now(one.request)]
        best = [min((f(_measures(o)) for o in known), default=0.0) for f in (_aic, _bic)]
        said = {
            tuple(_texts(self._deeds[key], one, best if one in known else None)): key
            for key, one in tried.items()
        }  # fits that came to the same end are one row, the latest
        rows = [[key, *texts] for texts, key in reversed(said.items())]
        refused = {key: ELSEWHERE for key in said.values() if tried[key] is None}
        now = self._fit.request() if self._fit.fresh else None
        marks = {key: "fresh" for key in said.values() if self._deeds[key].request == now}
        if rows != self.table.rows or refused != self.table.refused or marks != self.table.marks:
            self.table.fill(COLUMNS, rows, align=NUMBERS, refused=refused, marks=marks)
        self._show_words()

    def _is_now(self, request: FitRequest) -> bool:
        """Whether a fit can be compared with one made now."""
        fit = self._fit.request()
        names = ("spectra", "ignore", "statistic", "weight", "systematic")
        return all(getattr(request, name) == getattr(fit, name) for name in names)

    def _touched(self, _change: object) -> None:
        self.door.do(self.guard, self.door.speak, self._show_words)

    def _show_words(self) -> None:
        chosen = self.table.selected in self._deeds
        self.back.disabled = not chosen
        self.back.tooltip = f"s.history.restore({self._line()})" if chosen else "Choose a row first"
        words = self._compared()
        if words != self.words.value:
            self.words.value = words

    def _compared(self) -> str:
        """Compare the two fits that are ticked, the earlier one first."""
        pair = [self._figures.get(self._deeds[k].request) for k in self._deeds if k in self._picked]
        if len(pair) != TWO or None in pair:
            return f'<span class="nuw-note">{HINT if self._deeds else ""}</span>'
        try:
            choice = compare_fits(*(one for one in pair if one is not None))
        except InputError as error:
            return f'<span class="nuw-approximate">⚠ {html.escape(str(error))}</span>'
        said = "".join(f"<div>{html.escape(words)}</div>" for words in choice.words)
        return said + "".join(
            f'<div class="nuw-approximate">⚠ {html.escape(words)}</div>'
            for words in choice.warnings
        )

    @property
    def _picked(self) -> set[str]:
        return set(self.table.picked)

    def _line(self) -> int:
        """Give the line of the history that the chosen row is."""
        keys = [key_of(deed) for deed in self.session.history.deeds]
        return keys.index(self.table.selected)

    def _go_back(self) -> None:
        if self.table.selected not in self._deeds:
            raise InputError("Cannot go back to a fit: no row is chosen. Choose one first.")
        self.session.history.restore(self._line())
        self.say("")


def _is_fit(deed: Deed) -> bool:
    return deed.step == "fit" and deed.request is not None


def _figures(solve: Any, request: FitRequest, spectra: Iterable[Any]) -> Tried | None:
    """Give the numbers of a fit at its best values; None where it cannot be folded any more."""
    try:
        curve = solve(CurveRequest(request), tuple(spectra), Token())
    except NuwidgetsError:
        return None
    return Tried(request, curve.statistic, curve.dof, curve.n_bins)


def _measures(one: Tried) -> Measures:
    return Measures(one.request.expression, one.statistic, one.n_bins, one.n_bins - one.dof)


def _aic(measures: Measures) -> float:
    return measures.aic


def _bic(measures: Measures) -> float:
    return measures.bic


def _texts(deed: Deed, one: Tried | None, best: list[float] | None) -> list[str]:
    """Give a row; `best` are the smallest criteria among fits that can be compared."""
    request = deed.request
    head = [request.expression, request.statistic]
    if one is None:
        return [*head, *[""] * len(NUMBERS)]
    m = _measures(one)
    delta = [
        f"{value - least:.2f}" for value, least in zip((m.aic, m.bic), best or (), strict=False)
    ]
    numbers = [f"{m.statistic:.2f}", f"{m.dof}", f"{m.n_free}", f"{m.aic:.2f}", f"{m.bic:.2f}"]
    return [*head, *numbers, *(delta or ["", ""])]
