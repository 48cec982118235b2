"""The page about fitting says what really happens: its code is run, and names what there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from nuwidgets.commands.fit_options import add_options
from nuwidgets.domain.fit import STATISTICS, TEST_STATISTICS, WEIGHTS
from nuwidgets.domain.grouping import KINDS
from nuwidgets.domain.plot import KINDS as PLOTS
from nuwidgets.domain.plot import LOWER, X_AXES
from nuwidgets.science.models import own

PAGE = (Path(__file__).parents[1] / "docs" / "fitting.md").read_text(encoding="utf-8")
BLOCKS = [part.split("```")[0] for part in PAGE.split("```python\n")[1:]]


def test_its_code_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    scope = {}
    try:
        for block in BLOCKS:
            exec(block, scope)  # noqa: S102  the project's own
        s = scope["s"]
        assert scope["left_out"] == []
        assert (tmp_path / "fit.xcm").is_file()
        assert len(scope["errors"].intervals) == len(
            [p for p in scope["best"].parameters if p.free]
        )
        assert s.fit.parameter("HighECut").frozen
        assert r"\end{tabular}" in capsys.readouterr().out
    finally:
        own.forget("step")
        scope["s"].close()


@pytest.mark.parametrize("word", [*STATISTICS, *WEIGHTS, *TEST_STATISTICS, *PLOTS, *LOWER, *X_AXES])
def test_it_names_what_can_be_chosen(word):
    assert f'"{word}"' in PAGE


@pytest.mark.parametrize("word", KINDS)
def test_it_names_every_grouping(word):
    assert f'"{word}' in PAGE


def test_its_commands_are_there():
    import argparse
    import shlex

    lines = [
        line for line in PAGE.split("```sh\n")[1].splitlines() if line.startswith("nuwidgets fit")
    ]
    assert len(lines) == 3
    for line in lines:
        parser = argparse.ArgumentParser()
        add_options(parser)
        parser.parse_args(shlex.split(line)[2:])
