import json
import os
import subprocess
import sys

import pytest

import nuwidgets
from nuwidgets import cli
from nuwidgets.errors import EngineFailedError, FileError, InputError


def run(*words, **settings):
    command = [sys.executable, "-m", "nuwidgets", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, **settings)


@pytest.fixture
def broken(monkeypatch):
    """Make `nuwidgets engines` raise what it is given."""

    def set_error(error):
        def fail(_options):
            raise error

        monkeypatch.setattr("nuwidgets.commands.engines.run", fail)

    return set_error


def test_every_command_has_help_with_an_example_and_the_exit_codes(capsys):
    for command in cli.COMMANDS:
        assert cli.main([command, "--help"]) == 0
        out = capsys.readouterr().out
        assert f"nuwidgets {command}" in out
        assert "exit codes:" in out
        assert "--json" in out


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"nuwidgets {nuwidgets.__version__}\n"


def test_no_command_shows_the_help(capsys):
    assert cli.main([]) == 2
    assert "COMMAND" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["modle"], ["fit"], ["engines", "--jso"], ["model", "po", "--grid", "1"], ["fit", "a", "--x"]],
)
def test_bad_options_are_one_sentence_and_code_2(words, capsys):
    assert cli.main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert "--help" in err


@pytest.mark.parametrize(
    ("error", "code"),
    [(InputError("bad"), 2), (FileError("bad"), 1), (EngineFailedError("bad"), 1)],
)
def test_our_errors_become_a_sentence_and_a_code(broken, capsys, error, code):
    broken(error)
    assert cli.main(["engines", "--json"]) == code
    out, err = capsys.readouterr()
    assert (out, err) == ("", "nuwidgets engines: bad\n")


def test_what_nobody_foresaw_shows_no_traceback_unless_asked(broken, capsys):
    broken(ZeroDivisionError("division by zero"))
    assert cli.main(["engines"]) == 1
    err = capsys.readouterr().err
    assert "ZeroDivisionError: division by zero" in err
    assert "Traceback" not in err
    assert cli.main(["engines", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_is_code_130(broken, capsys):
    wrapped = RuntimeError("Error calling __set_name__")
    wrapped.__cause__ = KeyboardInterrupt()
    for error in (KeyboardInterrupt(), wrapped):
        broken(error)
        assert cli.main(["engines"]) == 130
    assert "Stopped." in capsys.readouterr().err


def test_engines(capsys):
    assert cli.main(["engines", "--json"]) == 0
    engines = json.loads(capsys.readouterr().out)["engines"]
    assert engines[0]["name"] == "embedded"
    assert engines[0]["ok"] is True
    assert engines[0]["version"] == nuwidgets.__version__
    assert cli.main(["engines"]) == 0
    assert "embedded" in capsys.readouterr().out


def test_python_m_nuwidgets():
    done = run("engines", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["engines"]
    assert run("fit").returncode == 2


def test_a_reader_that_goes_away_is_no_error():
    words = ["model", "po", "--grid", "1", "10", "100000", "log"]
    with subprocess.Popen(
        [sys.executable, "-m", "nuwidgets", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.read(10)
        process.stdout.close()
        error = process.stderr.read()
        assert process.wait() == 141
    assert error == b""


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from nuwidgets.cli import main; main(['fit', '--help']);"
        "heavy = {'numpy', 'scipy', 'astropy', 'matplotlib', 'traitlets', 'ipywidgets'} & set(sys.modules);"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "error"},
    )
    assert done.returncode == 0, done.stderr
