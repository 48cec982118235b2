"""The process that fits observations of a series, one after the other, with the embedded engine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.engines.series_point import measured
from nuwidgets.engines.serve import serve
from nuwidgets.files.kept import put_together, taken_apart
from nuwidgets.files.model_files import use_files

if TYPE_CHECKING:
    from collections.abc import Callable


class _Unheard:
    """A token that nobody stops: the whole process is ended instead."""

    anew = cancelled = False

    def check(self) -> None:
        """Go on."""

    def report(self, *_far: object, **_more: object) -> None:
        """Tell nothing."""


def point(payload: Any, _report: Callable[..., None]) -> Any:
    """Give the point of an observation."""
    request, spectrum = put_together(payload)
    found = measured(request, spectrum, _Unheard(), EmbeddedEngine().solve)
    return taken_apart(found)


def main() -> None:
    """Answer until the other side is gone."""
    use_files()
    serve({"point": point}, int(sys.argv[-1]))


if __name__ == "__main__":
    main()
