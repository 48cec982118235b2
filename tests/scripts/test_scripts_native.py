from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import nuwidgets as nw
from nuwidgets.domain.archive_file import FilesRequest
from nuwidgets.domain.download import DownloadRequest
from nuwidgets.domain.fit import ErrorsRequest, FitRequest
from nuwidgets.domain.observation import FindRequest
from nuwidgets.domain.record import DatasetRecord, Deed, SessionRecord, StepRecord
from nuwidgets.errors import InputError
from nuwidgets.missions.nustar import NUSTAR
from nuwidgets.science.models import own
from nuwidgets.science.models.expression import Expression
from nuwidgets.scripts import script
from nuwidgets.scripts.fits import parameter_lines
from nuwidgets.scripts.matters import first_values, variables
from nuwidgets.scripts.usual import ALWAYS, USUAL
from nuwidgets.session import Session

NOT_IN_PRODUCTS = {
    "notes",
    "path",
    "model",
    "parameters",
    "markers",
    "min_fracexp",
    "selected_s",
    "selected_kev",
    "event_mjd",
    "at_once",
    "timeout_s",
    "order",
}


@pytest.fixture
def quiet(session):
    session.live.paused = True
    session.fit.model = "constant*tbabs*powerlaw"
    return session


@pytest.mark.parametrize(
    ("dialect", "words"),
    [("nuwidgets", "define them with nw.model"), ("tutorial", "add them to XSPEC with xspec.All")],
)
def test_components_of_ones_own_are_named_before_the_model(quiet, dialect, words):
    own.model("mine", kind="mul")(lambda edges_kev: 0.5 + 0 * edges_kev[:-1])
    try:
        quiet.fit.model = "mine*powerlaw"
        lines = script(quiet.record(), dialect).splitlines()
    finally:
        own.forget("mine")
    model = next(n for n, line in enumerate(lines) if '"mine*powerlaw"' in line)
    assert lines[model - 1].startswith(f"# mine: of your own; {words}")


def test_the_usual_settings_are_those_of_new_steps(quiet, tmp_path):
    s = quiet
    from nuwidgets.steps.file_spectrum import FileSpectrumStep

    steps = {
        path.rpartition(".")[2]: s.step(path) for path in (st.path for st in s.record().every_step)
    }
    steps["spectrum file"] = FileSpectrumStep(s.solve, door=s.door)
    for name, step in steps.items():
        kept = {k: v for k, v in USUAL[name].items() if v is not ALWAYS}
        new = {n: t.default(step) for n, t in step.traits().items() if n in step.settings()}
        assert {k: new[k] for k in kept} == kept
        assert set(step.settings()) - NOT_IN_PRODUCTS == set(USUAL[name]) - NOT_IN_PRODUCTS
    assert NUSTAR.band == USUAL["image"]["band"]


def test_what_is_alike_is_written_once_and_what_is_usual_is_not(quiet, is_formatted):
    s = quiet
    a, b = s.datasets.values()
    a.spectrum.grouping = b.spectrum.grouping = "min 30"
    a.lightcurve.binsize_s = 64
    s.fit.run()
    a.lightcurve.run()
    text = script(s.record())
    is_formatted(text)
    assert 'for each in (a, b):\n    each.spectrum.grouping = "min 30"\n' in text
    assert "a.lightcurve.binsize_s = 64.0\na.lightcurve.run()\n" in text
    assert "b.lightcurve" not in text
    assert "band" not in text
    assert "s.use" not in text
    assert "statistic" not in text
    assert text.count("regions.source = nw.Circle(") == 2
    assert text.index("add_events") < text.index("regions") < text.index("s.fit.model")
    assert text.endswith("# Results\nprint(s.fit.product)\n")


def test_notes_stand_above_what_they_are_about(quiet):
    s = quiet
    s.fit.note("the Fe line\nis not there", "model")
    s.fit.note("as in the paper", "statistic")
    for one in s.datasets.values():
        one.screen.user_gti = [(450000100, 450002000)]
        one.screen.note("a flare", "user_gti")
        one.regions.note("away from the neighbour")
    s.fit.run()
    text = script(s.record())
    assert '# why: the Fe line\n# is not there\ns.fit.model = "constant' in text
    assert '# why: as in the paper\ns.fit.statistic = "chi"\n' in text
    assert "for each in (a, b):\n    # why: a flare\n    each.screen.user_gti = nw.Gti(" in text
    assert text.count("# why: away from the neighbour\n") == 1


def test_notes_that_differ_keep_settings_apart(quiet):
    s = quiet
    a, b = s.datasets.values()
    for one, why in ((a, "faint"), (b, "bright")):
        one.spectrum.grouping = "min 5"
        one.spectrum.note(why, "grouping")
        one.spectrum.note(f"{why}!")
    text = script(s.record())
    assert '# why: faint\na.spectrum.grouping = "min 5"\n' in text
    assert '# why: bright\nb.spectrum.grouping = "min 5"\n' in text
    assert "# why (a): faint!\n# why (b): bright!\n" in text


def test_only_gives_the_part_of_some_steps(quiet, is_formatted):
    s = quiet
    a = s.names[0]
    text = script(s.record(), only=(f"{a}.regions", f"{a}.image"))
    is_formatted(text)
    assert text.startswith(f'a = s.datasets["{a}"]\n')
    assert "a.image.run()" in text
    assert "b." not in text
    assert "import nuwidgets" not in text
    fit = script(s.record(), only="fit")
    assert "s.fit.model" in fit
    assert fit.endswith("s.fit.run()\n")
    assert "s.errors" not in fit
    assert "add_events(" in script(s.record(), only=(f"{a}.events",))


def test_a_session_without_data_and_model_has_nothing_to_run():
    with Session(live=False) as s:
        assert "run()" not in script(s.record(), only=("fit",))
        assert script(s.record()).count("s.") == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"dialect": "python"}, r"Cannot write a script in 'python'\. Did you mean"),
        ({"only": ("fot",)}, r"Cannot write code for 'fot'\. Did you mean 'fit'"),
    ],
)
def test_unknown_dialects_and_steps_are_named(words, says, make_record):
    with pytest.raises(InputError, match=says):
        script(make_record(), **words)


def test_parameters_that_are_not_the_models_are_refused(make_record):
    record = make_record(parameters=Expression.parse("powerlaw").parameters(1))
    with pytest.raises(InputError, match=r"has 3 parameters for 1 spectra, the session 2"):
        script(record)


def test_a_fit_starts_from_what_the_errors_started_from_if_they_met_a_better_one():
    parameters = Expression.parse("powerlaw").parameters(1)
    first = FitRequest((), "powerlaw", parameters)
    better = replace(first, parameters=(replace(parameters[0], value=2.0), parameters[1]))
    settings = {"model": "powerlaw", "parameters": better.parameters}
    fit = StepRecord("fit", settings, {}, "fresh", better, better)
    errors = StepRecord("errors", {}, {}, "fresh", ErrorsRequest(better), ErrorsRequest(first))
    assert first_values(SessionRecord(steps={"fit": fit, "errors": errors})) == parameters
    assert first_values(SessionRecord(steps={"fit": fit})) == better.parameters
    stale = replace(fit, state="stale", asked=first)
    assert first_values(SessionRecord(steps={"fit": stale})) == better.parameters


hostile = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "x\nPWNED = 1",
            '"\nPWNED\n"',
            "\\",
            "'''\rPWNED()",
            '"""); PWNED(); ("""',
            "\u2028PWNED",
            "\x0cPWNED",
            "{PWNED}",
            "\u202ePWNED",
            "\udc80",
        ]
    ),
)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(hostile, hostile, hostile, hostile, hostile)
def test_no_word_of_a_user_or_a_file_becomes_code(
    make_record, names_in, words, note, name, path, engine
):
    known = Expression.parse("tbabs*powerlaw").parameters(1)
    notes = (("", note), ("model", note), ("source", note), ("grouping", note))
    record = make_record(f"/data/{path}", name, words, notes, parameters=known)
    evil = {name: name, note: 1, "x = PWNED\ny": 2, "PWNED": 3}
    steps = {**record.steps, words: StepRecord(words, evil)}
    first = record.datasets[0]
    strange = StepRecord(f"{name}.regions", {**first.steps["regions"].settings, **evil})
    dataset = replace(first, steps={**first.steps, "regions": strange, note: strange})
    record = replace(record, engine=engine, steps=steps, datasets=(dataset,))
    ordinary = make_record(parameters=known)
    allowed = names_in(script(ordinary))
    text = script(record)
    assert names_in(text) <= allowed
    assert "\u202e" not in text.replace("\\u202e", "")
    text.encode()
    assert names_in(script(record, only=(f"{name}.regions",))) <= allowed | {"datasets"}


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(hostile, hostile, hostile, hostile)
def test_no_word_of_a_search_becomes_code(make_record, names_in, target, obs_id, folder, note):
    def searched(target, obs_id, folder, notes=()):
        find = FindRequest(target, "NuSTAR", 1.5)
        files = FilesRequest(find, (obs_id,), "mirror", folder)
        download = DownloadRequest(files, folder, pattern=target, modules=(obs_id,), also=(note,))
        settings = {
            "find": {"target": target, "radius_arcmin": 1.5, "selected": (obs_id,)},
            "files": {"host": "mirror", "mirror": folder},
            "download": {"folder": folder, "pattern": target, "modules": (obs_id,)},
        }
        answers = {"find": find, "files": files, "download": download}
        steps = {
            n: StepRecord(n, {**values, "notes": notes}, {}, "fresh", answers[n], answers[n])
            for n, values in settings.items()
        }
        history = (Deed(1.0, "download", obs_id, request=replace(download, copy=True)),)
        path = f"{folder}/nustar/{obs_id}/event_cl/nu{obs_id}A01_cl.evt"
        made = make_record(path, f"{obs_id}A")
        return replace(made, steps={**made.steps, **steps}, history=history)

    plain = searched("Crab", "60001110002", "/data")
    every = ("find", "files", "download")
    allowed = names_in(script(plain)) | names_in(script(plain, only=every)) | {"Path", "folder"}
    allowed |= {"pathlib", "hk_path", "datasets", "add_events", "copy", "selected"}
    notes = tuple((about, note) for about in ("", "folder", "host", "selected", "target"))
    evil = searched(target, obs_id, folder, notes)
    for text in (script(evil), script(evil, only=every), script(evil, "tutorial")):
        text.encode()
        assert "PWNED" not in names_in(text)
    assert names_in(script(evil)) <= allowed
    assert names_in(script(evil, only=every)) <= allowed


def test_variables_tell_modules_apart(make_record):
    def of(*instruments):
        records = [make_record(name=f"{n}", instrument=i) for n, i in enumerate(instruments)]
        return list(variables(record.datasets[0] for record in records).values())

    assert of("FPMA", "FPMB") == ["a", "b"]
    assert of("FPMB") == ["b"]
    assert of("FPMA", "FPMA", "FPMB") == ["a", "b", "c"]
    assert of("FPMA", "XRT") == ["a", "xrt"]
    assert of("XRT", "XRT") == ["a", "b"]
    many = of(*["FPMA"] * 60)
    assert len(set(many)) == 60
    assert not {"s", "nw"} & set(of(*["FPMA"] * 20))


def test_a_dataset_that_led_to_nothing_is_left_out(make_record):
    one, two = make_record(name="1A"), make_record(path="/data/b.evt", name="2A")
    spectrum = two.datasets[0].steps["spectrum"]
    bare = {**two.datasets[0].steps, "spectrum": replace(spectrum, answered=None, state="empty")}
    record = replace(one, datasets=(*one.datasets, DatasetRecord("2A", "events", bare)))
    assert "b.evt" not in script(record)
    assert "b.evt" in script(replace(record, datasets=record.datasets[1:]))


COMMON = "constant*tbabs*(powerlaw+gaussian)"


@st.composite
def moved_parameters(draw, n_groups):
    found = list(Expression.parse(COMMON).parameters(n_groups))
    for index, one in enumerate(found):
        changes = {}
        if draw(st.booleans()):
            changes["value"] = draw(st.floats(one.hard_lo, min(one.hard_hi, 1e5)))
        if draw(st.integers(0, 3)) == 0:
            lo, hi = sorted(draw(st.tuples(*[st.floats(one.hard_lo, one.hard_hi)] * 2)))
            if lo < hi:
                inside = min(max(changes.get("value", one.value), lo), hi)
                changes |= {"hard_lo": lo, "soft_lo": lo, "soft_hi": hi, "hard_hi": hi}
                changes["value"] = inside
        changes["frozen"] = draw(st.booleans())
        if draw(st.integers(0, 2)) == 0:
            earlier = [f"p{p.number}" for p in found[:index]]
            changes["link"] = draw(st.sampled_from(["", *earlier]))
        found[index] = replace(one, **changes)
    return tuple(found)


@hypothesis_settings(deadline=None)
@given(st.data(), st.integers(1, 2))
def test_lines_of_parameters_make_them_what_they_were(data, n_groups):
    wanted = data.draw(moved_parameters(n_groups))
    usual = Expression.parse(COMMON).parameters(n_groups)
    lines = parameter_lines(wanted, usual)
    with Session(live=False) as s:
        s.fit.model = COMMON
        s.fit.parameters = usual
        exec("\n".join(lines), {"s": s, "nw": nw})  # noqa: S102  the test's own
        got = s.fit.parameters
    for one, two in zip(got, wanted, strict=True):
        assert one.link == two.link
        if not two.link:
            assert one == two
        else:
            limits = ("hard_lo", "soft_lo", "soft_hi", "hard_hi", "delta")
            assert [getattr(one, n) for n in limits] == [getattr(two, n) for n in limits]


def test_limits_and_numpy_numbers_reach_the_fit():
    with Session(live=False) as s:
        s.fit.model = "powerlaw"
        s.fit.set(PhoIndex=np.float64(1.7))
        s.fit.limit("PhoIndex", soft_lo=1, soft_hi=np.float64(3))
        assert s.fit.parameter("PhoIndex").value == 1.7
        assert (s.fit.parameter(1).soft_lo, s.fit.parameter(1).soft_hi) == (1.0, 3.0)


def test_a_session_whose_datasets_were_removed_asks_for_nothing(session):
    session.settle()
    for name in tuple(session.datasets):
        session.remove(name)
    assert ".run()" not in session.script()
