"""The schema in docs/ describes the files that are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from session_samples import record_of

from nuwidgets.files.session_file import KeptFile, opened, session_text

DOCS = Path(__file__).resolve().parents[2] / "docs"
jsonschema = pytest.importorskip("jsonschema")


@pytest.fixture
def schema():
    return json.loads((DOCS / "session.schema.json").read_text(encoding="utf-8"))


def test_what_is_written_fits_the_schema(tmp_path, schema):
    kept = {"fit": KeptFile("a-kept/fit.fits", "ab" * 32, "fit-0123456789ab")}
    text = session_text(record_of(tmp_path / "ev.fits", 2), tmp_path, kept)
    jsonschema.validate(json.loads(text), schema)


def test_the_schema_refuses_what_the_reader_refuses(tmp_path, schema):
    plain = json.loads(session_text(record_of(tmp_path / "ev.fits"), tmp_path))
    for name in schema["required"]:
        less = {key: value for key, value in plain.items() if key != name}
        with pytest.raises(jsonschema.ValidationError, match=name):
            jsonschema.validate(less, schema)


def test_the_schema_knows_what_a_list_of_files_has(tmp_path, schema):
    plain = json.loads(session_text(record_of(tmp_path / "ev.fits"), tmp_path))
    product = plain["steps"]["files"]["product"]
    for name in schema["$defs"]["listing"]["required"]:
        less = {key: value for key, value in product.items() if key != name}
        steps = {**plain["steps"], "files": {**plain["steps"]["files"], "product": less}}
        with pytest.raises(jsonschema.ValidationError, match=name):
            jsonschema.validate({**plain, "steps": steps}, schema)
    steps = {**plain["steps"], "files": {**plain["steps"]["files"], "product": {"is": "Flux"}}}
    jsonschema.validate({**plain, "steps": steps}, schema)


def test_the_example_of_the_page_opens(tmp_path, schema):
    page = (DOCS / "session-file.md").read_text(encoding="utf-8")
    text = page.split("```json\n")[1].split("```")[0]
    jsonschema.validate(json.loads(text), schema)
    found = opened(text, tmp_path)
    assert found.record.datasets[0].pointing.obs_id == "60001110002"
