"""The controls that say what is downloaded: preset or pattern, modules, modes, host and folder."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.errors import InputError
from nuwidgets.missions.archive import CLEANED, PRESETS
from nuwidgets.missions.base import missions

if TYPE_CHECKING:
    from nuwidgets.missions.base import Mission
    from nuwidgets.panels.base import Panel

_HOSTS = (
    ("the best that is here", "auto"),
    ("HEASARC", "heasarc"),
    ("Amazon's copy (AWS)", "aws"),
    ("SciServer / Fornax mount", "sciserver"),
    ("a mirror", "mirror"),
)


class DownloadChoice:
    """Rows of controls, each tied to a setting.

    Parameters
    ----------
    panel : Panel
        Its session's download is set.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel, session = panel, panel.session
        self._find, self._files, self._download = session.find, session.files, session.download
        known = missions().values()
        self.modules = {mission.name: self._modules_of(mission) for mission in known}
        self.modes = {mission.name: self._modes_of(mission) for mission in known}
        self.rows: tuple[w.Widget, ...] = (
            self._which(), *self.modes.values(), self._whence(), self._where(),
        )  # fmt: skip
        self.show()

    def _text(self, description: str, width: str, tooltip: str, placeholder: str = "") -> w.Text:
        text = w.Text(
            description=description, tooltip=tooltip, placeholder=placeholder,
            continuous_update=False, layout=w.Layout(width=width),
        )  # fmt: skip
        text.style.description_width = "50px" if description else "0px"
        return text

    def _tick(self, words: str, tooltip: str) -> w.Checkbox:
        layout = w.Layout(width="auto")
        return w.Checkbox(description=words, tooltip=tooltip, indent=False, layout=layout)

    def _which(self) -> w.Widget:
        self.preset = w.Dropdown(options=PRESETS, description="files")
        self.preset.layout.width, self.preset.style.description_width = "210px", "50px"
        tip = 's.download.pattern = "event_cl/*A01_cl.evt*"'
        self.pattern = self._text("or", "330px", tip, "globs, e.g. event_cl/*A01_cl.evt*")
        self.pattern.style.description_width = "20px"
        self._panel.tie(self.preset, self._download, "preset")
        self._panel.tie(self.pattern, self._download, "pattern")
        boxes = (self.preset, self.pattern, *self.modules.values())
        return w.HBox(boxes).add_class("nuw-row")

    def _modules_of(self, mission: Mission) -> w.Widget:
        """Give a tick box for each module, where there are several."""
        known = mission.modules
        boxes: list[w.Widget] = []
        several = zip(known, mission.instruments, strict=True) if len(known) > 1 else ()
        for name, instrument in several:
            box = self._tick(instrument, f's.download.modules = ("{name}",)')
            self._panel.tie(
                box, self._download, "modules",
                to_control=partial(_is_in, name),
                from_control=partial(self._with_module, known, name),
            )  # fmt: skip
            boxes.append(box)
        return w.HBox(boxes).add_class("nuw-ticks")

    def _with_module(self, known: tuple[str, ...], name: str, on: object) -> tuple[str, ...]:
        return with_module(self._download.modules, known, name, on=bool(on))

    def _modes_of(self, mission: Mission) -> w.Widget:
        modes = mission.archive.modes
        head = w.HTML('<span class="nuw-head-word">modes</span>', layout=w.Layout(width="50px"))
        ticks = (self._mode(tuple(modes), name) for name in modes)
        row = w.HBox([head, *ticks, w.HTML().add_class("nuw-note")])
        return row.add_class("nuw-row").add_class("nuw-ticks")

    def _mode(self, known: tuple[str, ...], name: str) -> w.Widget:
        box = self._tick(name, f's.download.modes = ("{name}",)')
        self._panel.tie(
            box, self._download, "modes",
            to_control=lambda modes: name in modes,
            from_control=lambda on: with_mode(self._download.modes, known, name, on=on),
        )  # fmt: skip
        return box

    def _whence(self) -> w.Widget:
        self.host = w.Dropdown(options=_HOSTS, description="from")
        self.host.tooltip = 's.download.host = "aws"'
        self.host.layout.width, self.host.style.description_width = "250px", "50px"
        tip = 's.download.mirror = "/archive"'
        self.mirror = self._text("", "260px", tip, "folder or address of the copy")
        self.copy = self._tick("copy, do not link", "s.download.copy = True")
        self.why = w.HTML().add_class("nuw-note")
        self._panel.tie(self.host, self._files, "host")
        self._panel.tie(self.mirror, self._files, "mirror")
        self._panel.tie(self.copy, self._download, "copy")
        return w.HBox([self.host, self.mirror, self.copy, self.why]).add_class("nuw-row")

    def _where(self) -> w.Widget:
        self.folder = self._text("into", "380px", 's.download.folder = "data"', "data")
        self.opens = self._tick("open as datasets", "s.download.opens = True")
        self._panel.tie(self.folder, self._download, "folder")
        self._panel.tie(self.opens, self._download, "opens")
        return w.HBox([self.folder, self.opens]).add_class("nuw-row")

    def show(self) -> None:
        """Show what belongs to the mission, the preset and the host of now."""
        download, files = self._download, self._files
        mission = missions()[self._find.mission]
        for name, row in (*self.modules.items(), *self.modes.items()):
            _seen(row, seen=name == mission.name)
        cleaned = download.preset == CLEANED and not download.pattern.strip()
        usual = ", ".join(mission.archive.usual_modes) if cleaned else "all"
        self.modes[mission.name].children[-1].value = f"(none ticked: {html.escape(usual)})"
        self.preset.disabled = bool(download.pattern.strip())
        self.preset.tooltip = (
            "The pattern stands in its place"
            if self.preset.disabled
            else 's.download.preset = "cleaned events"'
        )
        _seen(self.mirror, seen=files.host == "mirror")
        known = files.product if files.fresh else None
        local = known is not None and any(not one.is_remote for one in known.observations)
        _seen(self.copy, seen=local or download.copy)
        self.why.value = html.escape(f"{known.host}: {known.why_host}") if known else ""


def _is_in(name: str, chosen: tuple[str, ...]) -> bool:
    return not chosen or name in chosen


def _seen(widget: w.Widget, *, seen: bool) -> None:
    display = None if seen else "none"
    if widget.layout.display != display:
        widget.layout.display = display


def with_module(
    chosen: tuple[str, ...], known: tuple[str, ...], name: str, *, on: bool
) -> tuple[str, ...]:
    """Give modules with one more or one less; () is all.

    Raises
    ------
    InputError
        If none would be left.

    Examples
    --------
    >>> with_module((), ("A", "B"), "A", on=False), with_module(("B",), ("A", "B"), "A", on=True)
    (('B',), ())
    """
    now = {one for one in known if _is_in(one, chosen)} - {name} | ({name} if on else set())
    if not now:
        raise InputError(
            f"Cannot leave out module {name} too: no events would be left. Tick another one first."
        )
    left = tuple(one for one in known if one in now)
    return () if left == known else left


def with_mode(
    chosen: tuple[str, ...], known: tuple[str, ...], name: str, *, on: bool
) -> tuple[str, ...]:
    """Give data modes with one more or one less; () is what goes with the preset.

    Examples
    --------
    >>> with_mode((), ("science", "slew"), "slew", on=True)
    ('slew',)
    """
    now = set(chosen) - {name} | ({name} if on else set())
    return tuple(one for one in known if one in now)
