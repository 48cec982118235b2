"""Bring chosen files of the selected observations onto this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets as t

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.download import Download, DownloadRequest
from nuwidgets.errors import InputError
from nuwidgets.missions.archive import CLEANED, PRESETS
from nuwidgets.missions.choice import choose

if TYPE_CHECKING:
    from concurrent.futures import Future

    from nuwidgets.domain.archive_file import ObservationFiles
    from nuwidgets.steps.files import FilesStep

FOLDER = "data"
"""Workspace unless another is named, in the folder that Python runs in."""


def as_folder(value: Any) -> str:
    """Take a folder as text or Path.

    Raises
    ------
    InputError
        If it is neither, or cannot be a path.
    """
    if not isinstance(value, str | Path) or not str(value).strip() or "\0" in str(value):
        raise InputError(f"Cannot download into {value!r}. Name a folder.")
    try:
        return str(Path(value).expanduser())
    except RuntimeError as error:
        raise InputError(f"Cannot download into {value!r}: {error}. Name a folder.") from error


def as_words(value: Any) -> tuple[str, ...]:
    """Take one word or several, each once.

    Raises
    ------
    InputError
        If they are no texts.
    """
    words = (value,) if isinstance(value, str) else value
    if not isinstance(words, tuple | list) or not all(isinstance(word, str) for word in words):
        raise InputError(f"Cannot use {value!r}. Give a text, or several.")
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def _whole(folder: str) -> str:
    try:
        return str(Path(folder).absolute())
    except OSError:  # the folder that Python runs in is gone
        return folder


class DownloadStep(Step[DownloadRequest, Download]):
    """Downloads files; what is here already, whole and unchanged, is not fetched again."""

    examples: ClassVar = {
        "folder": ("data", "elsewhere"),
        "preset": (CLEANED, "everything"),
        "pattern": ("", "*.evt*"),
        "modules": ((), ("A",)),
        "modes": ((), ("occultation",)),
        "also": ((), ("60001110002/hk/nu60001110002_ceb.hk.gz",)),
        "without": ((), ("60001110002/hk/nu60001110002A_fpm.hk.gz",)),
        "copy": (False, True),
    }

    folder = Value(as_folder, FOLDER, "a folder")
    preset = t.Enum(PRESETS, CLEANED, help="Which files.")
    pattern = t.Unicode("", help="Globs in place of the preset, e.g. 'event_cl/*A01_cl.evt*'.")
    modules = Value(as_words, (), "letters of modules; none is all")
    modes = Value(as_words, (), "data modes; none is what goes with the preset")
    also = Value(as_words, (), "files beside these, each as obs_id/path")
    without = Value(as_words, (), "files that are left out, each as obs_id/path")
    copy = t.Bool(default_value=False, help="Copy files of a mounted archive, do not link them.")
    at_once = t.Int(8, min=1, max=32, help="How many files are fetched at the same time.")
    opens = t.Bool(default_value=True, help="Open what was downloaded as datasets.")

    above: tuple[FilesStep]

    def request(self) -> DownloadRequest:
        """Give what is to be on the disk; how it gets there (at_once, opens) is not in it."""
        return DownloadRequest(
            self.above[0].request(),
            _whole(self.folder),
            self.preset,
            self.pattern,
            self.modules,
            self.modes,
            self.also,
            self.without,
            self.copy,
        )

    def submit(self, *, anew: bool = True) -> Future[Download]:
        """Look at the disk again: what is here whole is not fetched, what is gone is.

        After a failure the files are listed anew first: they may have changed at the archive.
        """
        if self.product is not None and self.product.failed:
            self.above[0].doubt()
        return super().submit(anew=anew)

    def run(self, *, anew: bool = True) -> Download:
        """Bring all that is wanted here, and give how each observation fared."""
        return super().run(anew=anew)

    def holds(self, product: Download | None) -> bool:
        """Whether all that was wanted came: after a failure, run() tries again."""
        return product is None or not product.failed

    def stale_because(self) -> tuple[str, ...]:
        """Name what changed, or what could not be fetched."""
        failed = self.product.failed if self.product is not None else {}
        return super().stale_because() or tuple(f"{obs_id} (it failed)" for obs_id in failed)

    @property
    def host(self) -> str:
        """Where the files come from: ``files.host``."""
        return str(self.above[0].host)

    @host.setter
    def host(self, value: str) -> None:
        self.above[0].host = value

    @property
    def mirror(self) -> str:
        """A copy of the archive: ``files.mirror``; naming one chooses it."""
        return str(self.above[0].mirror)

    @mirror.setter
    def mirror(self, value: str) -> None:
        files = self.above[0]
        files.mirror = str(value)
        if value:
            files.host = "mirror"

    @property
    def choice(self) -> tuple[ObservationFiles, ...]:
        """The files that would be here after run(), by observation; () before they are listed.

        Raises
        ------
        InputError
            If a module or mode is not one of the mission's.
        """
        files = self.above[0].product
        return () if files is None else choose(files, self.request())
