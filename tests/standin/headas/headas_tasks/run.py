"""One run of a stand-in task: what it says, the sub-tasks it starts, how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from headas_tasks import faults, parameters, subtask
from headas_tasks.faults import TaskError

VERSIONS = {
    "nupipeline": "0.4.9", "nuproducts": "0.3.3", "nuexpomap": "1.0.6", "xrtpipeline": "0.13.7",
    "xrtproducts": "0.4.3", "xrtexpomap": "0.2.7", "ftgrouppha": "1.3", "ftlist": "1.31",
    "ftcopy": "1.20", "fversion": "1.0",
}  # fmt: skip
PIPELINES = ("nupipeline", "nuproducts", "nuexpomap", "xrtpipeline", "xrtproducts", "xrtexpomap")
SECTION, DASHES = "=" * 60, "-" * 60
NO_MODE = ("xrtpipeline", "xrtproducts", "xrtexpomap")
"""Tasks that cannot read a ``mode=`` on their command line (a known bug)."""


class Run:
    """A task with its values."""

    def __init__(self, task: str, values: parameters.Values) -> None:
        self.task, self.values = task, values
        self.version = VERSIONS.get(task, "1.0")
        self.prefix = f"{task}_{self.version}:"

    @property
    def out(self) -> Path:
        """The folder of the products."""
        return Path(self.values.get("outdir", ".") or ".")

    def say(self, *lines: str) -> None:
        print(*lines, sep="\n", flush=True)

    def info(self, text: str) -> None:
        self.say(f"{self.prefix} Info: {text}")

    def warn(self, text: str) -> None:
        self.say(f"{self.prefix} Warning: {text}")

    def banner(self, *lines: str) -> None:
        self.say(SECTION, *(f"{self.prefix} {line}" for line in lines), SECTION)

    def stage(self, name: str) -> None:
        """Begin a stage: here something may go wrong."""
        self.fault(name)

    def fault(self, stage: str = "") -> None:
        kind = faults.wanted(self.task, stage, list(self.values.values()))
        faults.happen(kind, self.task, str(self.out))

    def launch(self, name: str, **given: object) -> None:
        """Run a sub-task as a process of its own and say so."""
        words = [f"{key}={value}" for key, value in given.items()]
        command = f"{name} {' '.join(words)}"
        self.info(f"Running '{name}'")
        self.say(f"Command: {command}")
        environ = {k: v for k, v in os.environ.items() if k != faults.NOW}
        kind = faults.wanted(self.task, name, [*self.values.values(), *words])
        if kind:
            environ[faults.NOW] = kind
        program = Path(os.environ["HEADAS"]) / "bin" / name
        done = subprocess.run([str(program), *words], env=environ, check=False)
        if done.returncode:
            self.say(f"{self.prefix} Error: running '{name}'", "The run was:", command)
            raise TaskError(f"running '{name}'")
        self.info(f"'{name}' exit with success.")

    def need(self, *names: str) -> None:
        """Refuse to go on without these."""
        for name in names:
            if not self.values[name]:
                raise TaskError(f"parameter {name} is required and was not given")

    def check_words(self, *names: str) -> None:
        """Refuse file names with spaces: xselect reads its commands word by word."""
        for name in names:
            if " " in self.values[name]:
                raise TaskError(f"xselect cannot read {name}='{self.values[name]}': it has a space")

    def check_new(self, *paths: Path | str) -> None:
        """Refuse to replace a file unless clobber=yes."""
        for path in paths:
            if path and Path(path).exists() and not self.values.yes("clobber"):
                self.say(f"{self.prefix} Error: the file '{path}' exists and clobber=no")
                raise TaskError(f"{path} already exists")


def caldb_has(mission: str) -> bool:
    """Say whether there is an index of calibration files."""
    caldb = os.environ.get("CALDB", "")
    return bool(caldb) and (Path(caldb) / "data" / mission / "caldb.indx").is_file()


def date_now() -> str:
    """Give the time as the tasks' last lines have it."""
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def main(task: str) -> int:
    """Run a task with the command line's arguments; give the exit status."""
    sys.stdout.reconfigure(line_buffering=True)
    arguments = sys.argv[1:]
    try:
        if task not in VERSIONS:
            return subtask.main(task, arguments)
        return _run(task, arguments)
    except BrokenPipeError:
        return 1


def _run(task: str, arguments: list[str]) -> int:
    if task in PIPELINES:
        print(f"STAND-IN for {task}: this is not HEASoft's task")
    try:
        values = _values(task, arguments)
    except parameters.ParameterError as error:
        print(f"{task}_{VERSIONS[task]}: Error: {error}")
        return 1
    module = import_module(f"headas_tasks.{task}")
    run = Run(task, values)
    try:
        module.begin(run)
        run.fault()
        module.work(run)
    except (TaskError, OSError) as error:
        module.failed(run, error)
        return 1
    module.ended(run)
    return 0


def _values(task: str, arguments: list[str]) -> parameters.Values:
    if task in NO_MODE and any(word.startswith("mode=") for word in arguments):
        raise parameters.ParameterError("unknown parameter 'mode': cannot parse the command line")
    return parameters.values_of(task, arguments)
