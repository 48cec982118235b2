import json
import subprocess
import sys

import nbformat
import pytest

from nuwidgets import cli
from nuwidgets.errors import FileError, InputError, NuwidgetsError
from nuwidgets.scripts import script
from nuwidgets.scripts.notebook import notebook_text, save_notebook
from nuwidgets.scripts.sections import Section

RUN = """
import sys, nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], 4)
NotebookClient(book, timeout=300, kernel_name="python3").execute()
nbformat.write(book, sys.argv[2])
"""


@pytest.mark.slow
def test_a_notebook_run_in_a_fresh_kernel_gives_the_same_numbers(session, tmp_path):
    s = session
    s.live.paused = True
    s.fit.model = "constant*tbabs*powerlaw"
    s.fit.ignore = "**-3. 79.-**"
    s.fit.run()
    s.flux.run()
    path, done = s.notebook(tmp_path / "x.ipynb"), tmp_path / "done.ipynb"
    command = [sys.executable, "-c", RUN, str(path), str(done)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    said = json.dumps(nbformat.read(done, 4).cells[-1].outputs)
    for line in (*repr(s.fit.product).splitlines(), repr(s.flux.product)):
        assert json.dumps(line)[1:-1] in said


def test_a_notebook_has_text_and_code_and_no_outputs(make_record, tmp_path):
    record = make_record(words="Crab")
    path = save_notebook(record, tmp_path / "x")
    assert path == tmp_path / "x.ipynb"
    book = nbformat.read(path, nbformat.NO_CONVERT)
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    assert book.cells[0].source.startswith("# Crab, NuSTAR Crab")
    assert [c.cell_type for c in book.cells[:2]] == ["markdown", "code"]
    assert not any(cell.get("outputs") for cell in book.cells)
    code = "\n\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    lines = [line for line in script(record).splitlines() if line[:1] != "#"]
    assert [line for line in code.splitlines() if line] == [line for line in lines if line]
    assert len({cell.id for cell in book.cells}) == len(book.cells)


def test_a_notebook_is_the_same_when_it_is_written_again(make_record, tmp_path):
    record = make_record()
    first = save_notebook(record, tmp_path / "x.ipynb").read_text()
    assert save_notebook(record, tmp_path / "y.ipynb").read_text() == first


def test_a_notebook_that_is_there_is_kept_unless_told(make_record, tmp_path):
    record, path = make_record(), tmp_path / "x.ipynb"
    path.write_text("mine")
    with pytest.raises(FileError, match="exists and is not overwritten"):
        save_notebook(record, path)
    assert path.read_text() == "mine"
    save_notebook(record, path, overwrite=True)
    assert path.read_text().startswith("{")


def test_words_of_files_are_text_in_cells():
    part = Section("<script>alert(1)</script> *a*\n# b", "$x$ [l](javascript:y)", ("1",))
    source = json.loads(notebook_text([part]))["cells"][0]["source"]
    heading, _, sentence = "".join(source).partition("\n\n")
    assert heading == r"# \<script\>alert\(1\)\</script\> \*a\* \# b"
    assert sentence == r"\$x\$ \[l\]\(javascript:y\)"


@pytest.mark.parametrize("dialect", ["xcm", "python"])
def test_a_notebook_is_python(dialect, make_record, tmp_path):
    with pytest.raises(InputError, match=r"Cannot write a (notebook|script) in '.*'\. Did"):
        save_notebook(make_record(), tmp_path / "x.ipynb", dialect)


def test_without_nbformat_it_says_what_to_install(make_record, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbformat", None)
    with pytest.raises(NuwidgetsError, match="pip install nbformat"):
        save_notebook(make_record(), tmp_path / "x.ipynb")


@pytest.fixture
def saved(session, tmp_path):
    from nuwidgets.files.session_file import session_text

    session.live.paused = True
    session.fit.model = "constant*powerlaw"
    session.fit.run()
    path = tmp_path / "s.nuw"
    path.write_text(session_text(session.record(), tmp_path))
    return path


def test_the_command_writes_each_kind(saved, tmp_path, capsys, session):
    assert cli.main(["script", str(saved)]) == 0
    assert capsys.readouterr().out.rstrip() == script(session.record()).rstrip()
    assert cli.main(["script", str(saved), "--dialect", "xcm", "--json"]) == 0
    assert "model constant*powerlaw" in json.loads(capsys.readouterr().out)["script"]
    assert cli.main(["script", str(saved), "--only", "fit"]) == 0
    assert capsys.readouterr().out.startswith("# Fit\n")
    for name in ("a.py", "a.ipynb"):
        out = tmp_path / name
        assert cli.main(["script", str(saved), "--out", str(out)]) == 0
        assert capsys.readouterr().out == f"Written to {out}.\n"
        assert "s.fit.run()" in out.read_text()
        assert cli.main(["script", str(saved), "--out", str(out)]) == 1
        assert "Give --overwrite" in capsys.readouterr().err
        assert cli.main(["script", str(saved), "--out", str(out), "--overwrite"]) == 0
        capsys.readouterr()


def test_the_command_says_what_is_wrong(saved, capsys):
    assert cli.main(["script", str(saved), "--dialect", "fortran"]) == 2
    assert "Did you mean" in capsys.readouterr().err
    assert cli.main(["script", str(saved) + "x"]) == 1
    assert "Cannot open the session file" in capsys.readouterr().err


def test_a_script_of_a_session_file_is_that_of_the_session(saved, session, run_script, marks):
    from nuwidgets.files.session_file import read_session

    text = script(read_session(saved).record)
    assert text == script(session.record())
    found, _ = run_script(text)
    assert found["fit"] == json.loads(json.dumps(marks(session)["fit"]))
