"""Call heasoftpy in all the documented ways and print what came of it, as JSON.

Run as a script, by a Python whose PYTHONPATH has the package and whose HEADAS is the stand-in tree.
The stand-in package and the real one must print the same.
"""
# ruff: noqa: TID253 - this is about the package

from __future__ import annotations

import io
import json
import os
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path

import heasoftpy as hsp

FILE, HOME = sys.argv[1], Path(sys.argv[2])
SAID: dict[str, object] = {}


def tried(call, *args, **kwargs):
    """Give what a call gives, or the name and first words of its error."""
    try:
        return call(*args, **kwargs)
    except Exception as error:
        words = [w for w in str(error).split("\n") if w.strip() and not w.startswith("-")]
        return f"{type(error).__name__}: {words[0][:30] if words else ''}"


def call_tasks():
    """Parameters may come as keywords, attributes, a dictionary, another task."""
    hsp.Config.allow_failure = True
    by_name = hsp.ftlist(infile=FILE, option="H", noprompt=True)
    SAID["function"] = [by_name.returncode, by_name.stderr, by_name.params, by_name.custom]
    SAID["output"] = by_name.output == by_name.stdout.split("\n") and len(by_name.output) > 3
    task = hsp.HSPTask("ftlist")
    task.infile, task.option = FILE, "T"
    SAID["attributes"] = task(noprompt=True).params
    SAID["another task"] = hsp.HSPTask("ftlist")(task, option="K", noprompt=True).params["option"]
    SAID["dictionary"] = hsp.HSPTask("ftlist")(
        {"infile": FILE, "option": "C", "bogus": 3}, noprompt=True
    ).params
    SAID["attribute before args"] = task({"option": "K"}, noprompt=True).params["option"]
    SAID["keyword before attribute"] = task(option="C", noprompt=True).params["option"]
    SAID["all parameters"] = sorted(hsp.ftlist(infile=FILE, option="H").params)
    SAID["words"] = hsp.ftlist(
        infile=FILE, option="H", rownum=False, outfile=None, noprompt=True
    ).params
    SAID["empty"] = hsp.fversion(outfile="", noprompt=True).params
    SAID["not run"] = hsp.ftlist(infile=FILE, option="H", noprompt=True, do_exec=False)
    SAID["environment"] = [os.environ["HEADASNOQUERY"], os.environ["HEADASPROMPT"]]
    SAID["text"] = [
        word for word in ("Execution Result", "Return Code: 0", "infile") if word in str(by_name)
    ]


def call_failures():
    """A failed task gives a result, a warning, or an error."""
    wrong = {"infile": "nothing.fits", "option": "H", "noprompt": True}
    hsp.Config.allow_failure = True
    SAID["may fail"] = hsp.ftlist(**wrong).returncode
    SAID["may not fail"] = tried(hsp.ftlist, **wrong, allow_failure=False)
    hsp.Config.allow_failure = False
    SAID["config"] = tried(hsp.ftlist, **wrong)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        hsp.ftlist(**wrong, allow_failure="warn")
        SAID["warned"] = [str(w.message) for w in caught if w.category is UserWarning]
    hsp.Config.allow_failure = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        SAID["unset"] = hsp.ftlist(**wrong).returncode
        names = [w.category.__name__ for w in caught]
        SAID["deprecated"] = "HSPDeprecationWarning" in names
    hsp.Config.allow_failure = False
    SAID["no such task"] = tried(hsp.HSPTask, "nosuchtask")
    SAID["no name"] = tried(hsp.HSPTask)
    SAID["odd verbose"] = tried(hsp.ftlist, infile=FILE, option="H", noprompt=True, verbose=2.5)


def call_words():
    """What is shown and what is written, by `verbose`; unreadable bytes."""
    os.environ["STANDIN_FAULT"] = "fversion=latin1"
    SAID["latin-1, caught"] = "Muñoz" in hsp.fversion(noprompt=True).stdout
    SAID["latin-1, shown"] = tried(hsp.fversion, noprompt=True, verbose=20)
    os.environ["STANDIN_FAULT"] = ""
    for verbose in (0, 1, 2, 20, "yes", "no", True):
        log, screen = HOME / f"log{verbose}", io.StringIO()
        with redirect_stdout(screen):
            result = hsp.fversion(noprompt=True, verbose=verbose, logfile=str(log))
        shown = screen.getvalue() == result.stdout
        SAID[f"verbose {verbose}"] = [shown, log.exists() and log.read_text() == result.stdout]
    apart = hsp.fversion(noprompt=True, stderr=True)
    SAID["stderr"] = apart.stderr


def call_swift():
    """The parameter ``mode``: passed when all are, and Swift's tasks break on it."""
    given = {
        "indir": str(HOME),
        "outdir": str(HOME / "out"),
        "steminputs": "sw1",
        "srcra": "1",
        "srcdec": "1",
    }
    plain = hsp.xrtpipeline(**given, allow_failure=True)
    SAID["mode passed"] = [plain.params["mode"], "unknown parameter 'mode'" in plain.stdout]
    task = hsp.HSPTask("xrtpipeline")
    task.par_names = [name for name in task.par_names if name != "mode"]
    dropped = tried(task, **given, allow_failure=True)
    text = dropped if isinstance(dropped, str) else dropped.stdout
    SAID["mode dropped"] = "unknown parameter" in text
    bare = hsp.xrtpipeline(**given, noprompt=True, allow_failure=True)
    SAID["without prompts"] = [sorted(bare.params), "no attitude file" in bare.stdout]


class Own(hsp.HSPTask):
    """A task that Python runs itself."""

    name = "fversion"

    def exec_task(self):
        return type(hsp.HSPTask("fversion")(noprompt=True))(7, "own", None, self.params)


def call_pfiles():
    """Par files: what is written for the user, and a folder of one's own."""
    before = os.environ["PFILES"]
    with hsp.utils.local_pfiles_context():
        own = Path(os.environ["PFILES"].split(";")[0])
        hsp.ftlist(infile=FILE, option="C", rownum=False, noprompt=True)
        lines = (own / "ftlist.par").read_text().splitlines()
        SAID["learned"] = [
            line.split(",")[3].strip('"')
            for line in lines
            if line.startswith(("option,", "rownum,"))
        ]
        SAID["own folder"] = own.name.endswith(".pfiles")
    SAID["after"] = [os.environ["PFILES"] == before, own.exists()]
    given = hsp.utils.local_pfiles(str(HOME / "mine"))
    SAID["given folder"] = [os.environ["PFILES"].split(";")[0] == given, Path(given).is_dir()]
    SAID["module"] = [
        hsp.utils.find_module_name("ftlist"),
        tried(hsp.utils.find_module_name, "nosuch"),
    ]
    SAID["own class"] = Own()(noprompt=True).returncode
    SAID["version"], SAID["where"] = hsp.__version__, hsp.__file__


for part in (call_tasks, call_failures, call_words, call_swift, call_pfiles):
    part()
sys.stdout.write("\n" + json.dumps(SAID))
