"""The page about search and download says what really happens: its code is run, offline."""

from __future__ import annotations

from pathlib import Path

import pytest

import nuwidgets as nw
from nuwidgets.files.download_log import NAME
from nuwidgets.missions.archive import PRESETS
from nuwidgets.steps.download import FOLDER
from nuwidgets.steps.files import HOSTS

PAGE = (Path(__file__).parents[1] / "docs" / "find-and-get.md").read_text(encoding="utf-8")
BLOCKS = [part.split("```")[0] for part in PAGE.split("```python\n")[1:]]


def test_its_code_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scope = {}
    try:
        for block in BLOCKS:
            exec(block, scope)  # noqa: S102  the project's own
        s = scope["s"]
        assert len(scope["a"].events.product.pi) > 1000
        folder = tmp_path / FOLDER / "nustar" / "99601110002"
        assert {path.name for path in folder.iterdir()} == {"auxil", "event_cl", "hk", NAME}
        assert s.find.selected == ("99601110002",)
        assert s.download.product.folders == (tmp_path / "elsewhere" / "nustar" / "99601110002",)
        assert not list(tmp_path.rglob("*B01_cl*"))[1:], "the second time A alone was chosen"
    finally:
        scope["s"].close()


@pytest.mark.parametrize("word", [*HOSTS, *PRESETS])
def test_it_names_what_can_be_chosen(word):
    assert f'"{word}"' in PAGE


def test_it_knows_how_many_rows_the_simulated_archive_has():
    with nw.Session() as s:
        s.find.server, s.find.target = "demo", "SIMULATED AGN"
        assert len(s.find.run()) == 8
        assert sum(bool(why) for why in s.find.product.hindrance) == 3
        assert sum(bool(words) for words in s.find.product.caution) == 1
