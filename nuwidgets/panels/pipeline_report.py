"""How the runs of a pipeline ended: a report by observation, with what each made or lacks."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from nuwidgets.domain.task import DONE, FAILED, SKIPPED
from nuwidgets.panels.pipeline_lines import KINDS
from nuwidgets.panels.task_log import last_lines_html
from nuwidgets.panels.task_result import files_html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.task import TaskRun


def sum_words(runs: Sequence[TaskRun]) -> str:
    """Say how many runs ended how.

    Examples
    --------
    >>> from nuwidgets.domain.task import TaskRun
    >>> sum_words([TaskRun("t", "a"), TaskRun("t", "b", "failed"), TaskRun("t", "c")])
    '2 of 3 runs done, 1 failed.'
    """
    counts = {state: sum(run.state == state for run in runs) for state in KINDS}
    done = counts.pop(DONE)
    words = {SKIPPED: "taken from the archive"}
    rest = [f"{n} {words.get(state, state)}" for state, n in counts.items() if n]
    plural = "" if len(runs) == 1 else "s"
    first = f"{done} of {len(runs)} run{plural} done" if done or not rest else ""
    return ", ".join([first, *rest] if first else rest) + "." if runs else ""


def report_html(runs: Sequence[TaskRun]) -> str:
    """Give the report by observation; what a log says is text, never markup."""
    observations: dict[str, list[TaskRun]] = {}
    for run in runs:
        observations.setdefault(run.subject.partition(" ")[0], []).append(run)
    parts = (_observation_html(name, its) for name, its in observations.items())
    return f'<div class="nuw-report">{"".join(parts)}</div>' if observations else ""


def _observation_html(name: str, runs: list[TaskRun]) -> str:
    heads = (
        f'<span class="nuw-state nuw-{KINDS.get(run.state, "empty")}">●'
        f" {html.escape(_which(run))} {html.escape(run.state)}</span>"
        for run in runs
    )
    more = "".join(map(_more_html, runs))
    return f"<div><b>{html.escape(name)}</b> {' '.join(heads)}{more}</div>"


def _more_html(run: TaskRun) -> str:
    """Give what a run made, or what went wrong; who stopped one knows why."""
    return trouble_html(run) if run.state == FAILED else files_html(run, _which(run))


def _which(run: TaskRun) -> str:
    return run.subject.partition(" ")[2] or run.task


def trouble_html(run: TaskRun) -> str:
    """Say all that is known of what went wrong."""
    says = [html.escape(f"{_which(run)}: {run.problem or run.state}")]
    if run.error_line and run.error_line not in run.problem:
        says.append(f"<code>{html.escape(run.error_line)}</code>")
    lines = last_lines_html(run.log_tail)
    return f'<div class="nuw-trouble">{"<br>".join(says)}{lines}</div>'
