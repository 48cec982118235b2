"""Words that have no place in the package, and errors that are always ours."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import pytest

from nuwidgets import errors

ROOT = Path(__file__).resolve().parents[2]
FILES = {str(p.relative_to(ROOT / "nuwidgets")): p for p in (ROOT / "nuwidgets").rglob("*.py")}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
FOLDERS = ("nuwidgets", "docs", "benchmarks", "notebooks", "tests", "binder", ".ci")
ENDINGS = {"", ".py", ".md", ".js", ".css", ".ipynb", ".toml", ".yml", ".yaml", ".txt", ".cff"}

CALLS = {
    "eval": "parse the text",
    "exec": "call the function",
    "print": "put it into the product; only the command line prints",
    "os.system": "use subprocess with a list",
    "os.chdir": "pass absolute paths",
    "os.putenv": "give the child its own environment",
    "warnings.filterwarnings": "use warnings.catch_warnings around the one call",
    "warnings.simplefilter": "use warnings.catch_warnings around the one call",
}
MODULES = {"pickle", "dill", "cloudpickle", "shelve", "marshal"}
"""Reading these runs whatever the file says."""
PROTOCOL = {"AttributeError", "NotImplementedError", "StopIteration", "SystemExit", "KeyError"}
"""Errors that Python itself asks for: __getattr__, iteration, mappings, the command line's end."""
LOCAL = {
    "engines/registry.py": "TypeError: load() makes an EngineMissingError of it",
    "files/fits.py": "ValueError: open_fits() makes a FileError of it",
    "files/region_table.py": "ValueError: region_of() makes a warning of it",
    "files/rmf_matrix.py": "ValueError: open_fits() makes a FileError of it",
    "files/table.py": "ValueError: open_fits() makes a FileError of it",
    "science/confidence.py": "NewMinimumError: a message to the search's caller, never to a user",
}
"""Files that raise an error which never leaves the package, and who catches it."""
MACHINE = re.compile(r"(?<![\w.:/~$}<])/(?:home|root|work|Users|mnt|opt)/\w")
ADDRESS = re.compile(r"https?://([\w.-]+)")
DOCUMENTS = (
    "harvard.edu", "caltech.edu", "doi.org", "nasa.gov", "nist.gov", "si.edu", "github.com",
    "w3.org", "python.org", "readthedocs.io", "arxiv.org", "127.0.0.1", "localhost",
    "keepachangelog.com", "semver.org", "mybinder.org", "jupyter.org", "mozilla.org",
    "sigstore.dev", "github.io", "iau.org", "example.org", "heasarc.org",
    "ivoa.net",
)  # fmt: skip
"""Hosts that may be linked as documents; nothing is fetched from them."""


def test_no_forbidden_call():
    assert [
        f"{name}: {call}" for name, tree in TREES.items() for call in bad_calls(name, tree)
    ] == []


def test_nothing_is_read_that_runs_code():
    assert {name: bad for name, tree in TREES.items() if (bad := imported(tree) & MODULES)} == {}


def test_every_raised_error_is_ours():
    foreign = {name: bad for name, tree in TREES.items() if (bad := foreign_errors(tree))}
    assert {name: bad for name, bad in foreign.items() if name not in LOCAL} == {}


def test_nothing_is_caught_wholesale_in_silence():
    assert [f"{name}:{line}" for name, tree in TREES.items() for line in silenced(tree)] == []


def test_no_place_of_one_machine_and_no_stray_address():
    texts = [p for folder in FOLDERS for p in (ROOT / folder).rglob("*") if p.suffix in ENDINGS]
    skipped = {".ipynb_checkpoints", "__pycache__", "data"}
    texts = [p for p in texts if p.is_file() and not skipped & set(p.parts)]
    texts.remove(Path(__file__).resolve())
    assert len(texts) > 20
    bad = {str(p.relative_to(ROOT)): stray(p.read_text("utf-8", "replace")) for p in texts}
    assert {name: found for name, found in bad.items() if found} == {}


def bad_calls(name: str, tree: ast.Module) -> list[str]:
    """Describe the calls that have no place in a file of the package."""
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.With)]
    caught = [n for n in blocks if "catch_warnings" in ast.unparse(n.items[0])]
    inside = {id(call) for block in caught for call in ast.walk(block)}
    found = []
    for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
        what = ast.unparse(call.func)
        said = what == "print" and (name.startswith(("cli", "commands/")))
        kept = what == "warnings.simplefilter" and id(call) in inside
        if what in CALLS and not said and not kept:
            found.append(f"line {call.lineno}: {what}(): {CALLS[what]}")
        if any(keyword.arg == "shell" for keyword in call.keywords):
            found.append(f"line {call.lineno}: shell=: pass a list")
    return found


def imported(tree: ast.Module) -> set[str]:
    """Name the top packages that a file imports."""
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names]
    names += [n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


def raised(tree: ast.Module) -> set[str]:
    """Name the classes of the errors that a file raises anew."""
    calls = [n.exc for n in ast.walk(tree) if isinstance(n, ast.Raise)]
    names = {ast.unparse(c.func).rpartition(".")[2] for c in calls if isinstance(c, ast.Call)}
    return {n for n in names if n.endswith("Error") or hasattr(builtins, n)}


def foreign_errors(tree: ast.Module) -> set[str]:
    """Name the errors a file raises that are neither ours nor asked for by Python's protocols."""
    classes = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    own = {c.name for c in classes if any(hasattr(errors, ast.unparse(b)) for b in c.bases)}
    return raised(tree) - own - PROTOCOL - {name for name in vars(errors) if "Error" in name}


def silenced(tree: ast.Module) -> list[int]:
    """Give the lines where every error is caught and nothing is done."""
    return [
        handler.lineno
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or ast.unparse(handler.type) in {"Exception", "BaseException"})
        and all(isinstance(line, ast.Pass | ast.Continue) for line in handler.body)
    ]


def stray(text: str) -> set[str]:
    """Give the places of one machine and the addresses that are no documents."""
    hosts = {host.rstrip(".") for host in ADDRESS.findall(text)}
    return set(MACHINE.findall(text)) | {host for host in hosts if not host.endswith(DOCUMENTS)}


@pytest.mark.parametrize(
    ("rule", "bad"),
    [
        (lambda tree: bad_calls("x.py", tree), "print(1)"),
        (lambda tree: bad_calls("x.py", tree), "eval('1')"),
        (lambda tree: bad_calls("x.py", tree), "subprocess.run('ls', shell=True)"),
        (lambda tree: bad_calls("x.py", tree), "warnings.simplefilter('ignore')"),
        (lambda tree: imported(tree) & MODULES, "from pickle import loads"),
        (foreign_errors, "raise ValueError('no')"),
        (foreign_errors, "raise other.StrangeError('no')"),
        (silenced, "try:\n    a()\nexcept Exception:\n    pass"),
        (lambda tree: stray(ast.unparse(tree)), "a = '/home/someone/x'"),
        (lambda tree: stray(ast.unparse(tree)), "a = 'https://cdn.example.com/x.js'"),
    ],
)
def test_the_rules_themselves_work(rule, bad):
    assert rule(ast.parse(bad))
    assert not rule(
        ast.parse("with warnings.catch_warnings():\n    warnings.simplefilter('error')")
    )
