"""Session files: what is written comes back, and no file does harm."""

from __future__ import annotations

import copy
import json
import os
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from session_samples import fit_request, record_of

from nuwidgets.errors import FileError
from nuwidgets.files.pretty import ROW_WIDTH, pretty
from nuwidgets.files.session_file import KeptFile, opened, read_session, session_text
from nuwidgets.files.session_migrations import MIGRATIONS, VERSION, migrated
from nuwidgets.files.versions import home_of, versions_of

N_SPOILED = 2000


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "data" / "ev.fits"
    path.parent.mkdir()
    path.write_bytes(b"")
    return path


@pytest.fixture
def record(events):
    return record_of(events)


@pytest.fixture
def saved(tmp_path, record):
    path = tmp_path / "a.nuw"
    path.write_text(session_text(record, tmp_path), encoding="utf-8")
    return path


def changed(saved, **parts):
    """Write the file anew with other parts."""
    plain = {**json.loads(saved.read_text(encoding="utf-8")), **parts}
    saved.write_text(json.dumps(plain), encoding="utf-8")
    return saved


def test_a_session_comes_back_equal(record, saved):
    found = read_session(saved)
    assert found.record == record
    assert (found.missing, found.warnings, found.kept) == ((), (), {})
    fit, errors = found.record.steps["fit"], found.record.steps["errors"]
    assert fit.product.statistic == 312.5
    assert fit.product.covariance.tobytes() == record.steps["fit"].product.covariance.tobytes()
    assert repr(fit.product.sigma) == "(0.1, nan)"
    assert errors.product.intervals[0].hi == float("inf")
    assert errors.product.provenance.warnings == ("The response is approximate.",)
    assert found.record.steps["flux"].product.erg_per_cm2_s == (1e-11,)


def test_what_came_from_the_archive_comes_back(record, saved):
    steps = read_session(saved).record.steps
    assert [steps[name].state for name in ("find", "files", "download")] == ["fresh"] * 3
    old, new = record.steps["find"].product, steps["find"].product
    assert new.start_mjd.tobytes() == old.start_mjd.tobytes()
    assert (new.columns, new.obs_id, new.hindrance) == (old.columns, old.obs_id, old.hindrance)
    assert steps["files"].product.observations == record.steps["files"].product.observations
    assert steps["download"].product.observations == record.steps["download"].product.observations
    assert steps["download"].product.folder == record.steps["download"].product.folder


def test_a_folder_that_is_not_there_yet_is_not_missing(tmp_path, saved):
    assert not (tmp_path / "data" / "data").exists()
    assert read_session(saved).missing == ()


def test_a_file_of_a_time_without_search_opens_quietly(record, saved):
    plain = json.loads(saved.read_text(encoding="utf-8"))
    left = {name: plain["steps"][name] for name in ("fit", "errors", "flux")}
    found = read_session(changed(saved, steps=left))
    assert found.warnings == ()
    assert found.record == replace(record, steps={name: record.steps[name] for name in left})


@pytest.mark.parametrize(
    ("step", "parts"),
    [
        ("find", {"obs_id": ["1"]}),
        ("find", {"hindrance": []}),
        ("find", {"stop_mjd": {"is": "array", "dtype": "<i8", "values": [1, 2, 3, 4]}}),
        ("find", {"exposure_s": {"is": "array", "dtype": "<f8", "values": [1.0]}}),
        ("find", {"columns": [{"is": "Column", "name": "obsid", "values": [1]}]}),
        ("find", {"columns": [{"is": "Column", "name": "obsid", "values": [1] * 4}] * 2}),
        ("find", {"shown": ["no such column"]}),
        ("files", {"mission": "Voyager"}),
        ("files", {"paths": []}),
        ("download", {"observations": [{"is": "Fetched", "obs_id": 1}]}),
    ],
)
def test_an_answer_of_the_archive_that_makes_no_sense_is_left_out(saved, step, parts):
    plain = json.loads(saved.read_text(encoding="utf-8"))
    plain["steps"][step]["product"] |= parts
    found = read_session(changed(saved, **plain))
    assert (found.record.steps[step].product, found.record.steps[step].state) == (None, "kept")
    assert f"An answer of {step} cannot be used" in " ".join(found.warnings)


def test_the_text_is_the_same_again(tmp_path, record):
    def text(one):
        return re.sub(r'"written_utc": "[^"]*"', "", session_text(one, tmp_path))

    assert text(opened(text_of(record, tmp_path), tmp_path).record) == text(record)


def text_of(record, folder):
    return session_text(record, folder)


def test_it_is_readable_strict_json(tmp_path, record):
    text = session_text(record, tmp_path)
    plain = json.loads(text, parse_constant=pytest.fail)
    assert (plain["format"], plain["version"]) == ("nuwidgets session", VERSION)
    assert plain["datasets"][0]["steps"]["events"]["settings"]["path"]["relative"] == "data/ev.fits"
    assert max(map(len, text.splitlines())) <= ROW_WIDTH + 100
    assert '"ra_deg": 321.9358' in text
    assert "Böötes" in text


def test_a_thousand_deeds_stay_small(tmp_path, events):
    one, many = (len(session_text(record_of(events, 1, n), tmp_path)) for n in (1, 1001))
    assert many - one < 1000 * 400


def test_what_is_usual_is_not_written_twice(tmp_path, record):
    plain = json.loads(session_text(record, tmp_path))
    image = plain["datasets"][0]["steps"]["image"]
    assert list(image["usual"]) == ["band"]
    assert plain["datasets"][0]["steps"]["regions"]["usual"] == {}
    back = opened(session_text(record, tmp_path), tmp_path).record
    assert back.datasets[0].steps["image"].chosen.keys() == {"band"}


def test_kept_products_are_named(tmp_path, record):
    kept = {"fit": KeptFile("a-kept/fit-0123.fits", "ab" * 32, "fit-0123")}
    assert opened(session_text(record, tmp_path, kept), tmp_path).kept == kept


def test_what_a_newer_version_wrote_is_kept_and_written_again(tmp_path, saved):
    changed(saved, version=VERSION + 1, readable_by=VERSION, mood={"good": [1, 2]})
    found = read_session(saved)
    assert found.record.unknown["mood"] == {"good": [1, 2]}
    assert found.record.unknown["later"] == {"a": [1]}
    assert found.warnings == (
        f"It was written by a newer nuwidgets (version {VERSION + 1}): what is new is kept.",
    )
    again = json.loads(session_text(found.record, tmp_path))
    assert (again["mood"], again["version"]) == ({"good": [1, 2]}, VERSION)


def test_a_version_that_is_too_new_gives_a_sentence(saved):
    changed(saved, version=VERSION + 5)
    with pytest.raises(
        FileError, match=f"version {VERSION + 5}.*reads up to version {VERSION}.*newer nuwidgets"
    ):
        read_session(saved)


@pytest.mark.parametrize("version", [None, "1", -1, True, 1.0, [1]])
def test_a_version_must_be_a_number(saved, version):
    changed(saved, version=version)
    with pytest.raises(FileError, match="which is no number that we know"):
        read_session(saved)


def test_version_0_is_brought_up_to_date(record, saved):
    plain = json.loads(saved.read_text(encoding="utf-8"))
    plain["datasets"] = {one.pop("name"): one for one in plain["datasets"]}
    del plain["engine_version"], plain["kept"], plain["views"]
    saved.write_text(json.dumps({**plain, "version": 0}), encoding="utf-8")
    assert read_session(saved).record == replace(record, engine_version="", views={})
    assert set(MIGRATIONS) == set(range(VERSION))
    assert migrated({"version": 0, "datasets": [1]})[0]["datasets"] == []


def test_what_lies_elsewhere_is_missing(saved, events):
    events.unlink()
    found = read_session(saved)
    assert found.missing == (str(events),)
    assert found.record.datasets[0].steps["events"].settings["path"] == str(events)


def test_what_only_the_history_names_is_not_missing(tmp_path, record):
    gone = fit_request(tmp_path / "data" / "gone.fits")
    last = replace(record.history[-1], request=gone)
    found = opened(
        session_text(replace(record, history=(*record.history[:-1], last)), tmp_path), tmp_path
    )
    assert found.missing == ()
    assert found.record.history[-1].request == gone


def test_a_moved_workspace_finds_its_data(tmp_path, saved, record):
    new = tmp_path.parent / f"{tmp_path.name}-moved"
    tmp_path.rename(new)
    found = read_session(new / saved.name)
    data = str(new / "data" / "ev.fits")
    assert found.missing == ()
    assert found.record == record_of(data)
    events = found.record.steps["fit"].answered.spectra[0].selection.screen.events
    assert events.path == data
    new.rename(tmp_path)
    assert record == read_session(saved).record


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "broken or cut short"),
        (b"{", "broken or cut short"),
        (b"\0" * 100, "broken or cut short"),
        (b"[]", "it is no session file"),
        (b'{"format": "nuwidgets session", "version": 1}', "'requests' must be an object"),
        (b'{"format": "other"}', "it is no session file"),
        (b'{"format": 1, "format": 2}', "a name is there twice"),
        (b"\xff\xfe{\x00}\x00", "codec can't decode"),
        (b"SIMPLE  =                    T", "broken or cut short"),
        (b"[" * 100_000, "nested too deeply|broken or cut short"),
        (b'{"format": "nuwidgets session", "version": NaN}', "NaN is no number in JSON"),
        (b'{"a": ' + b"1" * 5000 + b"}", "1{40} is larger than any number can be"),
        (b"import os; os.system('true')", "broken or cut short"),
    ],
)
def test_what_is_no_session_file_gives_a_sentence(tmp_path, data, words):
    path = tmp_path / "x.nuw"
    path.write_bytes(data)
    with pytest.raises(FileError, match=f"Cannot open the session file .*({words})"):
        read_session(path)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"requests": []}, "'requests' must be an object"),
        ({"datasets": {}}, "'datasets' must be a list"),
        ({"datasets": ["a"]}, "'name' must be a text"),
        ({"datasets": [{"name": "a", "kind": "magic", "steps": {}}]}, "'magic' that this version"),
        ({"datasets": [{"name": "a", "kind": "events", "steps": {}}]}, "'pointing' must be"),
        ({"used": [1]}, "the parts of 'used' must each be a text"),
        ({"live": 1}, "'live' must be true or false"),
        ({"views": {"a": 1}}, "the parts of 'views' must each be an object"),
        ({"kept": {"fit": {"file": 1}}}, "'file' must be a text"),
        ({"history": [{"when_s": "now"}]}, "a line without a time"),
        ({"history": [{"when_s": -1}]}, "a line of -1 s since 1970, which is no time"),
        ({"history": [{"when_s": 1e300}]}, r"a line of 1e\+300 s since 1970"),
        ({"history": [{"when_s": 2**1000}]}, "a line of 1071508.* s since 1970"),
        ({"steps": {"fit": 3}}, "must be an object"),
        (
            {"steps": {"fit": {"state": "fresh", "settings": {"a": {"is": "X"}}, "usual": {}}}},
            "'X'",
        ),
    ],
)
def test_a_part_of_the_wrong_kind_gives_a_sentence(saved, parts, words):
    changed(saved, **parts)
    with pytest.raises(FileError, match=words):
        read_session(saved)


def test_an_answer_that_cannot_be_used_is_left_out(saved, record):
    plain = json.loads(saved.read_text(encoding="utf-8"))
    plain["steps"]["fit"]["answered"] = {"request": "fit-0"}
    plain["steps"]["errors"]["product"]["delta"] = "much"
    plain["history"][1]["request"] = {"is": "Popen"}
    found = read_session(changed(saved, **plain))
    assert found.record.steps["fit"].settings == record.steps["fit"].settings
    assert found.record.steps["fit"].answered is None
    assert (found.record.steps["errors"].product, found.record.steps["errors"].state) == (
        None,
        "kept",
    )
    assert [deed.request is None for deed in found.record.history] == [False, True, False]
    words = ["fit cannot be used: there is no", "errors cannot be used: delta", "history cannot be"]
    assert all(word in said for word, said in zip(words, found.warnings, strict=True))


@pytest.mark.parametrize("digits", ["1e999", "-1e999", "1" * 400 + ".0", "1" * 400])
def test_a_number_beyond_all_numbers_gives_a_sentence(saved, digits):
    text = saved.read_text(encoding="utf-8")
    assert "312.5," in text
    saved.write_text(text.replace("312.5,", f"{digits},", 1), encoding="utf-8")
    with pytest.raises(FileError, match=f"{digits[:40]} is larger than any number can be"):
        read_session(saved)


BARE = {"is": "array", "dtype": "<f8", "values": [1.0, 2.0]}


@pytest.mark.parametrize(
    "product",
    [7, [1], "a", BARE, {"request": "KEY"}, {"is": "Band", "lo_kev": 3.0, "hi_kev": 9.0}],
)
def test_a_product_of_the_wrong_kind_is_left_out(saved, product):
    plain = json.loads(saved.read_text(encoding="utf-8"))
    product = {"request": next(iter(plain["requests"]))} if "request" in repr(product) else product
    plain["steps"]["fit"]["product"] = product
    plain["steps"]["flux"]["product"] = plain["steps"]["errors"]["product"]
    plain["datasets"][0]["steps"]["image"]["product"] = plain["steps"]["errors"]["product"]
    found = read_session(changed(saved, **plain))
    steps = (found.record.steps["fit"], found.record.steps["flux"])
    assert [(step.product, step.state) for step in steps] == [(None, "kept")] * 2
    assert found.record.datasets[0].steps["image"].product is None
    assert "flux cannot be used: a Errors is no product of it" in " ".join(found.warnings)
    assert sum("is no product of it" in words for words in found.warnings) == 3


@pytest.mark.parametrize(
    "request_", [7, "fit", [1], BARE, {"is": "Band", "lo_kev": 3, "hi_kev": 9}]
)
def test_what_was_answered_must_be_a_request(saved, request_):
    plain = json.loads(saved.read_text(encoding="utf-8"))
    plain["steps"]["fit"]["asked"] = plain["steps"]["flux"]["answered"] = request_
    plain["history"][1]["request"] = request_
    found = read_session(changed(saved, **plain))
    steps = found.record.steps
    assert (steps["fit"].asked, steps["flux"].answered, steps["flux"].asked) == (None, None, None)
    assert found.record.history[1].request is None
    assert len(found.warnings) == 3
    assert all("is no request." in words for words in found.warnings)


@pytest.mark.parametrize("part", ["settings", "usual"])
@pytest.mark.parametrize("value", [BARE, [1, [BARE]], "the product of the fit"])
def test_no_setting_holds_an_array(saved, part, value):
    plain = json.loads(saved.read_text(encoding="utf-8"))
    value = plain["steps"]["fit"]["product"] if isinstance(value, str) else value
    plain["steps"]["fit"][part]["model"] = value
    with pytest.raises(FileError, match="'model' of a step is or holds an array"):
        read_session(changed(saved, **plain))


def test_a_dataset_has_a_name_of_its_own(saved):
    plain = json.loads(saved.read_text(encoding="utf-8"))
    one = plain["datasets"][0]
    with pytest.raises(FileError, match="there are two of the dataset '60001110000A' in it"):
        read_session(changed(saved, datasets=[one, one]))
    with pytest.raises(FileError, match="a dataset in it has no name"):
        read_session(changed(saved, datasets=[{**one, "name": ""}]))


def test_what_is_no_plain_file_gives_a_sentence(tmp_path):
    os.mkfifo(tmp_path / "pipe.nuw")
    (tmp_path / "folder.nuw").mkdir()
    for path in (tmp_path / "pipe.nuw", tmp_path / "folder.nuw", Path("/dev/zero")):
        with pytest.raises(FileError, match="it is not a plain file"):
            read_session(path)
    with pytest.raises(FileError, match="No such file"):
        read_session(tmp_path / "none.nuw")
    with pytest.raises(FileError, match="null"):
        read_session("a\0b.nuw")
    with (tmp_path / "huge.nuw").open("wb") as stream:
        stream.truncate(10**9)
    with pytest.raises(FileError, match="1000000000 bytes; none is so large"):
        read_session(tmp_path / "huge.nuw")


def test_a_broken_file_names_its_newest_good_version(saved, record):
    folder = saved.with_name("a-versions")
    folder.mkdir()
    good = folder / "20260102T000000Z.nuw"
    good.write_bytes(saved.read_bytes())
    (folder / "20260101T000000Z.nuw").write_bytes(saved.read_bytes())
    (folder / "20260103T000000Z-changed-by-others.nuw").write_text("broken")
    (folder / "notes.nuw").write_bytes(saved.read_bytes())
    assert [one.name[:8] for one in versions_of(saved)] == ["20260103", "20260102", "20260101"]
    saved.write_text("{")
    with pytest.raises(FileError, match=r"can be opened is .*20260102T000000Z\.nuw'"):
        read_session(saved)
    assert home_of(good) == saved.parent
    assert read_session(good).record == record
    for version in versions_of(saved):
        version.unlink()
    with pytest.raises(FileError, match="no older version beside it that could be opened"):
        read_session(saved)


def test_a_name_that_is_no_unicode_survives(tmp_path):
    name = os.fsdecode(b"ev\xff.fits")
    record = record_of(tmp_path / name)
    path = tmp_path / "a.nuw"
    path.write_bytes(session_text(record, tmp_path).encode())
    assert read_session(path).record == record


def test_what_json_cannot_hold_gives_a_sentence(tmp_path, record):
    for views in ({"image": {1: 2}}, {"image": {"a": float("nan")}}, {"image": {"a": object()}}):
        with pytest.raises(FileError, match=r"Cannot write (the session|1) down"):
            session_text(replace(record, views=views), tmp_path)
    deep = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(FileError, match="Cannot write the session down"):
        session_text(replace(record, views={"image": {"a": deep}}), tmp_path)
    with pytest.raises(FileError, match="Cannot write 1 down as a name"):
        pretty({1: 2})


def pieces(value):
    """Give all containers in a JSON value."""
    if isinstance(value, dict | list):
        yield value
        for part in value.values() if isinstance(value, dict) else value:
            yield from pieces(part)


JUNK = (
    *(None, True, -1, 0, 1e308, 2**200, "", "fit", "\0", "../../etc/passwd", [], {}, [[]]),
    *({"is": "Band"}, {"is": "array"}, {"request": "x"}, {"is": "path"}, {"is": "Circle"}),
)


def spoil(rng, plain):
    """Change, remove or exchange a part of a JSON value, anywhere in it."""
    home = rng.choice([one for one in pieces(plain) if one])
    at = rng.choice(list(home)) if isinstance(home, dict) else rng.randrange(len(home))
    way = rng.randrange(4)
    if way == 0:
        del home[at]
    elif way == 1 and isinstance(home, dict):
        home[rng.choice(["is", "request", "value", "", "x" * 300])] = home.pop(at)
    else:
        home[at] = copy.deepcopy(rng.choice(JUNK if way == 2 else list(pieces(plain))))


def test_spoiled_files_give_only_our_errors(tmp_path, saved):
    rng, whole = random.Random(7), saved.read_text(encoding="utf-8")  # noqa: S311
    outcomes = {"read": 0, "refused": 0}
    for number in range(N_SPOILED):
        text = whole
        if number % 4 == 0:
            text = whole[: rng.randrange(len(whole))]
        elif number % 4 == 1:
            data = list(whole)
            for _ in range(rng.randrange(1, 20)):
                data[rng.randrange(len(data))] = rng.choice('{}[]",:0e-\\x\u0000\u20ac')
            text = "".join(data)
        else:
            plain = json.loads(whole)
            for _ in range(rng.randrange(1, 4)):
                spoil(rng, plain)
            text = json.dumps(plain)
        try:
            found = opened(text, tmp_path)
        except FileError as error:
            outcomes["refused"] += 1
            assert len(str(error)) < 600  # noqa: PT017  any of them will do
        else:
            outcomes["read"] += 1
            session_text(found.record, tmp_path)
    assert min(outcomes.values()) > 50
