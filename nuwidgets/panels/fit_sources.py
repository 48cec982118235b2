"""The heading of one model of several, and through which response its source is seen."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError

if TYPE_CHECKING:
    from nuwidgets.panels.base import Panel
    from nuwidgets.science.models.composite import NamedModel

SAME = "same"


class SourceLine:
    """Name and text of a model; of a source other than 1 also its responses.

    Parameters
    ----------
    panel : Panel
        Where it stands.
    model : NamedModel
        The model of the source.
    """

    def __init__(self, panel: Panel, model: NamedModel) -> None:
        self._panel, self._fit, self._source = panel, panel.session.fit, model.source
        title = w.HTML(
            f'<span class="nuw-label">{html.escape(model.name or "unnamed model")}</span> '
            f'<span class="nuw-note">source {model.source}: '
            f"{html.escape(model.expression.text)}</span>"
        )
        self.seen = w.HTML().add_class("nuw-note")
        parts: tuple[w.Widget, ...] = (title, self.seen)
        if model.source > 1:
            parts += self._response()
        self.box = w.HBox(parts).add_class("nuw-row")
        self.show()

    def _response(self) -> tuple[w.Widget, ...]:
        how = f's.fit.response(1, {self._source}, "…")'
        self.rmf = w.Text(value=SAME, placeholder="RMF file, or same", tooltip=how)
        self.arf = w.Text(placeholder="ARF file", tooltip=how)
        for box in (self.rmf, self.arf):
            box.layout.width = "136px"
            behind(self._panel.door, box)
        use = self._panel.button("use response", f"{how} for each spectrum", self._use)
        drop = self._panel.button("none", how.replace('"…"', "None"), self._drop)
        return self.rmf, self.arf, use.add_class("nuw-small"), drop.add_class("nuw-small")

    def show(self) -> None:
        """Say which spectra see the source."""
        text = ""
        if self._source > 1:
            mine = [r for r in self._fit.responses if r.source == self._source]
            seen = ", ".join(f"{r.spectrum} ({_short(r.rmf_path)})" for r in mine)
            text = f"seen by spectrum {seen}" if seen else "seen by no spectrum yet: response"
        if self.seen.value != html.escape(text):
            self.seen.value = html.escape(text)

    def close(self) -> None:
        """Nothing is tied to the fit here; the panel closes the widgets."""

    def _use(self) -> None:
        path = self.rmf.value.strip()
        if not path:
            raise InputError(
                f"Cannot give source {self._source} a response: no file is named. Type the path of"
                " an RMF, or 'same' for the spectrum's own response."
            )
        self._panel.door.do(self._set, path, self.arf.value.strip())

    def _drop(self) -> None:
        self._panel.door.do(self._set, None, "")

    def _set(self, rmf_path: str | None, arf_path: str) -> None:
        for number in range(1, len(self._fit.above) + 1):
            self._fit.response(number, self._source, rmf_path, arf_path)


def _short(path: str) -> str:
    return "its own response" if path == SAME else path.replace("\\", "/").rpartition("/")[2]
