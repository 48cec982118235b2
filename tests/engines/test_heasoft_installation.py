"""HEASoft is found, or it is said which part is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from headas_standin import headas_environ
from heasoft_toys import headas, installed, surroundings

from nuwidgets.engines import registry
from nuwidgets.engines.heasoft.installation import find_installation, why_not
from nuwidgets.errors import EngineMissingError, InputError


def test_it_is_found_without_importing_it():
    found = installed()
    assert found.headas == headas()
    assert (found.heasoftpy_version, found.caldb) == ("1.5", str(headas().parent / "caldb"))
    assert (found.library / "heasoftpy" / "__init__.py").is_file()
    program = (
        "import sys; from nuwidgets.engines.heasoft.installation import find_installation;"
        " find_installation(); sys.exit('heasoftpy' in sys.modules or 'astropy' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], env=surroundings(), check=True)


def test_its_tasks(tmp_path):
    found = installed()
    assert {"toy", "lost", "nupipeline"} <= set(found.tasks())
    assert found.tasks() == tuple(sorted(found.tasks()))
    assert found.has("toy")
    assert not found.has("lost")  # parameters, and no executable
    assert not found.has("fhelp")  # an executable, and no parameters
    assert found.par_file("toy").by_name["number"].hi == 5
    for name in ("nupipelin", "a/../toy"):
        with pytest.raises(InputError, match=rf"no task '{name}' here\. Did you mean"):
            found.par_file(name)


def test_a_task_may_be_a_python_script(tmp_path):
    for part in ("bin", "syspfiles"):
        (tmp_path / part).mkdir()
    (tmp_path / "bin" / "a.py").touch()
    (tmp_path / "syspfiles" / "a.par").touch()
    found = find_installation(headas_environ(headas()) | {"HEADAS": str(tmp_path)})
    assert found.has("a")
    assert found.program("a") == tmp_path / "bin" / "a.py"


def test_what_is_missing_is_said(tmp_path):
    environ = headas_environ(headas())
    with pytest.raises(EngineMissingError, match=r"HEADAS is not set\. Set HEASoft up"):
        find_installation(environ | {"HEADAS": ""})
    words = f"HEADAS is '{tmp_path}/no', and '{tmp_path}/no' is no folder"
    with pytest.raises(EngineMissingError, match=re.escape(words)):
        find_installation(environ | {"HEADAS": f"{tmp_path}/no"})
    with pytest.raises(EngineMissingError, match=re.escape(f"'{tmp_path}/bin' is no folder")):
        find_installation(environ | {"HEADAS": str(tmp_path)})
    with pytest.raises(EngineMissingError, match="Python does not find heasoftpy"):
        find_installation(environ | {"PYTHONPATH": ""})


def test_why_it_cannot_be_used(monkeypatch):
    monkeypatch.delenv("HEADAS", raising=False)
    assert "HEADAS is not set" in why_not()
    with pytest.raises(EngineMissingError, match=r"HEADAS is not set.*To install it: install"):
        registry.load("heasoft")
    for name, value in headas_environ(headas()).items():
        monkeypatch.setenv(name, value)
    assert why_not() == ""
    assert find_installation().surroundings() == dict(os.environ)


def test_the_version_is_in_the_name_of_a_folder_or_of_a_package(tmp_path):
    def version(home):
        for part in ("bin", "syspfiles"):
            (home / part).mkdir(parents=True, exist_ok=True)
        return find_installation(headas_environ(headas()) | {"HEADAS": str(home)}).version

    assert version(tmp_path / "heasoft-6.35.1" / "x86_64-linux") == "6.35.1"
    (tmp_path / "env" / "conda-meta").mkdir(parents=True)
    (tmp_path / "env" / "conda-meta" / "heasoft-6.36-h1.json").touch()
    assert version(tmp_path / "env" / "heasoft") == "6.36"
    assert version(tmp_path / "other") == ""


def test_the_calibration_has_the_date_of_its_index(tmp_path):
    index = tmp_path / "data" / "nustar" / "fpm" / "index"
    index.mkdir(parents=True)
    (index / "caldb.indx20240812").touch()
    (index.parent / "caldb.indx").symlink_to("index/caldb.indx20240812")
    found = installed(CALDB=str(tmp_path))
    assert found.caldb_version("nupipeline") == "20240812"
    assert found.caldb_version("xrtpipeline") == ""
    assert installed(CALDB="").caldb_version("nupipeline") == ""
    assert installed().caldb_version("xrtpipeline").startswith("index of 20")
