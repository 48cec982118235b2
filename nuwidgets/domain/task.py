"""One run of a task by name, as HEASoft's tasks are run: parameters in, files out."""

from __future__ import annotations

from dataclasses import dataclass, field

from nuwidgets.domain.provenance import Provenance

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
STOPPED, SKIPPED = "stopped", "skipped"
ENDED_WELL = (DONE, SKIPPED)
"""States in which nothing is missing."""
OUT = "{out}"
"""In a parameter: the folder of the run's products, wherever that will be."""

Plain = str | int | float | bool | None
Parameters = tuple[tuple[str, Plain], ...]


@dataclass(frozen=True)
class TaskRequest:
    """Ask for one run of a task.

    Examples
    --------
    >>> TaskRequest("ftlist", (("infile", "a.evt"), ("option", "T"))).given["option"]
    'T'
    """

    task: str
    """Its name, e.g. ``"nupipeline"``."""
    parameters: Parameters = ()
    """Those that are given, as pairs; the others are as in the task's par file."""
    subject: str = ""
    """Whose run it is, e.g. ``"60001110002 FPMA"``: one line of a report."""
    inputs: tuple[str, ...] = ()
    """Files and folders it reads beside those that its parameters name."""
    engine: str = ""
    """Who runs it: ``"heasoft"``, or empty for the embedded engine."""
    stamp: tuple[tuple[int, ...], ...] = field(default=(), repr=False)
    """Time of change, ns, and size, bytes, of what it reads: a changed file is another one."""

    @property
    def given(self) -> dict[str, Plain]:
        """The parameters by name."""
        return dict(self.parameters)


@dataclass(frozen=True)
class TaskRun:
    """How a run of a task went, and what it made."""

    task: str
    """Its name."""
    subject: str = ""
    """Whose run it is."""
    state: str = DONE
    """``"done"``, ``"failed"``, ``"stopped"`` or ``"skipped"``."""
    folder: str = ""
    """Where its products are; empty if there are none."""
    files: tuple[str, ...] = ()
    """The products, as paths below `folder`."""
    exit_code: int | None = None
    """Exit status; negative is the number of the signal that ended it; None if it never ran."""
    began_s: float = 0.0
    """When it began, seconds since 1970 (UTC)."""
    seconds: float = 0.0
    """How long it took, s."""
    log_path: str = ""
    """Where all that it said is; empty if it said nothing."""
    problem: str = ""
    """What went wrong and what to do, in one or two sentences; empty if nothing did."""
    error_line: str = ""
    """The line of the log that says what went wrong, if one was found."""
    log_tail: tuple[str, ...] = ()
    """The last lines of the log, at most 20."""
    sidecar_path: str = ""
    """The JSON file beside the products that says how they were made."""
    request: TaskRequest | None = field(default=None, repr=False)
    """What was asked."""
    provenance: Provenance = field(default_factory=Provenance, repr=False)
    """How it was made."""

    @property
    def ok(self) -> bool:
        """Whether nothing is missing."""
        return self.state in ENDED_WELL

    @property
    def name(self) -> str:
        """Subject and task, e.g. ``"60001110002 FPMA nupipeline"``."""
        return f"{self.subject} {self.task}".strip()

    def path(self, ending: str) -> str:
        """Give the only product whose name ends so, as a whole path; empty if there is none.

        Examples
        --------
        >>> TaskRun("nuproducts", folder="/data", files=("nu1A01_sr.pha",)).path("_sr.pha")
        '/data/nu1A01_sr.pha'
        """
        found = [name for name in self.files if name.removesuffix(".gz").endswith(ending)]
        return f"{self.folder}/{found[0]}" if len(found) == 1 else ""

    def __repr__(self) -> str:
        made = f", {len(self.files)} files" if self.files else ""
        code = "" if self.exit_code in (None, 0) else f", exit status {self.exit_code}"
        return f"<TaskRun {self.name}: {self.state}{code}{made}>"
