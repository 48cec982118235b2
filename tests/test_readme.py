"""The README's example runs as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).parents[1] / "README.md"


def test_the_ten_lines_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path))
    code = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(code[1], "README.md", "exec"), names)  # noqa: S102  our own README
    session = names["s"]
    best = names["best"]
    assert best.converged
    assert best.statistic / best.dof == pytest.approx(1.0, abs=0.3)
    assert "PhoIndex" in capsys.readouterr().out
    session.close()


def test_it_finds_and_gets_as_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, code, *_ = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile("import nuwidgets as nw\n" + code, "README.md", "exec"), names)  # noqa: S102
    session = names["s"]
    assert list(session.datasets) == ["99701110002A", "99701110002B"]
    assert (tmp_path / "data" / "nustar" / "99701110002" / "event_cl").is_dir()
    session.close()


def test_heasofts_tasks_run_as_it_says(tmp_path, monkeypatch, heasoft):
    monkeypatch.chdir(tmp_path)
    _, get, code, *_ = re.findall(
        r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL
    )
    names: dict[str, object] = {}
    whole = f"import nuwidgets as nw\n{get}\n{code}"
    exec(compile(whole, "README.md", "exec"), names)  # noqa: S102
    with names["s"] as s:
        assert [run.state for run in s.pipeline.product.runs] == ["done", "done"]
        assert names["a"].spectrum.product.provenance.engine == "heasoft"
        assert names["a"].compare.product.summary
        assert s.task.product.state == "done"


def test_it_fits_as_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(f"{blocks[0]}\n{blocks[4]}", "README.md", "exec"), names)  # noqa: S102
    with names["s"] as s:
        assert s.curve.run().statistic_name.startswith("W-statistic")
        assert len(s.errors.product.intervals) == 5
        assert s.fit.parameter("2:norm").link == "1.02*p5"
    assert (tmp_path / "fit.xcm").is_file()


def test_it_counts_and_times_as_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path))
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(f"import nuwidgets as nw\n{blocks[3]}", "README.md", "exec"), names)  # noqa: S102
    with names["s"] as s:
        assert names["a"].image.run().unit.startswith("counts s")
        assert names["a"].backgrounds.product.proposals
        assert s.datasets["99901110002A"].screen.user_gti == names["a"].goodtimes.product.gti
    said = capsys.readouterr().out
    assert "jet" in said
    assert "<Period: " in said


def test_it_follows_a_source_as_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path))
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(f"import nuwidgets as nw\n{blocks[5]}", "README.md", "exec"), names)  # noqa: S102
    with names["s"] as s:
        assert s.shared.apart == ()
        assert names["found"].of("bbodyrad.kT").names == s.used
    assert "<LongTerm: " in capsys.readouterr().out


def test_nothing_is_lost_as_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    *_, code = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile("import nuwidgets as nw\n" + code, "README.md", "exec"), names)  # noqa: S102
    names["s"].close()
    said = capsys.readouterr().out
    assert "s.add_events(" in said
    assert "hsp.nupipeline(" in said
    assert (tmp_path / "agn.nuw").exists()
    assert list((tmp_path / "paper").glob("*.bib"))


def test_what_it_points_at_is_there():
    text = README.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert target.startswith("http") or (README.parent / target).exists(), target
