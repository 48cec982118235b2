"""What `import nuwidgets` costs and gives."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import nuwidgets

API = Path(__file__).resolve().parents[2] / "docs" / "api.md"
HEAVY = {
    "IPython",
    "anywidget",
    "astropy",
    "bqplot",
    "iminuit",
    "ipywidgets",
    "matplotlib",
    "scipy",
}
LOOK = """
import json, sys, threading, multiprocessing, subprocess
started = []
subprocess.Popen.__init__ = lambda self, *a, **k: started.append(str(a))
import nuwidgets
roots = sorted({name.partition(".")[0] for name in sys.modules})
engines = [n for n in sys.modules if n.startswith("nuwidgets.engines.embedded.")]
print(json.dumps({"modules": roots, "engines": engines, "threads": threading.active_count(),
                  "processes": len(multiprocessing.active_children()) + len(started)}))
"""


@pytest.fixture(scope="module")
def fresh() -> dict:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_import_loads_nothing_heavy(fresh):
    assert "nuwidgets" in fresh["modules"]
    assert not HEAVY & set(fresh["modules"])


def test_import_starts_nothing(fresh):
    assert (fresh["threads"], fresh["processes"], fresh["engines"]) == (1, 0, [])


def test_public_names_are_sorted_and_there():
    names = nuwidgets.__all__
    assert list(names) == sorted(set(names))
    assert not [name for name in names if getattr(nuwidgets, name, None) is None]
    assert set(names) <= set(dir(nuwidgets))


def test_public_names_are_exactly_those_documented():
    documented = re.findall(r"^\| `(\w+)`", API.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(documented) == sorted(nuwidgets.__all__)


def test_every_public_name_says_what_it_is():
    public = {name: getattr(nuwidgets, name) for name in nuwidgets.__all__}
    assert not [name for name, thing in public.items() if callable(thing) and not thing.__doc__]


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Session_"):
        _ = nuwidgets.Session_
