"""The output of a running task: caught, and shown or written as it comes."""

import contextlib
import io
import selectors
import sys
from pathlib import Path

ONLY_LOG = 20


def read_live(process, verbose, logfile):
    """Read until the end; chunks are decoded as UTF-8 one by one, so other bytes raise an error."""
    pipes = {process.stdout: (io.StringIO(), sys.stdout)}
    if process.stderr is not None:
        pipes[process.stderr] = io.StringIO(), sys.stderr
    with contextlib.ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        log = stack.enter_context(Path(logfile).open("a", encoding="utf-8")) if logfile else None
        for pipe in pipes:
            selector.register(pipe, selectors.EVENT_READ)
        done = False
        while not done:
            for key, _ in selector.select():
                text = key.fileobj.read1().decode()
                done = done or not text
                _put(text, *pipes[key.fileobj], log, verbose)
    texts = [kept.getvalue() for kept, _ in pipes.values()]
    return texts[0], texts[1] if process.stderr is not None else None


def _put(text, kept, screen, log, verbose):
    kept.write(text)
    if verbose != ONLY_LOG:
        screen.write(text)
    if log:
        log.write(text)
