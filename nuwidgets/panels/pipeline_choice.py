"""The controls that say what the pipeline does: on which observations, with which engine, how."""

from __future__ import annotations

import html
from pathlib import PurePath
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.domain.pipeline import BOTH
from nuwidgets.missions.base import missions
from nuwidgets.panels.download_wanted import short

if TYPE_CHECKING:
    from nuwidgets.missions.base import Mission
    from nuwidgets.panels.base import Panel

ENGINES = (("HEASoft if installed", "auto"), ("HEASoft", "heasoft"), ("embedded", "embedded"))
NAMED = 6
"""So many observations are named; of the others only the number is said."""


class PipelineChoice:
    """Rows of controls, each tied to a setting.

    Parameters
    ----------
    panel : Panel
        Its session's pipeline is set.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, self._step = panel, panel.session.pipeline
        self.which = w.HTML().add_class("nuw-sentence")
        self.rows: tuple[w.Widget, ...] = (self.which, self._on_what(), self._how())
        self.why = w.HTML().add_class("nuw-note")

    def _on_what(self) -> w.Widget:
        self.folders = w.Text(
            description="folders", continuous_update=False,
            layout=w.Layout(width="auto", flex="1 1 380px"),
            placeholder="none: the observations of the download",
            tooltip='s.pipeline.folders = ("data/60001110002",)',
        )  # fmt: skip
        self.folders.style.description_width = "60px"
        self._panel.tie(
            self.folders, self._step, "folders", to_control=as_text, from_control=as_list
        )
        self.instrument = w.Dropdown(
            options=modules_of(None), description="modules",
            tooltip='s.pipeline.instrument = "FPMA"', layout=w.Layout(width="220px"),
        )  # fmt: skip
        self.instrument.style.description_width = "60px"
        self._panel.tie(self.instrument, self._step, "instrument")
        return w.HBox([self.folders, self.instrument]).add_class("nuw-row")

    def _how(self) -> w.Widget:
        engine = w.Dropdown(
            options=ENGINES, description="engine", tooltip='s.pipeline.engine = "heasoft"',
            layout=w.Layout(width="245px"),
        )  # fmt: skip
        at_once = w.IntText(
            description="at once", layout=w.Layout(width="120px"),
            tooltip="Runs at the same time; 0: one for each core.\ns.pipeline.at_once = 4",
        )  # fmt: skip
        timeout = w.FloatText(
            description="stop after [s]", layout=w.Layout(width="180px"),
            tooltip="A run that takes longer is stopped; 0: never.\ns.pipeline.timeout_s = 7200",
        )  # fmt: skip
        opens = w.Checkbox(
            description="open as datasets", indent=False, layout=w.Layout(width="auto"),
            tooltip="s.pipeline.opens = True",
        )  # fmt: skip
        for control, width in ((engine, "60px"), (at_once, "60px"), (timeout, "100px")):
            control.style.description_width = width
        tied = {"engine": engine, "at_once": at_once, "timeout_s": timeout, "opens": opens}
        for setting, control in tied.items():
            self._panel.tie(control, self._step, setting)
        return w.HBox(list(tied.values())).add_class("nuw-row")

    def show(self, mission: Mission | None) -> None:
        """Show which observations are meant, their modules, which engine answers and why."""
        self.which.value = observations_html(self.names, own=bool(self._step.folders))
        self._show_modules(mission)
        processing = self._panel.session.processing
        words = processing.why(self._step.engine)
        if not self._step.by_heasoft:
            words += " It takes the events as the archive has cleaned them, and opens them."
        self.why.value = html.escape(words)

    def _show_modules(self, mission: Mission | None) -> None:
        """Offer the modules of a mission, where it has several; what is chosen stays in sight."""
        chosen = self._step.instrument
        options = modules_of(mission)
        if chosen not in (value for _, value in options):
            options = (*options, (chosen, chosen))
        if tuple(self.instrument.options) != options:
            self._panel.door.speak(self._offer, options, chosen)
        alone = mission is not None and len(mission.modules) == 1 and chosen == BOTH
        display = "none" if alone else None
        if self.instrument.layout.display != display:
            self.instrument.layout.display = display

    def _offer(self, options: tuple[tuple[str, str], ...], chosen: str) -> None:
        self.instrument.options = options
        self.instrument.value = chosen

    @property
    def names(self) -> tuple[str, ...]:
        """The observations that are meant: folders, or numbers of what was downloaded."""
        if self._step.folders:
            return tuple(PurePath(folder).name for folder in self._step.folders)
        download = self._panel.session.download
        came = download.product.observations if download.product is not None else ()
        whole = tuple(one.obs_id for one in came if one.state != "failed")
        return whole or tuple(self._panel.session.find.selected)


def modules_of(mission: Mission | None) -> tuple[tuple[str, str], ...]:
    """Give the choices of modules: all, then each of a mission's; all missions' where None.

    Examples
    --------
    >>> from nuwidgets.missions.base import mission_of
    >>> modules_of(mission_of("NuSTAR"))
    (('FPMA and FPMB', 'both'), ('FPMA', 'FPMA'), ('FPMB', 'FPMB'))
    """
    known = (mission,) if mission is not None else tuple(missions().values())
    names = tuple(dict.fromkeys(name for one in known for name in one.instruments))
    every = " and ".join(names) if mission is not None else "all"
    return ((every, BOTH), *((name, name) for name in names))


def as_text(folders: tuple[str, ...]) -> str:
    """Write folders down as one types them.

    Examples
    --------
    >>> as_text(("/data/60001110002", "/data/60001110004"))
    '/data/60001110002, /data/60001110004'
    """
    return ", ".join(short(folder) for folder in folders)


def as_list(text: str) -> tuple[str, ...]:
    """Read folders as one types them, with commas between.

    Examples
    --------
    >>> as_list("data/60001110002,data/60001110004 ")
    ('data/60001110002', 'data/60001110004')
    """
    return tuple(part.strip() for part in text.split(",") if part.strip())


def observations_html(names: tuple[str, ...], *, own: bool) -> str:
    """Say which observations are meant, or how one gets some."""
    if not names:
        return "Download observations first, or name folders of observations."
    what = "1 observation" if len(names) == 1 else f"{len(names)} observations"
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    of = "" if own else " of the download"
    return f"<b>{what}</b>{of}: {html.escape(', '.join(names[:NAMED]))}{more}"
