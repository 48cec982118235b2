"""What was found and downloaded, as code: run in a fresh process, it gives the same again."""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import nuwidgets as nw
from nuwidgets.domain.archive_file import ArchiveFile, Files, FilesRequest, ObservationFiles
from nuwidgets.domain.download import Download, DownloadRequest, Fetched
from nuwidgets.domain.events import Pointing
from nuwidgets.domain.observation import Column, FindRequest, Observations
from nuwidgets.domain.pipeline import Pipeline
from nuwidgets.domain.record import Deed, SessionRecord, StepRecord
from nuwidgets.processing import Processing
from nuwidgets.scripts import script
from nuwidgets.scripts.notebook import notebook_text
from nuwidgets.scripts.origins import brings, downloads, opened_by
from nuwidgets.scripts.values import assign

FIRST, SECOND = "99601110002", "99801110002"
FOUND = """
found = {
    "obs_ids": list(s.find.product.obs_id),
    "selected": list(s.find.selected),
    "fetched": [[o.obs_id, o.n_files, o.size_bytes] for o in s.download.product.observations],
    "datasets": list(s.datasets),
}
"""


@pytest.fixture
def s(tmp_path):
    """A session that has found the simulated source."""
    with nw.Session(live=False) as s:
        s.find.server = "demo"
        s.find.target = "SIMULATED AGN"
        s.download.folder = tmp_path / "data"
        s.find.run()
        yield s


def facts(s):
    scope = {"s": s}
    exec(FOUND, scope)  # noqa: S102  the test's own
    return json.loads(json.dumps(scope["found"]))


@pytest.fixture
def again(run_script, tmp_path):
    """Run a script; give the marks of its products, and what it found and fetched."""

    def run(text):
        last = f"import json, pathlib\npathlib.Path({str(tmp_path / 'found')!r}).write_text"
        marks, _ = run_script(f"{text}\n{FOUND}\n{last}(json.dumps(found))\n")
        return marks, json.loads((tmp_path / "found").read_text())

    return run


@pytest.mark.parametrize("wiped", [False, True])
def test_a_fresh_process_downloads_and_fits_the_same(
    s, again, marks, is_formatted, tmp_path, wiped
):
    s.find.select(FIRST)
    s.find.note("the first of all", "selected")
    s.find.note("a made-up source")
    s.download.note("there is room", "folder")
    s.download.run()
    s.fit.model, s.fit.ignore = "constant*tbabs*powerlaw", "**-3. 40.-**"
    s.datasets[f"{FIRST}A"].image.run()
    s.fit.run()
    text = s.script()
    is_formatted(text)
    assert text.index("s = nw.Session") < text.index("s.find.target") < text.index("s.find.run()")
    assert f'# why: the first of all\ns.find.select("{FIRST}")\n' in text
    assert '# why: a made-up source\ns.find.target = "SIMULATED AGN"\n' in text
    assert "# why: there is room\ns.download.folder = " in text
    assert f'a = s.datasets["{FIRST}A"]\nb = s.datasets["{FIRST}B"]\n' in text
    assert "add_events" not in text
    assert "s.use(a.name, b.name)\n" in text
    for usual in ("mission", "arcmin", "preset", "s.files", "modules", "opens", "at_once"):
        assert usual not in text
    if wiped:
        shutil.rmtree(tmp_path / "data")
    found, fetched = again(text)
    assert found == json.loads(json.dumps(marks(s)))
    assert fetched == facts(s)


def test_two_downloads_one_after_the_other_are_both_in_the_script(s, again, marks, tmp_path):
    s.find.select(FIRST)
    s.download.modules = ("A",)
    s.download.run()
    s.find.select(SECOND)
    s.download.modules, s.download.folder = (), tmp_path / "more"
    s.download.run()
    assert list(s.datasets) == [f"{FIRST}A", f"{SECOND}A", f"{SECOND}B"]
    s.remove(f"{SECOND}A")
    for one in s.datasets.values():
        one.spectrum.run()
    text = s.script()
    assert text.count("s.find.run()") == 1
    assert text.count("s.download.run()") == 2
    assert text.index(f'select("{FIRST}")') < text.index(f'select("{SECOND}")')
    assert 's.download.modules = "A"\n' in text
    assert "s.download.modules = ()\n" in text
    assert f'a = s.datasets["{FIRST}A"]\nb = s.datasets["{SECOND}B"]\n' in text
    shutil.rmtree(tmp_path / "data")
    found, fetched = again(text)
    assert found == json.loads(json.dumps(marks(s)))
    assert fetched["fetched"] == facts(s)["fetched"]


def test_what_changed_since_is_set_and_not_asked(s, again):
    s.find.select(FIRST)
    s.download.run()
    s.find.select(SECOND)
    s.download.preset = "everything"
    text = s.script()
    rest = text[text.index("s.download.run()") :]
    assert (
        "# Set, but not used when this was written:\n"
        f's.find.select("{SECOND}")\ns.download.preset = "everything"\n'
    ) in rest
    assert rest.count("run()") == 1
    _, fetched = again(text)
    assert fetched == facts(s)
    s.find.run()
    s.find.radius_arcmin = 3.0
    s.find.run()
    later = s.script()
    assert later.count("s.find.run()") == 2
    assert f's.find.radius_arcmin = 3.0\ns.find.run()\ns.find.select("{SECOND}")\n' in later


def test_what_was_only_found_or_listed_is_a_script_too(s, is_formatted):
    text = s.script()
    assert text.startswith("# SIMULATED AGN, NuSTAR\n")
    assert (
        '\n# Find\ns.find.target = "SIMULATED AGN"\ns.find.server = "demo"\ns.find.run()\n'
        "# Set, but not used when this was written:\ns.download.folder = "
    ) in text
    s.find.select(FIRST, SECOND)
    s.files.run()
    text = s.script()
    is_formatted(text)
    assert f's.find.select("{FIRST}", "{SECOND}")\ns.files.run()\n' in text
    assert "download.run()" not in text
    notebook_text(nw.scripts.sections(s.record()))


def test_datasets_that_were_not_opened_by_a_download_are_added(s, again, marks, tmp_path):
    s.download.opens = False
    s.find.select(FIRST)
    s.download.run()
    folder = tmp_path / "data" / "nustar" / FIRST
    a = s.add_events(folder / "event_cl" / f"nu{FIRST}A01_cl.evt.gz")
    elsewhere = shutil.copy(folder / "event_cl" / f"nu{FIRST}B01_cl.evt.gz", tmp_path)
    s.add_events(elsewhere)
    a.lightcurve.run()
    text = s.script()
    assert "s.download.opens = False\ns.download.run()\n" in text
    assert "s.datasets" not in text
    assert text.count("add_events") == 1
    assert again(text)[0] == json.loads(json.dumps(marks(s)))
    s.datasets[f"{FIRST}B"].lightcurve.run()
    s.download.opens = True
    text = s.script()
    assert "s.datasets" not in text  # no housekeeping for A, and B lies elsewhere
    assert text.count("add_events") == 2


def test_a_download_that_led_to_nothing_takes_no_part_in_the_fit(s, again, marks, observation):
    s.find.select(FIRST)
    s.download.run()
    for name in s.names:
        s.remove(name)
    s.add_events(observation / "event_cl" / f"nu{observation.name}A01_cl.evt")
    s.fit.model, s.fit.ignore = "powerlaw", "**-3. 40.-**"
    s.fit.run()
    text = s.script()
    assert "s.download.run()" in text
    assert "s.use(a.name)\n" in text
    assert again(text)[0] == json.loads(json.dumps(marks(s)))


def test_the_part_of_a_panel(s, is_formatted):
    every = ("find", "files", "download")
    assert s.script(only=("find",)) == (
        's.find.target = "SIMULATED AGN"\ns.find.server = "demo"\ns.find.run()\n'
    )
    assert "run()" not in s.script(only=("files", "download"))
    s.find.select(FIRST, SECOND)
    s.find.note("the long ones", "selected")
    s.download.host = "heasarc"
    s.download.preset = "reprocess"
    text = s.script(only=every)
    is_formatted(text)
    folder = "\n".join(assign("s.download.folder", s.download.folder))  # it may be long
    assert text == (
        's.find.target = "SIMULATED AGN"\ns.find.server = "demo"\ns.find.run()\n'
        f'# why: the long ones\ns.find.select("{FIRST}", "{SECOND}")\ns.files.host = "heasarc"\n'
        f'{folder}\ns.download.preset = "reprocess"\n'
        "s.download.run()\n"
    )
    assert s.script(only=("files",)) == 's.files.host = "heasarc"\ns.files.run()\n'
    s.find.target = ""
    assert "run()" not in s.script(only=every)


def wanted(folder="/data", modules=(), **more):
    files = FilesRequest(FindRequest("Crab", "NuSTAR"), (FIRST,))
    return DownloadRequest(files, folder, modules=modules, **more)


@pytest.mark.parametrize(
    ("request_", "path", "brought"),
    [
        (wanted(), f"/data/nustar/{FIRST}/event_cl/nu{FIRST}A01_cl.evt.gz", True),
        (wanted(), f"/data/nustar/{FIRST}/event_cl/nu{FIRST}A01_cl.evt", True),
        (wanted(), f"/data/nustar/{SECOND}/event_cl/nu{SECOND}A01_cl.evt", False),
        (wanted(), f"/other/nustar/{FIRST}/event_cl/nu{FIRST}A01_cl.evt", False),
        (wanted(), f"/data/swift/{FIRST}/event_cl/nu{FIRST}A01_cl.evt", False),
        (wanted(), f"/data/nustar/{FIRST}", False),
        (wanted(), f"/data/nustar/{FIRST}/a.evt", False),
        (wanted(), "event_cl/a.evt", False),
        (wanted(modules=("B",)), f"/data/nustar/{FIRST}/event_cl/nu{FIRST}A01_cl.evt", False),
        (wanted(modules=("C",)), f"/data/nustar/{FIRST}/event_cl/nu{FIRST}A01_cl.evt", False),
        (wanted(pattern="hk/*"), f"/data/nustar/{FIRST}/event_cl/nu{FIRST}A01_cl.evt", False),
        (
            wanted(also=(f"{FIRST}/event_uf/a.evt",)),
            f"/data/nustar/{FIRST}/event_uf/a.evt",
            True,
        ),
    ],
)
def test_which_download_brings_a_file(request_, path, brought):
    assert brings(request_, path) is brought


def test_a_download_of_a_mission_that_is_not_known_brings_nothing():
    strange = replace(wanted().files, find=FindRequest("Crab", "Voyager"))
    request = replace(wanted(), files=strange)
    assert not brings(request, f"/data/voyager/{FIRST}/event_cl/nu{FIRST}A01_cl.evt")


@pytest.mark.parametrize(
    ("changes", "opened"),
    [
        ({}, True),
        ({"name": f"{FIRST}A_2"}, False),
        ({"obs_id": ""}, False),
        ({"hk": ""}, False),
        ({"hk": "/elsewhere/a.hk"}, False),
        ({"hk": f"/data/nustar/{FIRST}/hk/nu{FIRST}B_fpm.hk.gz"}, False),
        ({"file": f"event_cl/nu{FIRST}A02_cl.evt.gz"}, False),
        ({"pattern": "event_cl/*"}, False),
        ({"pattern": "event_cl/*", "hk": ""}, True),
    ],
)
def test_which_datasets_a_download_opens(make_record, changes, opened):
    home = f"/data/nustar/{FIRST}"
    file = changes.get("file", f"event_cl/nu{FIRST}A01_cl.evt.gz")
    dataset = make_record(f"{home}/{file}", changes.get("name", f"{FIRST}A")).datasets[0]
    events = dataset.steps["events"]
    hk = changes.get("hk", f"{home}/hk/nu{FIRST}A_fpm.hk.gz")
    events = replace(events, settings={**events.settings, "hk_path": hk})
    pointing = Pointing("NuSTAR", "FPMA", changes.get("obs_id", FIRST))
    dataset = replace(dataset, pointing=pointing, steps={**dataset.steps, "events": events})
    assert opened_by(wanted(pattern=changes.get("pattern", "")), dataset) is opened


def test_the_newest_download_that_brings_a_file_counts(make_record):
    made = make_record(f"/data/nustar/{FIRST}/event_cl/nu{FIRST}A01_cl.evt", f"{FIRST}A")
    old, new, other = wanted(), wanted(copy=True), wanted("/other")
    history = tuple(Deed(float(n), "download", "", request=r) for n, r in enumerate((old, new)))
    steps = {"download": StepRecord("download", {}, {}, "fresh", other, other)}
    record = replace(made, history=history, steps={**made.steps, **steps})
    assert downloads(record, record.datasets) == {f"{FIRST}A": new}
    last = replace(record.steps["download"], answered=old)
    record = replace(record, steps={**record.steps, "download": last})
    assert downloads(record, record.datasets) == {f"{FIRST}A": old}
    assert downloads(SessionRecord(), record.datasets) == {}
    text = script(replace(record, history=history[1:]))
    assert "s.download.copy" not in text


OBS_IDS = tuple(f"6000{n}00000{n}" for n in range(1, 6))


def fake_find(request):
    """Find more the larger the radius; the last one can never be downloaded."""
    ids = OBS_IDS[: 5 if request.radius_arcmin is None else int(request.radius_arcmin)]
    zeros = np.zeros(len(ids))
    why = tuple("It was not made yet." if one == OBS_IDS[-1] else "" for one in ids)
    columns = (Column("obsid", ids), Column("__row", ids))
    return Observations("numaster", columns, ids, zeros, zeros, zeros, why, ("",) * len(ids))


class FakeArchive:
    """Answers at once, with nothing on the disk."""

    def solve(self, request, above, token):
        if isinstance(request, FindRequest):
            return fake_find(request)
        if isinstance(request, FilesRequest):
            if not request.selected:
                raise nw.errors.InputError("Cannot list files: no observation is selected.")
            files = (ArchiveFile("event_cl/a.evt", 1),)
            ids = [above[0].obs_id[above[0].index(one)] for one in request.selected]
            every = tuple(ObservationFiles(one, "", files) for one in ids)
            return Files("NuSTAR", "aws", "", every)
        fetched = tuple(Fetched(one, request.folder, "done") for one in request.files.selected)
        return Download(request.folder, fetched)


moves = st.lists(
    st.one_of(
        st.tuples(st.just("target"), st.sampled_from(["Crab", "Cyg X-1", '"; x("'])),
        st.tuples(st.just("radius_arcmin"), st.sampled_from([None, 1.0, 2.5, 4.0])),
        st.tuples(st.just("selected"), st.sets(st.sampled_from(OBS_IDS[:4]), max_size=3)),
        st.tuples(st.just("host"), st.sampled_from(["auto", "aws", "mirror"])),
        st.tuples(st.just("mirror"), st.sampled_from(["", "/a b/c"])),
        st.tuples(st.just("folder"), st.sampled_from(["data", "/more"])),
        st.tuples(st.just("modules"), st.sampled_from([(), ("A",), ("A", "B")])),
        st.tuples(st.just("pattern"), st.sampled_from(["", "*.evt*"])),
        st.tuples(st.just("copy"), st.booleans()),
        st.tuples(st.just("instrument"), st.sampled_from(["both", "FPMA"])),
        st.tuples(st.just("parameters"), st.sampled_from([{}, {"saacalc": 3, "saamode": "x"}])),
        st.tuples(st.just("folders"), st.sampled_from([(), ("/a",), ("/a", "/b c")])),
        st.tuples(st.just("engine"), st.sampled_from(["auto", "embedded", "heasoft"])),
        st.tuples(st.just("run"), st.sampled_from(["find", "files", "download", "pipeline"])),
        st.tuples(st.just("run"), st.sampled_from(["find", "files", "download", "pipeline"])),
    ),
    max_size=14,
)


def do(s, name, value):
    homes = {name: s.step(name) for name in ("find", "files", "download", "pipeline")}
    if name == "run":
        homes[value].run()
    elif name == "selected":
        s.find.select(*sorted(value))
    else:
        setattr(next(one for one in homes.values() if one.has_trait(name)), name, value)


@pytest.fixture(scope="module", params=[False, True])
def is_here(request):
    """HEASoft is installed, or not; its pipeline answers at once and makes nothing."""

    def process(_processing, asked, _above, _token):
        if asked.engine and not request.param:
            raise nw.errors.EngineMissingError("HEASoft is not installed: the test says so.")
        return Pipeline((), asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Processing, "here", lambda _: request.param)
        patch.setattr(Processing, "process", process)
        yield request.param


def begun(text, s):
    """Let a session begin as the script's does; give the rest of the script."""
    first, _, rest = text.partition("s = nw.Session(")[2].partition("\n")
    s.engine = first.partition('"')[2].partition('"')[0] or "auto"
    return rest


@hypothesis_settings(deadline=None, max_examples=200)
@given(moves)
def test_whatever_was_asked_is_asked_again(is_here, made):
    assert is_here in (False, True)
    with nw.Session(live=False) as one, nw.Session(live=False) as two:
        one.archive = two.archive = FakeArchive()
        for name, value in made:
            with contextlib.suppress(nw.NuwidgetsError):  # nothing is selected, or not found
                do(one, name, value)
        text = one.script()
        exec(begun(text, two), {"s": two, "nw": nw})  # noqa: S102  the test's own
        steps = ("find", "files", "download", "pipeline")
        asked = {name: one.step(name).ledger.answered for name in steps}
        again = {name: two.step(name).ledger.answered for name in asked}
        assert again == asked, text
        if any(asked.values()):
            assert two.download.request() == one.download.request(), text
            chosen = one.pipeline.engine != "auto"  # else the script says who answered
            held = {name: one.step(name).fresh for name in steps if chosen or name != steps[-1]}
            assert {name: two.step(name).fresh for name in held} == held, text


def test_a_folder_that_was_named_by_its_end_is_not_set_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with nw.Session(live=False) as s:
        s.archive = FakeArchive()
        s.find.target = "Crab"
        s.find.run()
        s.find.select(OBS_IDS[0])
        s.download.opens = False
        s.download.run()
        assert s.download.folder == "data"
        text = s.script()
    assert text.count("s.download.folder") == 1
    assert "not used when this was written" not in text
