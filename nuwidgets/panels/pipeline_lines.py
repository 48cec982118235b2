"""What is said of each run of the pipeline in its line, and the queue of those that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.task import DONE, ENDED_WELL, FAILED, RUNNING, SKIPPED, STOPPED, WAITING
from nuwidgets.widgets.run_list import line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nuwidgets.domain.progress import Part
    from nuwidgets.domain.task import TaskRun

KINDS = {
    WAITING: "empty", RUNNING: "running", DONE: "fresh", SKIPPED: "fresh", STOPPED: "stale",
    FAILED: "failed",
}  # fmt: skip
LONG_S, HOUR_S = 100.0, 3600.0
Lines = list[dict[str, Any]]


def duration(seconds: float) -> str:
    """Give a time as one says it.

    Examples
    --------
    >>> duration(3.21), duration(75.0), duration(754.0), duration(4000.0)
    ('3.2 s', '75 s', '12 min 34 s', '1 h 06 min')
    """
    if seconds < LONG_S:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"  # noqa: PLR2004
    minutes, rest = divmod(round(seconds), 60)
    if seconds < HOUR_S:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def queue_of(parts: Iterable[Part], order: Sequence[str]) -> list[str]:
    """Give the names of runs that wait, in the order in which they will begin.

    Parameters
    ----------
    parts : iterable of Part
        All runs, in the order in which they were asked for.
    order : sequence of str
        Names that come first, as far as they wait.
    """
    waiting = [part.name for part in parts if part.state == WAITING]
    first = [name for name in order if name in waiting]
    return [*first, *(name for name in waiting if name not in first)]


def moved(queue: Sequence[str], name: str, by: int) -> tuple[str, ...]:
    """Give the queue with one name so many places later; it stays between the ends.

    Examples
    --------
    >>> moved(("a", "b", "c"), "c", -1), moved(("a", "b"), "b", 1)
    (('a', 'c', 'b'), ('a', 'b'))
    """
    rest = [one for one in queue if one != name]
    place = min(max(list(queue).index(name) + by, 0), len(rest))
    return (*rest[:place], name, *rest[place:])


def moving(parts: Sequence[Part], order: Sequence[str]) -> Lines:
    """Give lines of runs under way: what has begun first, then the queue."""
    queue, known = queue_of(parts, order), {part.name: part for part in parts}
    begun = [part for part in parts if part.state != WAITING]
    lines = [_begun(part) for part in begun]
    for place, name in enumerate(queue):
        can = ["up"] if place else []
        can += ["down"] if place < len(queue) - 1 else []
        says = known[name].says or ("next" if not place else f"{place + 1}. in the queue")
        lines.append(line(name, whose(name), WAITING, says=says, can=[*can, "stop"]))
    return lines


def whose(name: str) -> str:
    """Give whose run it is, from its name: the task is the same for all.

    Examples
    --------
    >>> whose("60001110002 FPMA nupipeline"), whose("ftlist")
    ('60001110002 FPMA', 'ftlist')
    """
    return name.rpartition(" ")[0] or name


def _begun(part: Part) -> dict[str, Any]:
    kind = KINDS.get(part.state, "running")
    can = ["stop"] if part.state == RUNNING else []
    return line(
        part.name, whose(part.name), part.state,
        kind=kind, fraction=part.fraction, says=part.says, can=can,
    )  # fmt: skip


def ended(runs: Iterable[TaskRun]) -> Lines:
    """Give lines of runs that have ended, in their order."""
    return [
        line(
            run.name, run.subject or run.name, run.state,
            kind=KINDS.get(run.state, "empty"), fraction=1.0 if run.ok else None, says=verdict(run),
        )
        for run in runs
    ]  # fmt: skip


def halted(parts: Sequence[Part]) -> Lines:
    """Give lines of runs that were under way, or in the queue, when all were stopped."""
    shown = []
    for part in parts:
        begun, over = part.state != WAITING, part.state in (*ENDED_WELL, FAILED, STOPPED)
        state = part.state if over or not begun else STOPPED
        says = part.says if over else "nothing is kept" if begun else ""
        kind, fraction = KINDS.get(state, "empty"), part.fraction if begun else None
        name = "not begun" if state == WAITING else state
        shown.append(
            line(part.name, whose(part.name), name, kind=kind, fraction=fraction, says=says)
        )
    return shown


def halted_words(parts: Sequence[Part]) -> str:
    """Say what came of runs that were all stopped.

    Examples
    --------
    >>> from nuwidgets.domain.progress import Part
    >>> halted_words([Part("a", DONE), Part("b", RUNNING)])
    'Stopped; 1 of 2 runs had ended well and is kept.'
    """
    done = sum(part.state in ENDED_WELL for part in parts)
    kept = f" and {'is' if done == 1 else 'are'} kept" if done else ""
    plural = "" if len(parts) == 1 else "s"
    return f"Stopped; {done or 'none'} of {len(parts)} run{plural} had ended well{kept}."


def verdict(run: TaskRun) -> str:
    """Say in one line how a run went."""
    took = f" · {duration(run.seconds)}" if run.seconds else ""
    files = f"{len(run.files)} file" + ("" if len(run.files) == 1 else "s")
    if run.state == SKIPPED:
        return f"not run: the archive's cleaned events, {files}"
    if run.ok:
        return files + took
    if run.state == STOPPED:
        return f"stopped{f' after {duration(run.seconds)}' if run.seconds else ''}; nothing is kept"
    after = f" after {duration(run.seconds)}" if run.seconds else ""
    parts = (f"{_code(run)}{after}" if _code(run) else "", run.error_line or run.problem)
    return " · ".join(part for part in parts if part)


def _code(run: TaskRun) -> str:
    if run.exit_code is None:
        return ""
    return f"signal {-run.exit_code}" if run.exit_code < 0 else f"exit status {run.exit_code}"


def elsewhere(known: Iterable[Any], names: Iterable[str]) -> Lines:
    """Give lines of runs that go on in this workspace and were begun by another kernel."""
    mine = set(names)
    return [
        line(
            f"~{one.key}", one.name, RUNNING,
            kind="running", says="goes on: begun by another kernel", can=["stop"],
        )
        for one in known
        if one.state == RUNNING and one.name not in mine
    ]  # fmt: skip
