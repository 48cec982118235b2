"""What the command line says of a session file."""

from __future__ import annotations

import json

from nuwidgets.cli import main
from nuwidgets.session import Session


def test_open_says_what_is_in_a_session_file(observation, tmp_path, capsys):
    path = tmp_path / "a.nuw"
    with Session(live=False) as session:
        session.add_events(observation / "event_cl" / f"nu{observation.name}A01_cl.evt")
        session.fit.model = "tbabs*powerlaw"
        session.save(path)
    assert main(["open", str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["kind"] == "session"
    assert said["model"] == "tbabs*powerlaw"
    assert [d["instrument"] for d in said["datasets"]] == ["FPMA"]


def test_a_broken_session_file_is_a_sentence(tmp_path, capsys):
    path = tmp_path / "a.nuw"
    path.write_text('{"format": "nuwidgets session", "version":')
    assert main(["open", str(path)]) == 1
    assert "Cannot open the session file" in capsys.readouterr().err
