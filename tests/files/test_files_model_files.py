"""Models find their readers wherever they are computed first, each time in a new process."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import sparse
from test_files_table_model import write

from nuwidgets.domain.events import Pointing
from nuwidgets.domain.response import Response
from nuwidgets.files.rmf import write_rmf

if TYPE_CHECKING:
    from pathlib import Path

GRID = ("--grid", "1", "10", "3", "lin")
SESSION = (
    "import nuwidgets as nw; s = nw.Session(); s.fit.model = {0!r}; print(s.fit.parameters[0])"
)
FAKE = (
    "import nuwidgets as nw; print(nw.fake_spectrum({0!r}, {{}}, {1!r}, noise=False).counts.sum())"
)


def ran(*words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a new process that knows of no AtomDB."""
    known = {k: v for k, v in os.environ.items() if k not in ("ATOMDB", "HEADAS")}
    return subprocess.run(
        [sys.executable, *words], env=known, text=True, capture_output=True, check=False
    )


@pytest.fixture
def table(tmp_path: Path) -> str:
    """A table model of 1 photon/cm2/s/keV."""
    return f"atable{{{write(tmp_path / 'a.fits')}}}"


@pytest.fixture
def rmf(tmp_path: Path) -> str:
    edges_kev = np.linspace(1.0, 11.0, 11)
    seen = Response(
        energy_edges_kev=edges_kev,
        matrix=sparse.csr_array(100.0 * np.eye(10)),
        channel=np.arange(10),
        e_min_kev=edges_kev[:-1],
        e_max_kev=edges_kev[1:],
        area_cm2=np.full(10, 100.0),
    )
    write_rmf(tmp_path / "a.rmf", seen, Pointing("TEST", "TEST"))
    return str(tmp_path / "a.rmf")


def test_the_command_line_reads_tables(table: str) -> None:
    answer = ran("-m", "nuwidgets", "model", table, *GRID)
    values = [float(line.split()[-1]) for line in answer.stdout.splitlines()[1:]]
    np.testing.assert_allclose(values, 3.0, rtol=1e-5, err_msg=answer.stderr)
    listed = ran("-m", "nuwidgets", "model", table, "--parameters")
    assert [line.split()[2] for line in listed.stdout.splitlines()[1:]] == ["kT", "log_nH", "norm"]


def test_a_session_reads_tables(table: str) -> None:
    assert "name='kT'" in ran("-c", SESSION.format(table)).stdout


def test_a_spectrum_without_data_is_simulated_from_a_table(table: str, rmf: str) -> None:
    answer = ran("-c", FAKE.format(table, rmf))
    assert float(answer.stdout or "0") > 0, answer.stderr


@pytest.mark.parametrize("way", ["command", "fake"])
def test_without_atomdb_it_is_said_where_it_is_to_be_put(way: str, rmf: str) -> None:
    command = ("-m", "nuwidgets", "model", "apec", *GRID)
    answer = ran(*command) if way == "command" else ran("-c", FAKE.format("apec", rmf))
    assert answer.returncode == 1
    assert "as ATOMDB is not set" in answer.stderr
    assert "set the environment variable ATOMDB to their folder" in answer.stderr
