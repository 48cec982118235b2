"""The page about pipelines says what really happens: its code is run, with and without HEASoft."""

from __future__ import annotations

from pathlib import Path

import pytest

from nuwidgets.steps.engine_choice import ENGINES

PAGE = (Path(__file__).parents[1] / "docs" / "pipelines.md").read_text(encoding="utf-8")
BLOCKS = [part.split("```")[0] for part in PAGE.split("```python\n")[1:]]


def _run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scope = {}
    for block in BLOCKS:
        exec(block, scope)  # noqa: S102  the project's own
    return scope


def test_its_code_runs_without_heasoft(tmp_path, monkeypatch, capsys):
    scope = _run(tmp_path, monkeypatch)
    with scope["s"] as s:
        assert "HEADAS is not set" in capsys.readouterr().out
        assert {run.state for run in s.pipeline.product.runs} == {"skipped"}
        assert Path(scope["made"].path("_sr.pha")).is_file()


@pytest.mark.usefixtures("heasoft")
def test_its_code_runs_with_heasoft(tmp_path, monkeypatch):
    scope = _run(tmp_path, monkeypatch)
    with scope["s"] as s:
        assert {run.state for run in s.pipeline.product.runs} == {"done"}
        made = scope["made"]
        assert made.provenance.engine == "heasoft"
        assert Path(made.path("_sr.pha")).is_file()
        run = Path(made.folder).parent
        assert run.parent == tmp_path / "data" / "runs"
        for name in ("task.log", "products/nuwidgets-run.json"):
            assert name in PAGE
            assert (run / name).is_file()


@pytest.mark.parametrize("word", ENGINES)
def test_it_names_what_can_be_chosen(word):
    assert f'`"{word}"`' in PAGE
