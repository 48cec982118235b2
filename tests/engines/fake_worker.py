"""A worker that prints at C level, raises, sleeps, floods, hangs up and crashes on demand."""

import ctypes
import os
import subprocess
import sys
import time

from nuwidgets.engines.serve import serve

LIBC = ctypes.CDLL(None)


def echo(payload, report):
    LIBC.puts(b"at C level")
    LIBC.fflush(None)
    return {"pid": os.getpid(), "payload": payload}


def fail(payload, report):
    print("about to fail", flush=True)
    raise ValueError("no such model: powerlwa")


def sleep(payload, report):
    report(0.5, "sleeping", "zzz")
    time.sleep(payload)
    return "awake"


def flood(payload, report):
    for n in range(payload):
        print("line", n)
    return "done"


def crash(payload, report):
    print("last words", flush=True)
    ctypes.string_at(0)


def leave(payload, report):
    sys.stdout.flush()
    os._exit(3)


def hang_up(payload, report):
    os.close(int(sys.argv[1]))
    time.sleep(60)


def babble(payload, report):
    os.write(int(sys.argv[1]), b"\0\0\0\5hello")
    time.sleep(60)


def spawn(payload, report):
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid


def stubborn(payload, report):
    return object()


HANDLERS = {
    f.__name__: f
    for f in (echo, fail, sleep, flood, crash, leave, hang_up, babble, spawn, stubborn)
}

if __name__ == "__main__":
    serve(HANDLERS, int(sys.argv[1]))
