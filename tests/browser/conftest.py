"""One JupyterLab with one Chromium page for each module of browser tests."""

from __future__ import annotations

import importlib.util
import os
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lab import Lab


def _missing() -> str:
    absent = [n for n in ("jupyterlab", "playwright") if importlib.util.find_spec(n) is None]
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        absent.append("chromium (apt-get install --no-install-recommends chromium)")
    return ", ".join(absent)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab in a browser; skips where a part is missing, but fails in CI."""
    if missing := _missing():
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse(f"a browser test needs {missing}")
    from lab import Lab

    with Lab(tmp_path_factory.mktemp("lab")) as running:
        yield running
