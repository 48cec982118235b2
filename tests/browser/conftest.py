"""One JupyterLab with one Chromium page for each module of browser tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")
from lab import Lab, chromium

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab in a browser; skips where there is no Chromium, but fails in CI."""
    if chromium() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium in CI: apt-get install --no-install-recommends chromium")
        pytest.skip("no Chromium found")
    with Lab(tmp_path_factory.mktemp("lab")) as running:
        yield running
