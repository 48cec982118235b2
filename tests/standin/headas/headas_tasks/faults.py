"""What goes wrong, switched on by STANDIN_FAULT: ``task[:stage][@words]=kind,...``.

``stage`` is the number of a stage or the name of a sub-task; ``words`` must occur in the values of
the run. Kinds: slow, chatty, fail, segv, kill, prompt, hang, latin1, ansi, nocaldb, full, orphan,
loud_orphan.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

N_CHATTY = 200_000
SLOW_S, ORPHAN_S = "STANDIN_SLOW_S", "STANDIN_ORPHAN_S"
NOW = "STANDIN_FAULT_NOW"
"""Tells a sub-task what to do wrong."""


class TaskError(Exception):
    """The task ends with exit status 1 and these words."""


def wanted(task: str, stage: str, values: list[str]) -> str:
    """Give the kind of fault that is switched on here, or ""."""
    for entry in os.environ.get("STANDIN_FAULT", "").split(","):
        where, _, kind = entry.strip().rpartition("=")
        where, _, words = where.partition("@")
        name, _, at = where.partition(":")
        if name == task and at == stage and (not words or any(words in v for v in values)):
            return kind
    return ""


def happen(kind: str, task: str, out: str = "") -> None:
    """Let it go wrong; `out` is the folder of the products."""
    if not kind:
        return
    if kind not in KINDS:
        raise TaskError(f"stand-in: there is no fault {kind!r}, only {', '.join(KINDS)}")
    KINDS[kind](task, out)


def _slow(task: str, out: str) -> None:
    end = time.monotonic() + float(os.environ.get(SLOW_S, "20"))
    while (left := end - time.monotonic()) > 0:
        print(f"{task}: working, {left:.1f} s left")
        time.sleep(min(0.2, max(left, 0)))


def _chatty(task: str, out: str) -> None:
    block = 1000
    for first in range(0, N_CHATTY, block):
        sys.stdout.write(
            "".join(
                f"{task}: Info: processing row {n:6d} of {N_CHATTY}\n"
                for n in range(first, first + block)
            )
        )
    sys.stdout.flush()


def _fail(task: str, out: str) -> None:
    raise TaskError("wrong values in the input file")


def _segv(task: str, out: str) -> None:
    _by_signal(signal.SIGSEGV)


def _kill(task: str, out: str) -> None:
    _by_signal(signal.SIGKILL)


def _loud_orphan(task: str, out: str) -> None:
    """Leave a process behind that also keeps the output open."""
    _orphan(task, out, None)


def _by_signal(number: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.flush()
    os.kill(os.getpid(), number)


def _prompt(task: str, out: str) -> None:
    """Ask as a task does whose parameter is missing: the terminal, else standard input."""
    print(f"Please enter a value for {task} [] ", end="", flush=True)
    try:
        with Path("/dev/tty").open(encoding="utf-8") as terminal:
            line = terminal.readline()
    except OSError:
        line = sys.stdin.readline()
    print()
    if not line:
        raise TaskError("end of input while a value was asked for")


def _hang(task: str, out: str) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    print(f"{task}: Info: waiting")
    while True:
        time.sleep(3600)


def _latin1(task: str, out: str) -> None:
    sys.stdout.flush()
    sys.stdout.buffer.write(
        b"Observer: Mu\xf1oz, Sj\xf6str\xf6m; offset 3.2 \xb1 0.1 \xb5m at 20 \xb0C\n"
    )
    sys.stdout.buffer.write("Source: \u03b3 Cas \u2013 100 \u00b5m\n".encode())
    sys.stdout.buffer.flush()


def _ansi(task: str, out: str) -> None:
    print("\x1b[1;31mRED\x1b[0m and \x1b[32mgreen\x1b[0m, \x1b]0;title\x07a title, a bell \x07")
    print("<script>document.title = 'taken'</script> <b>bold</b> & <img src=x onerror=alert(1)>")
    print("progress  10%\rprogress  50%\rprogress 100%")


def _nocaldb(task: str, out: str) -> None:
    print(f"{task}: Error: Unable to get alignment file from CALDB")
    raise TaskError("Unable to get the calibration file from CALDB")


def _full(task: str, out: str) -> None:
    """Leave half a file behind, as a full disk does."""
    if out:
        Path(out).mkdir(parents=True, exist_ok=True)
        (Path(out) / f"{task}_half.evt").write_bytes(b"SIMPLE  =                    T" + b" " * 900)
    print(f"{task}: Error: write failed: No space left on device")
    raise TaskError("cannot write the output file: No space left on device")


def _orphan(task: str, out: str, stdout: int | None = subprocess.DEVNULL) -> None:
    lasts = os.environ.get(ORPHAN_S, "60")
    child = subprocess.Popen(
        [sys.executable, "-IS", "-c", f"import time; time.sleep({float(lasts)})"],
        stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    print(f"{task}: stand-in: process {child.pid} goes on in a session of its own")
    sys.stdout.flush()
    child.returncode = 0


KINDS = {
    "slow": _slow, "chatty": _chatty, "fail": _fail, "prompt": _prompt, "hang": _hang,
    "latin1": _latin1, "ansi": _ansi, "nocaldb": _nocaldb, "full": _full, "orphan": _orphan,
    "loud_orphan": _loud_orphan, "segv": _segv, "kill": _kill,
}  # fmt: skip
