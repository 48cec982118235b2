"""What scripts are tested with: products as marks, and scripts run in a fresh process."""

from __future__ import annotations

import ast
import inspect
import json
import subprocess
import sys

import pytest

from nuwidgets.domain.events import EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord
from nuwidgets.domain.region import Annulus, Circle, Region
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest


def marks_of(s):
    import hashlib
    from dataclasses import fields, is_dataclass

    import numpy as np

    def told(value):
        if is_dataclass(value):
            names = [f.name for f in fields(value) if f.name not in ("request", "provenance")]
            return [[name, told(getattr(value, name))] for name in names]
        if isinstance(value, tuple):
            return [told(part) for part in value]
        if isinstance(value, np.ndarray):
            digest = hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
            return [str(value.dtype), list(value.shape), digest]
        return repr(value)

    steps = {
        f"{name}.{end}": getattr(one, end)
        for name, one in s.datasets.items()
        for end in ("image", "lightcurve", "spectrum")
        if hasattr(one, end)
    }
    steps |= {end: getattr(s, end) for end in ("fit", "errors", "flux", "curve")}
    return {path: told(step.product) for path, step in steps.items() if step.product is not None}


@pytest.fixture(scope="session")
def marks():
    return marks_of


@pytest.fixture
def run_script(tmp_path):
    """Run a script in a fresh process; give the marks of its products."""

    def run(text):
        out = tmp_path / "marks.json"
        lines = (text, inspect.getsource(marks_of), "import json, pathlib")
        last = f"pathlib.Path({str(out)!r}).write_text(json.dumps(marks_of(s)))"
        file = tmp_path / "script.py"
        file.write_text("\n".join((*lines, last)), encoding="utf-8")
        command = [sys.executable, "-W", "error", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(out.read_text()), done.stdout

    return run


@pytest.fixture(scope="session")
def is_formatted():
    """Say what `ruff format` would change, at its own width of lines."""

    def check(text):
        command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    return check


@pytest.fixture(scope="session")
def names_in():
    """Give all names, attributes and called keywords that stand in Python code."""

    def names(text):
        found = set()
        for node in ast.walk(ast.parse(text)):
            found |= {getattr(node, field, None) for field in ("id", "attr", "arg", "module")}
        return found - {None}

    return names


@pytest.fixture
def make_record():
    """Give a record of one event file, made by hand."""

    def make(
        path="/data/nu1A01_cl.evt", name="1A", words="", notes=(), instrument="FPMA", parameters=()
    ):
        events = EventsRequest(path)
        screen = ScreenRequest(events)
        source = Region.of(Circle(10, 20, 150))
        background = Region.of(Annulus(10, 20, 180, 300))
        selection = SelectionRequest(screen, source, background)
        spectrum = ExtractedSpectrumRequest(selection, Grouping("min", 20))
        settings = {
            "events": {"path": path, "hk_path": ""},
            "screen": {"user_gti": None, "max_grade": None},
            "regions": {"source": source, "background": background},
            "spectrum": {"grouping": Grouping("min", 20), "rmf_path": "", "arf_path": ""},
        }
        answers = {"events": events, "screen": screen, "regions": selection, "spectrum": spectrum}
        steps = {
            step: StepRecord(
                f"{name}.{step}",
                {**values, "notes": tuple(notes)},
                {},
                "fresh",
                answers[step],
                answers[step],
            )
            for step, values in settings.items()
        }
        pointing = Pointing("NuSTAR", instrument, words, words)
        fit = {
            "model": "tbabs*powerlaw" if parameters else "",
            "parameters": tuple(parameters),
            "statistic": "chi",
            "ignore": (),
            "abundance": "wilm",
            "cross_section": "vern",
            "notes": tuple(notes),
        }
        return SessionRecord(
            (DatasetRecord(name, "events", steps, pointing),),
            (name,),
            {"fit": StepRecord("fit", fit)},
        )

    return make
