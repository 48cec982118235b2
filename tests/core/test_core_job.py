"""Tokens: stop, and how far."""

from __future__ import annotations

import pytest

from nuwidgets.core import job
from nuwidgets.core.job import Progress, Token
from nuwidgets.errors import CancelledError


def test_a_bare_token_is_silent():
    token = Token()
    token.report(0.5, "stage", "line")
    token.check()
    token.cancel()
    with pytest.raises(CancelledError, match="Stopped on request; the settings are kept"):
        token.check()


def test_reports_are_throttled_but_stages_and_the_end_pass(monkeypatch):
    now, heard = [0.0], []
    monkeypatch.setattr(job.time, "monotonic", lambda: now[0])
    token = Token(heard.append)
    for n in range(100):
        now[0] = n * 0.01
        token.report(n / 100, line=str(n))
    assert len(heard) == 10
    token.report(stage="next")
    token.report(1)
    assert [(p.fraction, p.stage, p.line) for p in heard[-2:]] == [
        (None, "next", "99"),
        (1.0, "next", "99"),
    ]


def test_what_is_left_out_stays_and_fractions_are_kept_inside(monkeypatch):
    heard = []
    monkeypatch.setattr(job, "REST_S", 0.0)
    token = Token(heard.append)
    token.report(0.3, "one", "a")
    token.report(line="b")
    token.report(7)
    token.report(-7)
    assert [(p.fraction, p.stage, p.line) for p in heard] == [
        (0.3, "one", "a"),
        (0.3, "one", "b"),
        (1.0, "one", "b"),
        (0.0, "one", "b"),
    ]
    assert len({p.started_s for p in heard}) == 1
    assert isinstance(heard[0], Progress)


def test_stop_is_called_only_inside():
    token, stopped = Token(), []
    with token.stopping(lambda: stopped.append(1)):
        pass
    token.cancel()
    assert stopped == []
    with (
        pytest.raises(CancelledError, match="Stopped on request"),
        token.stopping(lambda: stopped.append(2)),
    ):
        stopped.append(3)
    assert stopped == []
