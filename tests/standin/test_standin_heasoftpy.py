"""The stand-in heasoftpy does what the real package does, call by call, on the stand-in tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from headas_standin import HERE, headas_environ, make_headas, with_heasoftpy

WHERE = "NUWIDGETS_HEASOFTPY"
"""Names the folder that holds the real package, where somebody has it."""


@pytest.fixture(scope="module")
def headas(tmp_path_factory) -> Path:
    return make_headas(tmp_path_factory.mktemp("headas"))


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    from astropy.io import fits

    path = tmp_path_factory.mktemp("table") / "table.fits"
    columns = [fits.Column("TIME", "D", "s", array=[1.0, 2.0])]
    fits.BinTableHDU.from_columns(columns, name="ROWS").writeto(path)
    return path


def said(environ: dict[str, str], table: Path, home: Path) -> dict:
    """Give what the calls came to."""
    command = [sys.executable, str(HERE / "heasoftpy_calls.py"), str(table), str(home)]
    done = subprocess.run(command, env=environ, cwd=home, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1].replace(str(home), "HOME"))


@pytest.fixture(scope="module")
def standin(headas, table, tmp_path_factory) -> dict:
    home = tmp_path_factory.mktemp("standin")
    return said(headas_environ(headas), table, home)


def test_the_standin_package_is_found_before_any_other(standin):
    assert Path(standin["where"]) == HERE / "python" / "heasoftpy" / "__init__.py"
    assert standin["version"] == "1.5"


def test_parameters_are_taken_as_documented(standin, table):
    assert standin["function"] == [0, None, {"infile": str(table), "option": "H"}, None]
    assert standin["dictionary"] == {"infile": str(table), "option": "C"}
    assert standin["words"] == {
        "infile": str(table),
        "option": "H",
        "rownum": "no",
        "outfile": "NONE",
    }
    assert (standin["attribute before args"], standin["keyword before attribute"]) == ("T", "C")
    assert standin["empty"] == {"outfile": "$( )"}
    assert "mode" in standin["all parameters"]
    assert standin["not run"] is None


def test_failures_are_results_warnings_or_errors(standin):
    assert standin["may fail"] == 1
    assert standin["may not fail"].startswith("HSPTaskException")
    assert standin["config"].startswith("HSPTaskException")
    assert standin["warned"] == ["Nonzero Task Return Code: 1"]
    assert standin["deprecated"] is True


def test_known_bugs_are_there(standin):
    assert standin["latin-1, caught"] is True
    assert standin["latin-1, shown"].startswith("UnicodeDecodeError")
    assert standin["mode passed"] == ["ql", True]
    assert standin["mode dropped"] is False
    assert standin["without prompts"] == [
        ["indir", "outdir", "srcdec", "srcra", "steminputs"],
        True,
    ]


def test_output_goes_where_verbose_says(standin):
    where = {key.split()[1]: value for key, value in standin.items() if key.startswith("verbose")}
    assert where == {
        "0": [False, False], "1": [True, False], "2": [True, True], "20": [False, True],
        "yes": [True, False], "no": [False, False], "True": [True, False],
    }  # fmt: skip


def test_par_files_of_ones_own_come_and_go(standin):
    assert standin["learned"] == ["C", "yes"]
    assert standin["after"] == [True, False]
    assert standin["given folder"] == [True, True]
    assert standin["module"][0] == "heatools"


@pytest.mark.heasoft
def test_the_real_package_answers_alike(standin, headas, table, tmp_path):
    folder = os.environ.get(WHERE)
    if not folder:
        pytest.skip(f"the real heasoftpy is not here: name the folder that holds it in {WHERE}")
    real = said(with_heasoftpy(headas_environ(headas), folder, tmp_path), table, tmp_path)
    assert real.pop("where") != standin["where"]
    assert real == {key: value for key, value in standin.items() if key != "where"}
