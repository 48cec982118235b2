"""What is done a little later, in a thread of its own."""

from __future__ import annotations

import threading
import time

from nuwidgets.core.later import Later


def test_closing_waits_for_a_thread_that_is_just_being_started(monkeypatch):
    began = threading.Event()
    plain = threading.Thread.start

    def slow(thread):
        if thread.name == "nuwidgets-later":
            began.set()
            time.sleep(0.1)
        plain(thread)

    monkeypatch.setattr(threading.Thread, "start", slow)
    later = Later(lambda: True)
    other = threading.Thread(target=later.wake)
    other.start()
    assert began.wait(5.0)
    later.close()
    other.join()
    assert not [one for one in threading.enumerate() if one.name == "nuwidgets-later"]
