"""The flux panel: flux, luminosity and equivalent width of the model, with errors."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.job import State
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, band_boxes, unready
from nuwidgets.panels.value_words import with_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.core.step import Step
    from nuwidgets.session import Session

    AnyStep = Step[Any, Any]

NARROW, WIDE = "160px", "240px"
_WIDTH = "86px"


class FluxPanel(Panel):
    """What the model at the parameters of now gives: flux, luminosity, equivalent width.

    Parameters
    ----------
    session : Session
        Its fit's model is integrated.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Flux, luminosity, equivalent width")

    def build(self) -> None:
        """Make a row of settings and a line of results for each."""
        s = self.session
        self.results = {name: w.HTML().add_class("nuw-num") for name in _ANSWERS}
        self.acts: dict[str, w.Button] = {}
        self.fill(
            self._shared(),
            self._block("flux", self._flux()),
            self._block("luminosity", self._luminosity()),
            self._block("eqwidth", self._eqwidth()),
        )
        self.follow(s.flux, s.luminosity, s.eqwidth)
        self.head.serve(s.flux, s.luminosity, s.eqwidth)
        for name in _ANSWERS:
            self.watch(getattr(s, name), ["product", "state"], self._show)
        self.watch(s.fit, ["model", "parameters"], self._enable)
        self._enable()
        self._show()

    def _shared(self) -> w.Widget:
        """Give what all three share: draws and level."""
        steps = [getattr(self.session, name) for name in _ANSWERS]
        draws = w.IntText(description="draws", tooltip="s.flux.draws = 1000  # errors; 0 for none")
        level = w.FloatText(description="level [%]", tooltip="s.flux.level = 90")
        self._narrow(draws, level)
        self.tie(draws, steps, "draws")
        self.tie(level, steps, "level")
        note = w.HTML('<span class="nuw-note">errors: parameters drawn from the covariance</span>')
        return w.HBox([draws, level, note]).add_class("nuw-row")

    def _flux(self) -> list[w.Widget]:
        step = self.session.flux
        lo, hi = band_boxes(self, [step], "flux [keV]", "s.flux.band = (2, 10)")
        return [lo, hi, *self._which("flux", step)]

    def _luminosity(self) -> list[w.Widget]:
        step = self.session.luminosity
        lo, hi = band_boxes(self, [step], "lum. [keV]", "s.luminosity.band = (2, 10)")
        redshift = w.FloatText(
            description="redshift", tooltip="s.luminosity.redshift = 0.158", step=0.01
        )
        distance = w.FloatText(
            description="or d [Mpc]",
            tooltip="s.luminosity.distance_mpc = 3.9  # 0: that of the redshift",
        )
        self._narrow(redshift, distance)
        self.tie(redshift, step, "redshift")
        self.tie(distance, step, "distance_mpc")
        line_end = w.Box(layout=w.Layout(width="100%", height="0"))
        return [lo, hi, redshift, distance, line_end, *self._which("luminosity", step)]

    def _eqwidth(self) -> list[w.Widget]:
        step = self.session.eqwidth
        fraction = w.FloatText(
            description="± part of E", tooltip="s.eqwidth.fraction = 0.05", step=0.01
        )
        self._narrow(fraction)
        self.tie(fraction, step, "fraction")
        return [self._component("eqwidth", step, "the only line"), fraction]

    def _which(self, name: str, step: AnyStep) -> list[w.Widget]:
        """Give which component is meant, and whether it is absorbed."""
        bare = w.Checkbox(
            description="unabsorbed", indent=False, tooltip=f"s.{name}.unabsorbed = True"
        )
        bare.layout.width = "auto"
        self.tie(bare, step, "unabsorbed")
        return [self._component(name, step, "the whole model"), bare]

    def _component(self, name: str, step: AnyStep, usual: str) -> w.Widget:
        box = w.Text(
            description="component",
            placeholder=usual,
            continuous_update=False,
            tooltip=f's.{name}.component = "gaussian"',
            layout=w.Layout(width=WIDE),
        )
        box.style.description_width = _WIDTH
        self.tie(box, step, "component")
        return box

    def _narrow(self, *boxes: w.Widget) -> None:
        for box in boxes:
            box.layout.width, box.style.description_width = NARROW, _WIDTH

    def _block(self, name: str, controls: Sequence[w.Widget]) -> w.Widget:
        button = self.button(
            _ANSWERS[name][0], f"s.{name}.run()", getattr(self.session, name).submit
        )
        self.acts[name] = button
        row = w.HBox([*controls, button]).add_class("nuw-row")
        return w.VBox([row, self.results[name]])

    def _enable(self) -> None:
        for name, button in self.acts.items():
            allow(button, f"s.{name}.run()", unready(self.session))

    def _show(self) -> None:
        for name, (_, words) in _ANSWERS.items():
            step, text = getattr(self.session, name), ""
            if step.product is not None:
                lines = _named(words(step.product), self.session.used)
                text = "<br>".join(map(html.escape, lines))
            if step.state is State.STALE and text:
                text = f'<span class="nuw-note">{text} (out of date)</span>'
            if text != self.results[name].value:
                self.results[name].value = text


def _named(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """Give words for each spectrum with its name; once without where all are the same."""
    if len(set(words)) == 1 or len(words) != len(names):
        return list(dict.fromkeys(words))
    return [f"{name}: {text}" for name, text in zip(names, words, strict=True)]


def _ends(intervals: tuple[tuple[float, float], ...], n: int) -> Sequence[Any]:
    return intervals or [None] * n


def _flux_words(flux: Any) -> list[str]:
    absorbed = _absorption(flux)
    return [
        f"{with_ends(erg, ends, 'erg cm⁻² s⁻¹')}, {with_ends(photons, more, 'ph cm⁻² s⁻¹')}"
        f" ({absorbed})"
        for erg, ends, photons, more in zip(
            flux.erg_per_cm2_s,
            _ends(flux.erg_intervals, len(flux.erg_per_cm2_s)),
            flux.photons_per_cm2_s,
            _ends(flux.photons_intervals, len(flux.erg_per_cm2_s)),
            strict=True,
        )
    ]


def _luminosity_words(luminosity: Any) -> list[str]:
    values = luminosity.erg_per_s
    return [
        f"{with_ends(value, ends, 'erg s⁻¹')} at {luminosity.distance_mpc:.5g} Mpc"
        f" ({_absorption(luminosity)})"
        for value, ends in zip(values, _ends(luminosity.erg_intervals, len(values)), strict=True)
    ]


def _eqwidth_words(width: Any) -> list[str]:
    return [
        f"{width.component}: {with_ends(value, ends, 'keV')} at {energy:.4g} keV"
        for value, ends, energy in zip(
            width.width_kev,
            _ends(width.intervals_kev, len(width.width_kev)),
            width.energy_kev,
            strict=True,
        )
    ]


def _absorption(product: Any) -> str:
    return f"without {', '.join(product.absorbers)}" if product.absorbers else "as the model stands"


_ANSWERS: dict[str, Any] = {
    "flux": ("Flux", _flux_words),
    "luminosity": ("Luminosity", _luminosity_words),
    "eqwidth": ("Equivalent width", _eqwidth_words),
}
"""Steps: what their button says, and their product in words."""
