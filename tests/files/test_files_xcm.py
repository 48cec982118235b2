import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.errors import FileError, InputError
from nuwidgets.files.xcm import LARGEST, MOST_LEFT, parse_xcm, read_xcm
from nuwidgets.files.xcm_loading import load_models
from nuwidgets.files.xcm_models import parameter
from nuwidgets.files.xcm_parameters import groups_of, models_of
from nuwidgets.files.xcm_places import located
from nuwidgets.files.xcm_state import (
    DEFAULT,
    XcmModel,
    XcmParameter,
    XcmResponse,
    XcmSpectrum,
    XcmState,
)
from nuwidgets.files.xcm_text import formula, xcm_text
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.links import parse_link
from nuwidgets.science.models.own import forget, model
from nuwidgets.science.models.resolved import values

SAVED = """\
#XSPEC12>save all

statistic cstat
statistic test pchi
weight gehrels
data 1:1 a.pha
response  1:1 a.rmf
arf 1:1 a.arf
data 2:2 b.pha{3}
response  2:1 x.rmf
arf 2:1 x.arf
response 2:2 x.rmf
backgrnd 2 bk.pha{2}

ignore 1:1-4,45-46 2: **-0.3
ign *:7.0-**
ignore bad

method leven 10 0.01
abund angr
xsect bcmc
cosmo 70 0 0.73
xset delta 0.01
systematic 0.03
model  phabs*powerlaw
            0.2      0.001          0          0     100000      1e+06
           2.05      -0.01         -3         -2          9         10
           21.6       0.01          0          0      1e+20      1e+24
= p1
= 2*p2
/
model  2:bkg  powerlaw
1.5
= p3
= bkg:p1
/*
newpar bkg:4 = 1.1*bkg:p2
freeze 1 bkg:1
untie 6
bayes off
"""
"""The layout of what 'save all' writes (XSPEC manual, commands save, model, response)."""


def test_what_save_all_writes():
    state = parse_xcm(SAVED)
    first = (XcmResponse(1, "a.rmf", "a.arf"), XcmResponse(2, "x.rmf", "x.arf"))
    assert state.spectra == (
        XcmSpectrum("a.pha", responses=first),
        XcmSpectrum("b.pha", 2, 3, "bk.pha", 2, (XcmResponse(2, "x.rmf"),)),
    )
    assert state.groups == (1, 2)
    assert state.ignore == ("1:1-4,45-46 2:**-0.3", "**:7.0-**", "bad")
    assert (state.statistic, state.test_statistic, state.weight) == ("cstat", "pchi", "gehrels")
    assert (state.abundance, state.cross_section, state.systematic) == ("angr", "bcmc", 0.03)
    assert state.cosmology == (70, 0, 0.73)
    whole, background = state.models
    assert (whole.expression, whole.source, whole.name) == ("phabs*powerlaw", 1, "")
    assert (background.expression, background.source, background.name) == ("powerlaw", 2, "bkg")
    assert whole.parameters[0] == XcmParameter(0.2, 0.001, True, 0, 0, 1e5, 1e6, "")
    assert whole.parameters[1].frozen is True
    assert whole.parameters[2].frozen is False
    assert [p.link for p in whole.parameters[3:]] == ["p1", "2*p2", ""]
    assert [p.link for p in background.parameters] == ["", "p3", "bkg:p1", "1.1*bkg:p2"]
    assert background.parameters[0] == XcmParameter(1.5, frozen=True, link="")
    assert [one.line for one in state.left_out] == [19, 23, 40]
    assert not any(one.matters for one in state.left_out)
    assert state.sentences == (
        "Lines 19, 23 and 40 tell XSPEC only how to work or what to show: left out.",
    )


def test_two_models_of_two_groups_are_numbered_through():
    loaded = load_models(parse_xcm(SAVED).models, 2, {1: {1, 2}, 2: {1, 2}})
    assert loaded.text == "phabs*powerlaw; 2:bkg powerlaw"
    links = [p.link for p in loaded.parameters]
    assert links == ["", "", "", "p1", "2*p2", "", "", "p3", "p7", "1.1*p8"]
    assert values(loaded.parameters) == pytest.approx(
        (0.2, 2.05, 21.6, 0.2, 4.1, 21.6, 1.5, 21.6, 1.5, 23.76)
    )
    assert loaded.said == ()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("set a 1", "Tcl is not executed"),
        ("source other.xcm", "Tcl is not executed"),
        ("@other.xcm", "Tcl is not executed"),
        ("exec rm -rf /", "Tcl is not executed"),
        ("statistic [exec ls]", "Tcl is not executed"),
        ("abund $table", "Tcl is not executed"),
        ("if {1} {\nmodel po\n1\n1\n}", "Tcl is not executed"),
        ("proc f {} {\n fit\n}", "Tcl is not executed"),
        ("fit 100", "it computes; reading a file computes nothing"),
        ("err 1", "it computes; reading a file computes nothing"),
        ("gain fit 1", "gains of responses are not fitted here"),
        ("addcomp 1 pha", "it changes the model: write the whole model here"),
        ("mdefine f E : add", "it defines a component"),
        ("bayes on", "priors are not used here"),
        ("xset APECROOT 3.0", "settings of single models are not here"),
        ("frobnicate 1", "XSPEC has no such command"),
        ("abund nobody", "'nobody' is not here. "),
        ("statistic whittle", "'whittle' is not here."),
        ("systematic much", "it is no number"),
        ("systematic 2", "it is no fraction such as 0.03"),
        ("cosmo", "it has no numbers"),
        ("cosmo inf", "its numbers must be finite"),
        ("ignore x-y", "Cannot ignore 'x-y'"),
        ("response 7 a.rmf", "there is no spectrum 7"),
        ("data 1:1", "a file is missing after the last number"),
        ("data a{x}", "rows 'x' are no numbers"),
        ("data 0 a.pha", "0 is no number of a spectrum"),
        ("newpar 99 1", "there is no parameter '99'"),
        ("freeze all", "'all' is no number of a parameter"),
        ("model ?", "it defines no model"),
    ],
)
def test_the_rest_is_shown_and_left_out(line, why):
    text = f"statistic cstat\n{line}\nweight churazov\n"
    state = parse_xcm(text)
    (left,) = state.left_out
    assert left.line == 2
    assert left.text == " ".join(line.split())
    assert left.why.startswith(why)
    assert (state.statistic, state.weight, state.models) == ("cstat", "churazov", ())
    assert state.sentences == (f"Line 2 was left out: {left.text!r}, for {left.why}.",)


def test_parameters_that_need_tcl_or_are_no_numbers_keep_their_usual_values():
    state = parse_xcm("model po\n${gamma} -1\none\nmodel 2:bkg po\n1 2 3 4 5 6 7\nnan")
    assert [one.line for one in state.left_out] == [2, 3, 5, 6]
    assert "no such command" in state.left_out[1].why
    assert "more than six numbers" in state.left_out[2].why
    assert "no such command" in state.left_out[3].why
    assert state.models[0].parameters == ()


def test_a_parameter_that_is_no_numbers():
    state = parse_xcm("model po\n1,x\n1e999\n")
    assert [one.why for one in state.left_out] == [
        "Cannot use '1,x' as a parameter: it is no list of numbers",
        "Cannot use '1e999' as a parameter: its numbers must be finite",
    ]
    with pytest.raises(InputError, match="no list of numbers"):
        parameter("a")
    with pytest.raises(InputError, match="must be finite"):
        parameter("inf")


def test_ways_to_write_the_same():
    one = parse_xcm("mo tbabs*po & 0.3 -1 & 2,,0,0 & /*\nno **-3.\nfre 3;tha 1\nexit\nabund nobody")
    (model,) = one.models
    told = model.parameters
    assert told[0] == XcmParameter(0.3, 1, False, link="")
    assert told[1] == XcmParameter(2, hard_lo=0, soft_lo=0, link="")
    assert told[2] == XcmParameter(frozen=True)
    assert one.ignore == ("notice **-3.",)
    assert one.left_out == ()
    two = parse_xcm("data a.pha, b.pha\nresp a.rmf,b.rmf\nback 2 none\nstat chi2\nstat cstat 2")
    assert [s.group for s in two.spectra] == [1, 1]
    assert [s.response(1).rmf for s in two.spectra] == ["a.rmf", "b.rmf"]
    assert two.spectra[1].background == "none"
    assert two.statistic == "chi"
    assert two.left_out[0].why == "all spectra have one statistic here"
    three = parse_xcm("data 1:1{2} a.pha 3:2 b.pha{4-5}\ndata 4 none\nmodel po\nmodel none")
    assert [(s.path, s.group, s.row) for s in three.spectra] == [
        ("a.pha", 1, 2),
        ("b.pha", 3, 4),
        ("b.pha", 3, 5),
    ]
    assert three.groups == (1, 2, 2)
    assert three.models == ()
    assert parse_xcm("data a.pha b.pha\ndata none").spectra == ()


def test_wavelengths_are_no_energies():
    state = parse_xcm("setplot wave\nignore 1.-3.\nignore 1-3\nsetplot energy\nnotice all")
    assert state.ignore == ("1-3", "notice **:**")
    assert [one.why for one in state.left_out if one.matters] == [
        "its numbers are wavelengths: give energies in keV"
    ]


def test_lines_that_go_on():
    state = parse_xcm("model tbabs*(po + \\\n atable{my table.fits})\n0.1")
    assert state.models[0].expression == "tbabs*(po + atable{my table.fits})"
    assert state.models[0].parameters[0].value == 0.1
    assert [one.text for one in parse_xcm("model po\n1\n{\nfit").left_out] == ["{ fit"]


def test_links_as_old_and_new_xspec_write_them():
    models = parse_xcm("model tbabs*po\n0.1\n= 1\n= 2.5*par1 + LOG(p2)").models
    loaded = load_models(models, 1, {1: {1}})
    assert [p.link for p in loaded.parameters] == ["", "p1", "2.5*p1 + log(p2)"]
    alone = (XcmModel("po", 1, "src", (XcmParameter(1), XcmParameter(link="p1"))),)
    assert [p.link for p in load_models(alone, 1, {1: {1}}).parameters] == ["", "p1"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("= p9", "There is no parameter p9 to link to."),
        ("= bkg:p1", "There is no parameter bkg:p1 to link to."),
        ("= p2", "the links lead back to it"),
        ("= system(p1)", "Cannot link a parameter to"),
        ("99", "powerlaw.norm is 99"),
        ("1 1 5 5 2 2", "The limits of powerlaw.norm were left out: 5.0, 5.0, 2.0, 2.0"),
    ],
)
def test_what_a_parameter_cannot_be_is_said(line, said):
    models = parse_xcm(f"model po\n1\n{line}\n").models
    if line == "99":
        models = (replace(models[0], parameters=(DEFAULT, XcmParameter(-99))),)
        said = "powerlaw.norm is 0 instead of -99: it must lie between 0 and 1e+24."
    loaded = load_models(models, 1, {1: {1}})
    (sentence,) = loaded.said
    assert said in sentence
    assert loaded.parameters[1].link == ""


def test_more_parameters_than_there_are_groups():
    model = XcmModel("po", parameters=(XcmParameter(1),) * 5, line=7)
    loaded = load_models((model,), 2, {1: {1, 2}})
    assert loaded.said == ("1 more parameter of the model in line 7 than its 4 was left out.",)
    with pytest.raises(InputError, match=r"Cannot use the model in line 3: .*nosuch"):
        load_models((XcmModel("nosuch", line=3),), 1, {1: {1}})
    assert load_models((), 1, {}).parameters == ()


def test_files_that_are_too_large_for_a_fit():
    too_many = parse_xcm("model po\n" + "1\n" * 20_001)
    assert "more parameters than any model has" in too_many.left_out[0].why
    changes = parse_xcm("model po\nfreeze " + "1-20000 " * 11)
    assert "more changes than any fit needs" in changes.left_out[0].why
    long_ranges = parse_xcm("ignore " + "1-2 " * 6000)
    assert "more ranges than any spectrum has bins" in long_ranges.left_out[0].why
    nonsense = parse_xcm("nonsense\n" * 3000)
    assert len(nonsense.left_out) == MOST_LEFT + 1
    assert nonsense.left_out[-1].why.endswith("this is where reading stops")


def test_constants_are_tied_as_in_xspec():
    loaded = load_models((XcmModel("constant*po"),), 2, {1: {1, 2}})
    assert [p.link for p in loaded.parameters] == ["", "", "", "p1", "p2", "p3"]
    assert not any(p.frozen for p in loaded.parameters)


def test_a_source_that_one_group_sees_has_parameters_for_that_group():
    composite = Composite.parse("tbabs*po; 2:bkg po")
    parameters = composite.parameters(3)
    seen = {source: groups_of(source, (1, 2, 3), [(2, 2), (3, 2)]) for source in (1, 2)}
    assert seen == {1: {1, 2, 3}, 2: {2, 3}}
    models = models_of(composite.text, parameters, 3, seen)
    assert [len(one.parameters) for one in models] == [9, 4]
    # the first group has no such parameters, so the second stands for it
    assert [p.link for p in models[1].parameters] == ["", "", "bkg:p1", "bkg:p2"]
    loaded = load_models(models, 3, seen)
    assert values(loaded.parameters) == values(parameters)
    # what nobody sees is tied, so that no fit asks for it
    assert [p.link for p in loaded.parameters[-6:]] == ["p12", "p13", "", "", "p12", "p13"]


def test_a_formula_of_what_xspec_does_not_have_stays_a_number():
    composite = Composite.parse("po; 2:bkg po")
    parameters = list(composite.parameters(2))
    parameters[7] = replace(parameters[7], link="2*p6")
    models = models_of(composite.text, tuple(parameters), 2, {1: {1, 2}, 2: {2}})
    assert models[1].parameters[1].value == 2.0
    assert models[1].parameters[1].frozen is True


def test_a_tie_to_a_formula_that_xspec_does_not_have_is_that_formula():
    composite = Composite.parse("po; 2:bkg po")
    parameters = list(composite.parameters(3))
    parameters[7] = replace(parameters[7], link="2*p2")
    seen = {1: {1, 2, 3}, 2: {2, 3}}
    models = models_of(composite.text, tuple(parameters), 3, seen)
    assert [p.link for p in models[1].parameters] == ["", "2*p2", "bkg:p1", "2*p2"]


def test_links_to_later_models_come_after_them():
    told = (XcmParameter(2.0, 0.1, False, 0, 0, 9, 9, link="bkg:p1"), XcmParameter(1.0, link=""))
    later = XcmModel("po", 2, "bkg", (XcmParameter(1.0, link=""),))
    lines = xcm_text(XcmState(models=(XcmModel("po", parameters=told), later))).splitlines()
    assert lines == [
        "query yes",
        "model po",
        "    2.0 0.1 0.0 0.0 9.0 9.0",
        "    1.0",
        "model 2:bkg po",
        "    1.0",
        "newpar 1 = bkg:p1",
    ]
    assert parse_xcm("\n".join(lines)).models[0].parameters[0].link == "bkg:p1"


def test_components_of_ones_own_are_named_in_a_comment():
    model("mine", kind="mul")(lambda edges_kev: 0.5 + 0 * edges_kev[:-1])
    try:
        state = XcmState(models=(XcmModel("mine*po*atable{mine.mod}"), XcmModel("po", 2, "bkg")))
        lines = xcm_text(state).splitlines()
    finally:
        forget("mine")
    assert lines[1:] == [
        "# XSPEC does not have mine: defined in Python, by nuwidgets.model",
        "model mine*po*atable{mine.mod}",
        "model 2:bkg po",
    ]
    assert not parse_xcm("\n".join(lines)).left_out


def test_a_single_spectrum_has_one_number_in_ranges():
    lines = xcm_text(XcmState(ignore=("1:1-3", "1-2:5.-7.", "2:bad", "**:9.-**"))).splitlines()
    assert lines[1:] == ["ignore 1:1-3", "ignore 1-2:5.0-7.0", "ignore 2:bad", "ignore **:9.0-**"]


def test_whole_numbers_in_formulas_get_a_point():
    assert formula("2*p3 + 1e-05*log10(bkg:p12)^2 - 0.5") == (
        "2.0*p3 + 1e-05*log(bkg:p12)^2.0 - 0.5"
    )


numbers = st.floats(1e-6, 1e6)


@st.composite
def fits(draw):
    """Draw models with parameters, data groups and who sees what."""
    text = draw(
        st.sampled_from(
            [
                "powerlaw",
                "constant*TBabs*powerlaw",
                "powerlaw; 2:bkg TBabs*bbody",
                "TBabs(powerlaw + gaussian); 2:bkg powerlaw; 3:cxb bremss",
            ]
        )
    )
    groups = draw(st.sampled_from([(1,), (1, 1), (1, 2), (1, 2, 2), (1, 2, 3)]))
    composite, n_groups = Composite.parse(text), max(groups)
    found = [draw(_parameter(p, i)) for i, p in enumerate(composite.parameters(n_groups), start=1)]
    return composite.text, tuple(found), groups


@st.composite
def _parameter(draw, usual, number):
    link = draw(st.sampled_from(["", "", usual.link, "tie", "formula"]))
    if number == 1:
        link = ""
    if link in ("tie", "formula"):
        target = draw(st.integers(1, number - 1))
        real = st.floats(0.001, 1000).filter(lambda x: not x.is_integer())  # 2.0 comes back as 2
        factor = draw(st.one_of(st.integers(2, 9), real))
        forms = ["{1!r}*p{0}", "p{0} + {1!r}", "exp(p{0})/{1!r}", "p1*p{0}^2"]
        form = "p{0}" if link == "tie" else draw(st.sampled_from(forms))
        link = form.format(target, factor)
    if link:
        return replace(usual, link=link)
    lo, mid, hi = sorted(draw(st.lists(numbers, min_size=3, max_size=3, unique=True)))
    limits = {"hard_lo": -lo, "soft_lo": 0.0, "soft_hi": mid, "hard_hi": hi}
    value = draw(st.floats(0, hi))
    return replace(
        usual, link="", value=value, frozen=draw(st.booleans()), delta=draw(numbers), **limits
    )


def told(parameter):
    """What a state says of a parameter: of one that is linked, the link alone."""
    names = ("value", "frozen", "delta", "hard_lo", "soft_lo", "soft_hi", "hard_hi")
    own = () if parameter.link else tuple(getattr(parameter, name) for name in names)
    return parameter.number, parameter.label, parameter.link, own


@settings(deadline=None)
@given(fits())
def test_a_fit_written_and_read_is_the_same(fit):
    text, parameters, groups = fit
    canonical = tuple(replace(p, link=parse_link(p.link).text) if p.link else p for p in parameters)
    n_groups = max(groups)
    everyone = {source: set(groups) for source in (1, 2, 3)}
    state = XcmState(models=models_of(text, canonical, n_groups, everyone))
    again = parse_xcm(xcm_text(state))
    assert again.left_out == ()
    loaded = load_models(again.models, n_groups, everyone)
    assert loaded.said == ()
    assert loaded.text == text
    assert list(map(told, loaded.parameters)) == list(map(told, canonical))


@settings(deadline=None)
@given(st.text(), st.text(alphabet="model datpr{}[]$;\\\n&=/*12:.,-# po"))
def test_no_text_is_too_odd(text, odd):
    for one in (text, odd, SAVED + odd):
        state = parse_xcm(one)
        assert all(left.text.isprintable() and left.why for left in state.left_out)


def test_files_are_looked_for_in_folders(tmp_path, monkeypatch):
    home, given_folder, here = (tmp_path / name for name in ("xcm", "given", "here"))
    for folder, name in ((home, "b.pha"), (given_folder, "a.pha"), (here, "c.rmf.gz")):
        folder.mkdir()
        (folder / name).touch()
    (home / "a.pha").touch()
    monkeypatch.chdir(here)
    state = XcmState(
        (
            XcmSpectrum("a.pha", background="none", responses=(XcmResponse(1, "c.rmf"),)),
            XcmSpectrum("b.pha"),
        ),
        models=(XcmModel("po*etable{b.pha}"),),
    )
    found = located(state, home / "fit.xcm", given_folder)
    assert found.spectra[0].path == str(given_folder / "a.pha")
    assert found.spectra[0].background == "none"
    assert found.spectra[0].response(1).rmf == str(here / "c.rmf.gz")
    assert found.spectra[1].path == str(home / "b.pha")
    assert found.models[0].expression == f"po*etable{{{home / 'b.pha'}}}"
    assert located(state, home / "fit.xcm", "").spectra[0].path == str(home / "a.pha")
    lost = replace(state, spectra=tuple(XcmSpectrum(f"{n}.pha") for n in range(8)))
    with pytest.raises(FileError, match=r"'0.pha', .*'5.pha' and 2 more, which .*folder='...'"):
        located(lost, home / "fit.xcm", given_folder)


def test_files_that_are_no_states(tmp_path):
    with pytest.raises(FileError, match="Cannot read"):
        read_xcm(tmp_path / "no.xcm")
    path = tmp_path / "a.xcm"
    path.write_bytes(b"model po\0")
    with pytest.raises(FileError, match="no text of commands"):
        read_xcm(path)
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(FileError, match="no text of commands"):
        read_xcm(path)
    path.write_text("fit\nplot ldata\n")
    with pytest.raises(FileError, match="says nothing of a fit"):
        read_xcm(path)
    path.write_text("model po\n2\n")
    assert read_xcm(path).models[0].parameters[0].value == 2


def test_names_that_xspec_cannot_take():
    with pytest.raises(InputError, match=r"Cannot write 'a b\.pha' for XSPEC"):
        xcm_text(XcmState((XcmSpectrum("a b.pha"),)))
    with pytest.raises(InputError, match=re.escape("Cannot write '[x].fits'")):
        xcm_text(XcmState(models=(XcmModel("atable{[x].fits}"),)))


def test_numbers_of_real_fits_are_read_back(shared_reference):
    fits_of_xspec = json.loads((shared_reference / "fits.json").read_text())["fits"]
    compared = 0
    for fit in fits_of_xspec:
        lines = [" ".join(map(str, p["values"])) for p in fit["best"]["params"] if not p["link"]]
        (model,) = parse_xcm("\n".join([f"model {fit['expression']}", *lines])).models
        for one, real in zip(model.parameters, fit["best"]["params"], strict=False):
            if not real["link"] and len(real["values"]) == 6:
                assert one.value == real["values"][0]
                assert (one.hard_lo, one.hard_hi) == (real["values"][2], real["values"][5])
                assert one.frozen is real["frozen"] or real["values"][1] == 0
                compared += 1
    assert compared > 50


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"model {'1' * 5000}:a powerlaw", ""),
        (f"newpar {'1' * 5000} 1", "is no number of a parameter"),
        (f"data {'1' * 5000} b.pha", ""),
        ("backgrnd " + "1 b.pha{1-9999} " * 20, "more files than any fit needs"),
        ("response 1001:1 b.rmf", "1001 is no number of a source"),
    ],
)
def test_numbers_without_end_stop_nothing(line, why):
    state = parse_xcm(f"data 1 a.pha\nmodel powerlaw\n/*\n{line}\nabund wilm\n")
    assert state.abundance == "wilm"
    assert len(state.left_out) == bool(why)
    assert all(why in one.why for one in state.left_out)


def test_a_link_to_a_number_without_end_is_left_out():
    loaded = load_models(
        (XcmModel("powerlaw", parameters=(XcmParameter(link=f"p{'1' * 5000}"),)),), 1, {1: {1}}
    )
    assert loaded.parameters[0].link == ""
    assert "was left out" in loaded.said[0]
