"""List the files of the selected observations at a host of the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import traitlets as t

from nuwidgets.core.step import Step
from nuwidgets.domain.archive_file import Files, FilesRequest

if TYPE_CHECKING:
    from nuwidgets.steps.find import FindStep

HOSTS = ("auto", "heasarc", "aws", "sciserver", "mirror")
"""Names as astroquery spells them; ``mirror`` is a copy of the archive that the user names."""


class FilesStep(Step[FilesRequest, Files]):
    """Asks the archive which files there are, and how large."""

    examples: ClassVar = {"host": ("auto", "heasarc"), "mirror": ("", "/archive")}
    recorded = False

    host = t.Enum(HOSTS, "auto", help="Where the files come from; 'auto' is the best that is here.")
    mirror = t.Unicode("", help="Folder or address of a copy of the archive, for host 'mirror'.")

    above: tuple[FindStep]

    def request(self) -> FilesRequest:
        """Give what the list depends on."""
        find = self.above[0]
        return FilesRequest(find.request(), find.selected, self.host, self.mirror)

    _doubted: Files | None = None

    def doubt(self) -> None:
        """Take the list to be out of date, whatever the settings: the next run() asks again."""
        self._doubted = self.product
        self.door.do(self.judge)

    def holds(self, product: Files | None) -> bool:
        """Whether all could be listed, and nobody doubts it: if not, run() asks again."""
        if product is None:
            return True
        return product is not self._doubted and not any(one.problem for one in product.observations)

    def recall(self, request: FilesRequest) -> None:
        """Set the settings that `request` was made from, what was selected too."""
        self.door.do(self._recall, request)

    def _recall(self, request: FilesRequest) -> None:
        super().recall(request)
        self.above[0].selected = request.selected
