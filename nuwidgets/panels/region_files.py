"""Region files: read into one region or into all by their names, and written; what is not said."""

from __future__ import annotations

import html
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.domain.pixel_shapes import PixelShape
from nuwidgets.domain.region import Region, to_sky
from nuwidgets.errors import InputError
from nuwidgets.files.region_sets import write_region_set
from nuwidgets.files.regions import parse_region_file, write_regions
from nuwidgets.panels.engine_row import uncorrected
from nuwidgets.panels.saving import apart, named, write_own

if TYPE_CHECKING:
    from nuwidgets.domain.sky import TangentPlane
    from nuwidgets.files.regions import ParsedRegions
    from nuwidgets.panels.region_desk import RegionDesk

ONE, ALL = "this region", "all regions"
SKY, PIXELS, FITS = "DS9, sky", "DS9, pixels", "FITS"
_FRAMES = {SKY: "fk5", PIXELS: "physical", FITS: "physical"}


class RegionFiles:
    """A file name, what of it, in which format, two buttons, and lines that say what was done.

    Parameters
    ----------
    desk : RegionDesk
        The dataset it lists is saved; what is loaded goes where a hand's change would go.
    """

    def __init__(self, desk: RegionDesk) -> None:
        self._desk, self._panel = desk, desk.panel
        self._usual = "source.reg"
        self.file = w.Text(
            value=self._usual,
            placeholder="region file",
            tooltip="DS9 (.reg) or FITS region file to load or save",
            layout=w.Layout(width="170px"),
        )
        self.extent = w.Dropdown(
            options=(ONE, ALL), tooltip="Load and save", layout=w.Layout(width="110px")
        )
        self.format = w.Dropdown(
            options=tuple(_FRAMES), tooltip="Save as", layout=w.Layout(width="110px")
        )
        for control in (self.file, self.extent, self.format):
            behind(desk.panel.door, control)
        self.extent.observe(lambda _c: self.suggest(), "value")
        self.format.observe(lambda _c: self._rename(), "value")
        load = 'regions.source = nw.read_regions("source.reg"); nw.read_region_set("all.reg")'
        save = 'nw.write_regions("source.reg", regions.source, "fk5")'
        buttons = (
            desk.panel.button("Load", load, self.load),
            desk.panel.button("Save", save, self.save),
        )
        row = [self.file, self.extent, self.format, *buttons]
        self.box = w.HBox(row).add_class("nuw-row")
        self.note = w.HTML().add_class("nuw-note")
        self.warned = w.HTML().add_class("nuw-approximate").add_class("nuw-desk-warns")

    def suggest(self) -> None:
        """Let the file's name follow the region, unless a name was typed."""
        stem = "regions" if self.extent.value == ALL else self._desk.role.replace(" ", "_")
        new = stem + (".fits" if self.format.value == FITS else ".reg")
        if self.file.value == self._usual and new != self._usual:
            self.file.value = new
        self._usual = new

    def _rename(self) -> None:
        """Give the file the ending of its format."""
        old = Path(self.file.value or self._usual)
        ending = ".fits" if self.format.value == FITS else ".reg"
        if old.suffix in (".reg", ".fits") and old.suffix != ending:
            self.file.value = str(old.with_suffix(ending))
        self.suggest()

    def warn(self) -> None:
        """Say which shapes the mission's task for spectra cannot correct for."""
        datasets = self._desk.targets(self._desk.current)
        said = dict.fromkeys(text for dataset in datasets for text in uncorrected(dataset))
        text = "".join(f"<div>⚠ {html.escape(one)}</div>" for one in said)
        if text != self.warned.value:
            self.warned.value = text

    def load(self) -> None:
        """Read the file, apart from the door, and take its region or regions."""
        self.note.value = ""
        desk = self._desk
        path, name = named(self.file.value, "region"), desk.current
        into = "" if self.extent.value == ALL else desk.role
        work = partial(_read, path, desk.plane(name))
        apart(self._panel, work, partial(self._take, path, name, into))

    def _take(self, path: Path, name: str, into: str, parsed: ParsedRegions) -> None:
        found = parsed.named
        if into:
            several = len(found) > 1 and into in found
            found = {into: found[into] if several else parsed.region}
        plane = self._desk.plane(name)
        with self._desk.deed():
            for role, region in found.items():
                self._desk.put(name, role, _on_sky(region, plane))
        self._panel.say("")
        what = ", ".join(found)
        said = "".join(
            f'<div class="nuw-approximate">⚠ {html.escape(s)}</div>' for s in parsed.unsupported
        )
        self.note.value = html.escape(f"{what} read from {path.name}.") + said

    def save(self) -> None:
        """Write the regions of now, apart from the door.

        Raises
        ------
        InputError
            If there are none.
        """
        self.note.value = ""
        desk, path = self._desk, named(self.file.value, "region")
        every = self.extent.value == ALL
        stack = {r: one for r, one in desk.stack(desk.current).items() if one}
        found = stack if every else {r: one for r, one in stack.items() if r == desk.role}
        if not found:
            what = "regions" if every else f"{desk.role} region"
            raise InputError(f"Cannot save the {what}: there is none. Draw one first.")
        plane = desk.plane(desk.current)
        frame = _frame(found, plane, self.format.value)
        write = partial(_write, found, frame, plane, every=every)
        work = partial(write_own, self._panel, path, write)
        apart(self._panel, work, partial(self._saved, ", ".join(found)))

    def _saved(self, what: str, path: Path) -> None:
        self._panel.say("")
        self.note.value = html.escape(f"{what} written to {path.name}.")


def _frame(found: dict[str, Region], plane: TangentPlane | None, wanted: Any) -> str:
    """Give the coordinates to write in: what is all in pixels stays in pixels."""
    shapes = [shape for region in found.values() for shape in region.shapes]
    in_pixels = plane is None or all(isinstance(shape, PixelShape) for shape in shapes)
    return "physical" if in_pixels else _FRAMES[wanted]


def _on_sky(region: Region, plane: TangentPlane | None) -> Region:
    """Give a region as one that is drawn: other datasets have pixels of their own."""
    if plane is None:
        return region
    return Region(tuple(to_sky(shape, plane) for shape in region.shapes))


def _read(path: Path, plane: TangentPlane | None) -> ParsedRegions:
    parsed = parse_region_file(path, plane)
    parsed.check(path)
    return parsed


def _write(
    found: dict[str, Region], frame: str, plane: TangentPlane | None, path: Path, *, every: bool
) -> None:
    if every:
        write_region_set(path, found, frame, plane, overwrite=True)
    else:
        (region,) = found.values()
        write_regions(path, region, frame, plane, overwrite=True)
