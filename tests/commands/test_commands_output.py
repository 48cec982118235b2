import json
from pathlib import Path

import numpy as np
import pytest

from nuwidgets.commands.output import Answer, Bar, facts, guard, make_folder, plain, show, table
from nuwidgets.errors import FileError


def test_json_knows_no_nan_and_no_numpy():
    value = {1: np.array([1.0, np.nan]), "b": (np.int64(2), float("inf")), "c": Path("x")}
    assert plain(value) == {"1": [1.0, None], "b": [2, None], "c": "x"}


def test_json_is_alone_on_standard_output(capsys):
    show(Answer({"a": 1}, "text", warnings=("Careful.",)), as_json=True)
    out, err = capsys.readouterr()
    assert json.loads(out) == {"a": 1, "warnings": ["Careful."]}
    assert err == "Warning: Careful.\n"


def test_text_is_for_people(capsys):
    show(Answer({"a": 1}, "text"), as_json=False)
    assert capsys.readouterr().out == "text\n"


def test_a_table_puts_numbers_right_and_shows_what_is_missing():
    assert table(("name", "value"), [("nH", 1.5), ("norm", float("nan")), ("x", None)]) == (
        "name  value\nnH      1.5\nnorm      -\nx         -"
    )


def test_facts_leave_out_what_is_empty():
    assert facts({"a": 1, "bcd": "", "ef": True, "g": [1, 2]}) == "a   1\nef  yes\ng   1, 2"
    assert facts({}) == ""


def test_files_of_the_user_are_kept(tmp_path):
    kept = tmp_path / "a.pha"
    kept.write_text("mine")
    with pytest.raises(FileError, match="exists already"):
        guard([tmp_path / "b", kept], overwrite=False)
    guard([kept], overwrite=True)
    guard([tmp_path / "b"], overwrite=False)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="Cannot make the folder"):
        make_folder(tmp_path / "file" / "folder")
    assert make_folder(tmp_path / "a" / "b").is_dir()


def test_a_bar_that_is_not_on_a_terminal_says_each_stage_once(capsys):
    bar = Bar(2)
    bar.begin("fit")
    bar.move(0.5)
    bar.end("chi2 12")
    bar.begin("errors")
    bar.end("done")
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "[############............]  50 %  fit  chi2 12",
        "[########################] 100 %  errors  done",
    ]


def test_a_bar_on_a_terminal_moves(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    bar = Bar(1)
    bar.begin("fit")
    bar.move(0.25)
    assert capsys.readouterr().err.endswith("\r[######..................]  25 %  fit\x1b[K")
