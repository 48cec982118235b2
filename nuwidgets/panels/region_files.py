"""The row that chooses a role, and loads and saves its region as a DS9 file."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.pixel_shapes import PixelShape
from nuwidgets.errors import InputError
from nuwidgets.files.regions import parse_region_file, write_regions
from nuwidgets.panels.saving import apart, named, write_own

if TYPE_CHECKING:
    from pathlib import Path

    from nuwidgets.domain.region import Region
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.files.regions import ParsedRegions
    from nuwidgets.panels.image import ImagePanel

ROLES = ("source", "background")
_USUAL = {role: f"{role}.reg" for role in ROLES}


class RegionFiles:
    """A role, a file name, two buttons, and a line that says what was read or written.

    Parameters
    ----------
    panel : ImagePanel
        Its first dataset is saved; what is loaded goes where a hand's change would go.
    """

    def __init__(self, panel: ImagePanel) -> None:
        self._panel = panel
        self.role = w.Dropdown(
            options=ROLES, tooltip="Which region", layout=w.Layout(width="120px")
        )
        self.file = w.Text(
            value=_USUAL["source"],
            placeholder="region file",
            tooltip="DS9 region file to load or save",
            layout=w.Layout(width="180px"),
        )
        for control in (self.role, self.file):
            behind(panel.door, control)
        self.role.observe(self._suggest, "value")
        load = 'regions.source = nw.read_regions("source.reg")'
        save = 'nw.write_regions("source.reg", regions.source)'
        self.buttons = (
            panel.button("Load .reg", load, self.load),
            panel.button("Save .reg", save, self.save),
        )
        self.note = w.HTML().add_class("nuw-note")

    def _suggest(self, change: Any) -> None:
        """Let the file's name follow the role, unless a name was typed."""
        if self.file.value in _USUAL.values():
            self.file.value = _USUAL[change["new"]]

    def load(self) -> None:
        """Read the file, apart from the door, and take its region."""
        self.note.value = ""
        path, name, role = (
            named(self.file.value, "region"),
            self._panel.first().name,
            self.role.value,
        )
        work = partial(_read, path, self._panel.plane(name))
        apart(self._panel, work, partial(self._take, path, name, role))

    def _take(self, path: Path, name: str, role: str, parsed: ParsedRegions) -> None:
        panel = self._panel
        panel.put(name, role, parsed.region)
        panel.say("")
        said = "".join(
            f'<div class="nuw-approximate">⚠ {html.escape(s)}</div>' for s in parsed.unsupported
        )
        self.note.value = html.escape(f"{role} region read from {path.name}.") + said

    def save(self) -> None:
        """Write the region of now, apart from the door.

        Raises
        ------
        InputError
            If there is none.
        """
        self.note.value = ""
        path, dataset, role = named(self.file.value, "region"), self._panel.first(), self.role.value
        region, plane = getattr(dataset.regions, role), self._panel.plane(dataset.name)
        if not region:
            raise InputError(f"Cannot save the {role} region: there is none. Draw one first.")
        work = partial(_write, region, plane)
        apart(
            self._panel,
            partial(write_own, self._panel, path, work),
            partial(self._saved, role),
        )

    def _saved(self, role: str, path: Path) -> None:
        self._panel.say("")
        self.note.value = html.escape(f"{role} region written to {path.name}.")


def _read(path: Path, plane: TangentPlane | None) -> ParsedRegions:
    parsed = parse_region_file(path, plane)
    parsed.check(path)
    return parsed


def _write(region: Region, plane: TangentPlane | None, path: Path) -> None:
    """Write sky shapes in FK5, and what is all in pixels in pixels."""
    in_pixels = plane is None or all(isinstance(shape, PixelShape) for shape in region.shapes)
    write_regions(path, region, "physical" if in_pixels else "fk5", plane, overwrite=True)
