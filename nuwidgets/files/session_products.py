"""Products too costly to compute again, beside the session file, as FITS."""

from __future__ import annotations

import contextlib
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from nuwidgets.errors import FileError
from nuwidgets.files.kept import load_product, save_product, storable
from nuwidgets.files.plain import PlainWriter
from nuwidgets.files.session_answers import SMALL
from nuwidgets.files.session_file import KeptFile
from nuwidgets.files.versions import versions_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nuwidgets.domain.record import SessionRecord, StepRecord

KEEP_S = 1.0
"""What took less to compute is computed again, s."""
_OURS = re.compile(r".+-[0-9a-f]{12}\.fits(\.part)?")


class Products:
    """The folder of a session's costly products.

    Parameters
    ----------
    path : Path
        The session file.
    kept : dict
        What is there already, by path of the step.
    """

    def __init__(self, path: Path, kept: dict[str, KeptFile]) -> None:
        self._path, self._home, self._kept = path, path.parent, dict(kept)
        self._known = {(step, one.request): one for step, one in kept.items()}
        self.folder = path.with_name(f"{path.stem}-kept")
        """Where they lie."""
        self.lost = ""
        """Why a product could not be kept by the last write(); empty if all were."""

    def write(self, record: SessionRecord) -> dict[str, KeptFile]:
        """Write costly products that are not there yet; give all that hold, by path of the step."""
        writer, self.lost = PlainWriter(self._home), ""
        kept = {}
        for step in record.every_step:
            if step.answered is None:
                continue
            key = writer.key(step.answered)
            known = self._known.get((step.path, key))  # also where a setting moved: it may go back
            costly = step.state in ("fresh", "kept") and _costly(step)
            if known and not (costly and not (self._home / known.file).exists()):
                kept[step.path] = known
            elif costly:
                kept.update(self._write_one(step, step.product, key))
        self._kept = kept
        return kept

    def copy_to(self, other: Products, record: SessionRecord) -> None:
        """Hand the products that still hold over to another session file's folder.

        Parameters
        ----------
        other : Products
            Gets a file of its own of each; one that is damaged, or cannot be written, is left out.
        record : SessionRecord
            What is saved there: says what the steps have answered.
        """
        writer = PlainWriter(other._home)
        for path, load in self.loaders(record).items():
            step = record.step(path)
            key = writer.key(step.answered)  # holds paths as seen from there
            if (path, key) not in other._known:
                with contextlib.suppress(FileError):
                    other._write_one(step, load(), key)

    def _write_one(self, step: StepRecord, product: Any, key: str) -> dict[str, KeptFile]:
        """Write a product; one that cannot be written is no reason not to save the rest."""
        name = re.sub(r"[^\w.-]", "_", step.path)
        target = self.folder / f"{name}-{key.rpartition('-')[2]}.fits"
        try:
            sha256 = save_product(target, product)
        except FileError as error:
            self.lost = f"{step.path} will have to be computed again: {error}"
            return {}
        one = KeptFile(f"{self.folder.name}/{target.name}", sha256, key)
        self._known[step.path, key] = one
        return {step.path: one}

    def tidy(self) -> None:
        """Remove files of ours that neither the session file nor a version of it names.

        To be called at the end only: what was undone may be done again.
        """
        wanted = {kept.file.rpartition("/")[2] for kept in self._kept.values()}
        with contextlib.suppress(OSError):  # what cannot be looked through is left as it is
            found = [path for path in self.folder.iterdir() if _OURS.fullmatch(path.name)]
            left = [path for path in found if path.name not in wanted]
            for text in (self._path, *versions_of(self._path)) if left else ():
                data = text.read_bytes()
                left = [path for path in left if path.name.encode() not in data]
            for path in left:
                path.unlink()

    def loaders(self, record: SessionRecord) -> dict[str, Callable[[], Any]]:
        """Give what reads each product that still answers its step's request."""
        writer = PlainWriter(self._home)
        found: dict[str, Callable[[], Any]] = {}
        for step in record.every_step:
            if step.answered is None:
                continue
            kept = self._known.get((step.path, writer.key(step.answered)))
            if kept is not None and self._inside(kept):
                place = self._home / kept.file
                found[step.path] = partial(load_product, place, kept.sha256)
        return found

    def _inside(self, kept: KeptFile) -> bool:
        """Whether a file lies in our folder: a session file may say anything."""
        folder, _, name = kept.file.rpartition("/")
        return folder == self.folder.name and _OURS.fullmatch(name) is not None


def _costly(step: StepRecord) -> bool:
    made = getattr(step.product, "provenance", None)
    costly = made is not None and made.seconds >= KEEP_S
    return costly and step.path not in SMALL and storable(step.product)
