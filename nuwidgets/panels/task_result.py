"""What a task has made, and how that went, as a few lines."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from nuwidgets.panels.download_wanted import short
from nuwidgets.panels.pipeline_lines import KINDS, duration

if TYPE_CHECKING:
    from nuwidgets.domain.task import TaskRun

MOST_FILES = 200
"""So many files are listed."""


def result_html(run: TaskRun) -> str:
    """Say how a run ended, and list its files; names are text, never markup."""
    parts = [f"exit status {run.exit_code}" if run.exit_code is not None else ""]
    parts += [duration(run.seconds) if run.seconds else "", run.problem]
    says = html.escape(" · ".join(part for part in parts if part))
    kind = KINDS.get(run.state, "empty")
    head = f'<span class="nuw-state nuw-{kind}">● {html.escape(run.state)}</span> {says}'
    return f'<div class="nuw-report"><div>{head}</div>{files_html(run, opened=True)}</div>'


def files_html(run: TaskRun, which: str = "", *, opened: bool = False) -> str:
    """List the products of a run, folded away unless `opened`; empty where there are none."""
    if not run.files:
        return ""
    count = f"{len(run.files)} file" + ("" if len(run.files) == 1 else "s")
    names = "".join(f"<li>{html.escape(name)}</li>" for name in run.files[:MOST_FILES])
    more = len(run.files) - MOST_FILES
    names += f"<li>… and {more} more</li>" if more > 0 else ""
    before = f"{html.escape(which)}: " if which else ""
    place = f"{before}{count} in <code>{html.escape(short(run.folder))}</code>"
    mark = " open" if opened else ""
    return f'<details{mark}><summary>{place}</summary><ul class="nuw-files">{names}</ul></details>'
