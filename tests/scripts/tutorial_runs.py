"""Scripts run in a fresh process against the stand-ins of tests/standins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def run(code: str, folder: Path, obs_ids: str = "99901110002") -> subprocess.CompletedProcess[str]:
    """Run a script in a folder; what it called is in calls.json there."""
    folder.mkdir(exist_ok=True)
    paths = (str(TESTS / "standins"), str(TESTS.parent))
    wanted = {"PYTHONPATH": os.pathsep.join(paths), "MPLBACKEND": "Agg", "STANDIN_OBS_IDS": obs_ids}
    environ = {**os.environ, **wanted, "STANDIN_CALLS": str(folder / "calls.json")}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def calls(code: str, folder: Path, obs_ids: str = "99901110002") -> list[dict]:
    """Give what a script called, in order; it has to end well."""
    done = run(code, folder, obs_ids)
    assert done.returncode == 0, f"{done.stderr}\n{code}"
    return json.loads((folder / "calls.json").read_text())


def named(made: list[dict], name: str) -> list[dict]:
    """Give the calls of one name."""
    return [one for one in made if one["call"] == name]


def started(made: list[dict]) -> list[dict]:
    """Give the parameters that a fit started from."""
    return named(made, "Fit.perform")[0]["parameters"]


def expected(parameters) -> list[dict]:
    """Give parameters as the stand-in writes them down; of a linked one the link alone matters."""
    names = ("value", "delta", "hard_lo", "soft_lo", "soft_hi", "hard_hi")
    return [
        {"number": p.number, "frozen": p.frozen, "link": None}
        | {name: getattr(p, name) for name in names}
        if not p.link
        else {"number": p.number, "link": p.link}
        for p in parameters
    ]


def without_tied(found: list[dict]) -> list[dict]:
    """Leave out what does not matter of linked parameters."""
    return [
        one if one["link"] is None else {k: one[k] for k in ("number", "link")} for one in found
    ]
