import json
import sys

import pytest

from nuwidgets.cli import main
from nuwidgets.commands import lab
from nuwidgets.errors import FileError


@pytest.fixture
def started(monkeypatch, tmp_path):
    """Ship a notebook, and keep the commands that would have been started."""
    commands = []
    (tmp_path / "shipped.ipynb").write_text("{}")
    monkeypatch.setattr(lab, "shipped_notebook", lambda: tmp_path / "shipped.ipynb")
    monkeypatch.setattr(lab, "find_spec", lambda _name: object())
    monkeypatch.setattr(lab, "start", lambda command: commands.append(command) or 0)
    return commands


def test_the_notebook_is_copied_and_opened(started, tmp_path, capsys):
    folder = tmp_path / "work"
    assert main(["lab", "--folder", str(folder), "--json", "--", "--no-browser"]) == 0
    data = json.loads(capsys.readouterr().out)
    notebook = folder / "quickstart.ipynb"
    assert data["copied"] is True
    assert notebook.read_text() == "{}"
    assert started == [[sys.executable, "-m", "jupyterlab", "--no-browser", str(notebook)]]


def test_a_notebook_that_is_there_is_kept(started, tmp_path, capsys):
    (tmp_path / "quickstart.ipynb").write_text("mine")
    assert main(["lab", "--folder", str(tmp_path)]) == 0
    assert (tmp_path / "quickstart.ipynb").read_text() == "mine"
    assert "Opening" in capsys.readouterr().err


def test_without_jupyterlab_there_is_the_line_that_installs_it(monkeypatch, capsys):
    monkeypatch.setattr(lab, "find_spec", lambda _name: None)
    assert main(["lab"]) == 1
    assert 'pip install "nuwidgets[lab]"' in capsys.readouterr().err


def test_a_notebook_that_cannot_be_copied(started, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(lab, "shipped_notebook", lambda: tmp_path / "nowhere" / "x")
    assert main(["lab", "--folder", str(tmp_path)]) == 1
    assert "Cannot copy the notebook" in capsys.readouterr().err


def test_an_installation_without_notebook(monkeypatch, tmp_path):
    monkeypatch.setattr("nuwidgets.__file__", str(tmp_path / "nuwidgets" / "__init__.py"))
    with pytest.raises(FileError, match="This installation lacks"):
        lab.shipped_notebook()


def test_the_notebook_of_a_clone_and_of_a_wheel(monkeypatch, tmp_path):
    monkeypatch.setattr("nuwidgets.__file__", str(tmp_path / "nuwidgets" / "__init__.py"))
    for folder in (tmp_path / "notebooks", tmp_path / "nuwidgets" / "notebooks"):
        folder.mkdir(parents=True)
        (folder / "quickstart.ipynb").write_text("{}")
        assert lab.shipped_notebook() == folder / "quickstart.ipynb"


def test_ctrl_c_is_left_to_jupyterlab(monkeypatch):
    code = "import signal, os, time; os.kill(os.getppid(), signal.SIGINT); time.sleep(0.3)"
    assert lab.start([sys.executable, "-c", code]) == 0
    assert lab.start([sys.executable, "-c", "raise SystemExit(3)"]) == 3
