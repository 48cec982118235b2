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
        self._home, self._kept = path.parent, dict(kept)
        self.folder = path.with_name(f"{path.stem}-kept")
        """Where they lie."""
        self.lost = ""
        """Why a product could not be kept by the last write(); empty if all were."""

    def write(self, record: SessionRecord) -> dict[str, KeptFile]:
        """Write costly products that are not there yet; give all that hold, by path of the step."""
        writer, self.lost = PlainWriter(self._home), ""
        kept = {}
        for step in record.every_step:
            if step.answered is None or step.state not in ("fresh", "kept"):
                continue
            key, known = writer.key(step.answered), self._kept.get(step.path)
            if known and known.request == key:
                kept[step.path] = known
            elif _costly(step):
                kept.update(self._write_one(step, key))
        self._kept = kept
        return kept

    def _write_one(self, step: StepRecord, key: str) -> dict[str, KeptFile]:
        """Write a product; one that cannot be written is no reason not to save the rest."""
        name = re.sub(r"[^\w.-]", "_", step.path)
        target = self.folder / f"{name}-{key.rpartition('-')[2]}.fits"
        try:
            sha256 = save_product(target, step.product)
        except FileError as error:
            self.lost = f"{step.path} will have to be computed again: {error}"
            return {}
        return {step.path: KeptFile(f"{self.folder.name}/{target.name}", sha256, key)}

    def tidy(self) -> None:
        """Remove files of ours that no product refers to any more."""
        wanted = {kept.file.rpartition("/")[2] for kept in self._kept.values()}
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if _OURS.fullmatch(path.name) and path.name not in wanted:
                    path.unlink()

    def loaders(self, record: SessionRecord) -> dict[str, Callable[[], Any]]:
        """Give what reads each product that still answers its step's request."""
        writer = PlainWriter(self._home)
        found: dict[str, Callable[[], Any]] = {}
        for step in record.every_step:
            kept = self._kept.get(step.path)
            if kept is None or step.answered is None or not self._inside(kept):
                continue
            if writer.key(step.answered) == kept.request:
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
