"""The simulation panel: spectra as the model would have been counted."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.core.job import State
from nuwidgets.errors import InputError
from nuwidgets.panels.base import Panel
from nuwidgets.panels.boxes import allow, unready
from nuwidgets.panels.saving import apart, named

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.domain.fake import Fake
    from nuwidgets.session import Session

AS_DATA = "0 s: the exposure of the data; its background is scaled as they are."
SAVE = 's.fake.save("faked")'
ADD = f"for path in {SAVE}: s.add_spectrum(path)"


class FakePanel(Panel):
    """Simulates spectra from the model of now, saves them, and takes them in as data.

    Parameters
    ----------
    session : Session
        Its fit's model is taken as the truth.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session, "Simulated spectra")

    def build(self) -> None:
        """Make settings, buttons and results."""
        step = self.session.fake
        self.result = w.HTML().add_class("nuw-num")
        self.fill(self._settings(), self._save(), self.result)
        self.follow(step)
        self.head.serve(step)
        self.watch(step, ["product", "state"], self._show)
        self.watch(self.session.fit, ["model", "parameters"], self._show)
        self._show()

    def _settings(self) -> w.Widget:
        step = self.session.fake
        exposure = w.FloatText(
            description="exposure [s]", tooltip="s.fake.exposure_s = 1e5  # 0: that of the data"
        )
        other = w.FloatText(
            description="background [s]", tooltip="s.fake.background_exposure_s = 1e5  # 0: scaled"
        )
        seed = w.IntText(description="seed", tooltip="s.fake.seed = 1")
        for box, width, label in (
            (exposure, "176px", "92px"), (other, "190px", "106px"), (seed, "120px", "40px"),
        ):  # fmt: skip
            box.layout.width, box.style.description_width = width, label
        switches = {
            "background": w.Checkbox(
                description="background", indent=False, tooltip="s.fake.background = True"
            ),
            "noise": w.Checkbox(description="noise", indent=False, tooltip="s.fake.noise = True"),
        }
        self.tie(exposure, step, "exposure_s")
        self.tie(other, step, "background_exposure_s")
        self.tie(seed, step, "seed")
        for name, switch in switches.items():
            switch.layout.width = "auto"
            self.tie(switch, step, name)
        self.make = self.button("Make", "s.fake.run()", step.submit, style="primary")
        row = w.HBox([exposure, other, *switches.values(), seed, self.make]).add_class("nuw-row")
        return w.VBox([row, w.HTML(f'<span class="nuw-note">{AS_DATA}</span>')])

    def _save(self) -> w.Widget:
        self.folder = w.Text(
            value="faked", description="folder", tooltip="Where the files are written"
        )
        self.folder.layout.width, self.folder.style.description_width = "370px", "92px"
        behind(self.door, self.folder)
        self.note = w.HTML().add_class("nuw-note")
        self.keep = self.button("Save", SAVE, partial(self._write, add=False))
        self.take = self.button("Save and add", ADD, partial(self._write, add=True))
        return w.HBox([self.folder, self.keep, self.take, self.note]).add_class("nuw-row")

    def _write(self, *, add: bool) -> None:
        fake = self.session.fake.product
        if fake is None:
            raise InputError("There is nothing to save: make a spectrum first.")
        self.note.value = ""
        folder = named(self.folder.value, "spectra")
        session = self.session if add else None
        apart(self, partial(_saved, fake, folder, session), self._written)

    def _written(self, paths: tuple[Path, ...]) -> None:
        self.say("")
        names = ", ".join(path.name for path in paths)
        self.note.value = html.escape(f"Written: {names}")

    def _show(self) -> None:
        step = self.session.fake
        allow(self.make, "s.fake.run()", unready(self.session))
        missing = "" if step.product is not None else "Nothing to save yet: make spectra first."
        for button, how in ((self.keep, SAVE), (self.take, ADD)):
            allow(button, how, missing)
        text = _words(step.product) if step.product is not None else ""
        if text and step.state is State.STALE:
            text = f'<span class="nuw-note">{text}<br>(out of date)</span>'
        if text != self.result.value:
            self.result.value = text


def _saved(fake: Fake, folder: Path, session: Session | None) -> tuple[Path, ...]:
    """Write spectra, and open them as datasets of a session."""
    from nuwidgets.files.spectrum_folder import write_spectra

    paths = write_spectra(fake.spectra, folder)
    if session is not None:
        for path in paths:
            session.add_spectrum(path)
    return paths


def _words(fake: Fake) -> str:
    """Give counts and rates of the simulated spectra, a line each, as HTML."""
    lines = [
        f"{one.name}: {one.total:.6g} counts in {one.exposure_s:.6g} s; model {source:.4g} +"
        f" background {background:.4g} counts s⁻¹"
        for one, source, background in zip(
            fake.spectra, fake.source_per_s, fake.background_per_s, strict=True
        )
    ]
    return "<br>".join(html.escape(line) for line in lines)
