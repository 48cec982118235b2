import json
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nuwidgets.commands.extract import ENDINGS, stem_of
from nuwidgets.domain.band import Band
from nuwidgets.domain.fit import (
    ErrorsRequest,
    FitRequest,
    FitResult,
    FluxRequest,
    SourceResponse,
)
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord
from nuwidgets.errors import InputError
from nuwidgets.science import ranges
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.groups import untie_groups
from nuwidgets.science.models.parameters import freeze
from nuwidgets.scripts import script
from nuwidgets.scripts.xcm import REGIONS, SPECTRUM


def of_files(*changes, model="powerlaw", **fit):
    datasets = []
    for number, change in enumerate(changes, start=1):
        spectrum = {"path": f"/d/s{number}.pha", "background_path": "", "rmf_path": ""}
        spectrum |= {"arf_path": "", "grouping": Grouping("file"), "row": 0, **change}
        step = StepRecord(f"s{number}.spectrum", spectrum)
        datasets.append(DatasetRecord(f"s{number}", "spectrum", {"spectrum": step}))
    parameters = Expression.parse(model).parameters(max(1, len(changes))) if model else ()
    chosen = {"model": model, "parameters": parameters, "statistic": "chi", "ignore": ()}
    chosen |= {"abundance": "wilm", "cross_section": "vern", **fit}
    names = tuple(one.name for one in datasets)
    return SessionRecord(tuple(datasets), names, {"fit": StepRecord("fit", chosen)})


def lines_of(record):
    return [line for line in script(record, "xcm").splitlines() if line and line[0] != "#"]


def test_a_joint_fit_is_told_in_the_order_xspec_asks():
    record = of_files(
        {},
        {"rmf_path": "/d/x.rmf", "arf_path": "none", "background_path": "/d/b.pha", "row": 2},
        model="constant*powerlaw",
        statistic="cstat",
        ignore=("**-3. 79.-**", "bad 2:1-3 notice 2:2"),
    )
    assert lines_of(record) == [
        "query yes",
        "statistic cstat",
        "statistic test chi",
        "weight standard",
        "abund wilm",
        "xsect vern",
        "systematic 0.0",
        "data 1:1 /d/s1.pha 2:2 /d/s2.pha{2}",
        "response 2 /d/x.rmf",
        "arf 2 none",
        "backgrnd 2 /d/b.pha",
        "ignore **:**-3.0",
        "ignore **:79.0-**",
        "ignore bad",
        "ignore 2:1-3",
        "notice 2:2-2",
        "model constant*powerlaw",
        "    1.0 -0.01 0.0 0.0 10000000000.0 10000000000.0",
        "    1.0 0.01 -3.0 -2.0 9.0 10.0",
        "    1.0 0.01 0.0 0.0 1e+20 1e+24",
        "    1.0 0.01 0.0 0.0 10000000000.0 10000000000.0",
        "    = p2",
        "    = p3",
        "fit 100",
    ]


def test_what_was_computed_is_asked_for_from_the_first_values():
    record = of_files({})
    parameters = record.steps["fit"].settings["parameters"]
    best = tuple(replace(p, value=2.5) for p in parameters)
    asked, answered = (FitRequest((), "powerlaw", p) for p in (parameters, best))
    chosen = {**record.steps["fit"].settings, "parameters": best}
    steps = {
        "fit": StepRecord("fit", chosen, {}, "kept", answered, asked),
        "errors": StepRecord(
            "errors", {"delta": 1.0, "numbers": ()}, {}, "kept", ErrorsRequest(answered)
        ),
        "flux": StepRecord(
            "flux", {"band": Band(2, 10)}, {}, "kept", FluxRequest(answered, Band(2, 10))
        ),
    }
    lines = lines_of(replace(record, steps=steps))
    assert lines[-5] == "    1.0 0.01 -3.0 -2.0 9.0 10.0"
    assert lines[-3:] == ["fit 100", "error 1.0 1 2", "flux 2.0 10.0"]
    poor = FitResult(best, (0.1, 0.1), [[]], 300.0, 100, 102, converged=True)
    steps["fit"] = replace(steps["fit"], product=poor)
    steps["errors"] = replace(steps["errors"], settings={"delta": 2.706, "numbers": (2,)})
    assert lines_of(replace(record, steps=steps))[-2] == "error maximum 6.0 2.706 2"


def test_spectra_of_events_are_named_as_extract_writes_them(make_record):
    path = "/d/nu60001110002A01_cl.evt.gz"
    text = script(make_record(path), "xcm")
    assert ENDINGS["source_spectrum"] == SPECTRUM
    assert (ENDINGS["source_region"], ENDINGS["background_region"]) == REGIONS
    assert f"data 1:1 {stem_of(path)}{SPECTRUM}\n" in text
    assert f"#   nuwidgets extract {path} --source nu60001110002A01_src.reg" in text
    assert "--group 'min 20'" in text
    assert "/d/odd_cl.evt" in script(make_record("/d/odd_cl.evt"), "xcm")
    assert f"{stem_of('/d/odd_cl.evt')}{SPECTRUM}" in script(make_record("/d/odd_cl.evt"), "xcm")


def test_a_file_grouped_here_is_grouped_with_ftgrouppha_first():
    text = script(of_files({"grouping": Grouping("optsnmin", 6)}), "xcm")
    assert (
        "#   ftgrouppha infile=/d/s1.pha outfile=s1_grp.pha grouptype=optsnmin groupscale=6" in text
    )
    assert "data 1:1 s1_grp.pha\n" in text


def test_without_model_there_are_data_alone():
    assert lines_of(of_files({}, model=""))[-1] == "data 1:1 /d/s1.pha"


def test_without_spectra_there_is_nothing_to_say():
    with pytest.raises(InputError, match="no spectrum is used"):
        script(of_files(), "xcm")


@pytest.mark.parametrize(
    "path", ["/d/a b.pha", "/d/[exec ls].pha", "/d/$x;y.pha", "/d/a\nquit", "/ä"]
)
def test_names_that_tcl_would_take_apart_are_refused(path):
    with pytest.raises(InputError, match=r"Cannot write .* for XSPEC: it takes letters"):
        script(of_files({"path": path}), "xcm")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.text(), st.just("a\\"), st.just("x\n[exec rm]\n"), st.just("y\\\n")))
def test_notes_and_paths_stay_comments(make_record, words):
    known = Expression.parse("powerlaw").parameters(1)
    record = make_record(f"/d/{words}/a.evt", words, words, [("", words)], parameters=known)
    fit = record.steps["fit"]
    record = replace(record, steps={"fit": replace(fit, settings={**fit.settings, "model": "po"})})
    text = script(record, "xcm")
    plain = script(make_record("/d/a.evt", parameters=known), "xcm")
    assert not re.search(r"\\$", text, re.MULTILINE)
    ours = [line for line in text.split("\n") if line[:1] != "#"]
    usual = [line for line in plain.split("\n") if line[:1] != "#"]
    expected = [line for line in usual if not line.startswith(("model", "    "))]
    assert [line for line in ours if not line.startswith(("model", "    "))] == expected


@pytest.mark.parametrize(
    "text",
    ["**-3. 79.-**", "bad", "2:bad 1:3-5", "1-2:1-30,37-48 notice 5", "0.5", "ig 3.-5. no 4."],
)
def test_ranges_written_out_mean_the_same(text):
    record = of_files({}, {}, ignore=(text,))
    told = [line for line in lines_of(record) if line.split()[0] in ("ignore", "notice")]
    again = tuple(
        one
        for line in told
        for one in ranges.parse(line.replace("bad", "**:bad", 1) if " bad" in line else line)
    )
    assert [replace(one) for one in again] == list(ranges.parse(text))


def test_limits_are_those_of_real_fits(shared_reference):
    fits = json.loads((shared_reference / "fits.json").read_text())["fits"]
    compared = 0
    for fit in fits:
        try:
            Expression.parse(fit["expression"])
        except InputError:
            continue  # a component that is not here
        lines = [line.split() for line in lines_of(of_files({}, model=fit["expression"]))]
        numbers = [line for line in lines if re.fullmatch(r"-?[\d.e+-]+", line[0])]
        for line, real in zip(numbers, fit["best"]["params"], strict=False):
            assert [float(word) for word in line[2:]] == real["values"][2:]
            by_hand = "cflux" in fit["expression"] and real["name"] == "norm"  # as one does with it
            assert (float(line[1]) < 0) == real["frozen"] or by_hand
            compared += 1
    assert compared > 50


def test_errors_of_several_sources_are_asked_for_by_their_own_numbers():
    model = "TBabs*powerlaw; 2:bkg powerlaw"
    parameters = Composite.parse(model).parameters(2)
    parameters = freeze(untie_groups(parameters, "bkg:norm"), "nH", "bkg:PhoIndex")
    record = of_files({}, {"rmf_path": "/d/2.rmf", "arf_path": "/d/2.arf"})
    responses = (SourceResponse(1, 1, "/d/other.rmf"), SourceResponse(2, 2, "same"))
    fit = record.steps["fit"]
    chosen = fit.settings | {"model": model, "parameters": parameters, "responses": responses}
    errors = {"delta": 1.0, "numbers": ()}
    steps = {
        "fit": replace(fit, settings=chosen),
        "errors": StepRecord("errors", errors, answered=ErrorsRequest(FitRequest((), model, ()))),
    }
    lines = lines_of(replace(record, steps=steps))
    # XSPEC has bkg for the second group alone, the only one that sees it
    assert lines[-1] == "error 1.0 2 3 bkg:2"
    assert [one for one in lines if one.startswith(("response", "arf"))] == [
        "response 1 /d/other.rmf",
        "response 2 /d/2.rmf",
        "arf 2 /d/2.arf",
        "response 2:2 /d/2.rmf",
        "arf 2:2 /d/2.arf",
    ]


@pytest.mark.parametrize(
    ("grouping", "words"),
    [
        ("none", "ftgrouppha infile=/d/s1.pha outfile=s1_grp.pha grouptype=constant groupscale=1"),
        ("template o.pha", "grouptype=file templatefile=o.pha"),
        ("grppha bad 0-3 & group min 5", "comm='bad 0-3 & group min 5 & exit'"),
        ("netmin 5", "grouptype=constant groupscale=1 (then, by yourself: netmin 5)"),
    ],
)
def test_every_way_of_grouping_is_told(grouping, words):
    text = script(of_files({"grouping": Grouping.parse(grouping)}), "xcm")
    assert words in text
    assert "data 1:1 s1_grp.pha\n" in text
