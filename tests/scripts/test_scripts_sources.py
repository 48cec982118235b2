"""Scripts of fits with several sources, data groups, formulas: nuwidgets' own and PyXspec's."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from tutorial_runs import calls, named

from nuwidgets.domain.fit import SourceResponse
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.record import DatasetRecord, SessionRecord, StepRecord
from nuwidgets.errors import InputError
from nuwidgets.files.xcm_parameters import groups_of, models_of
from nuwidgets.files.xcm_text import formula
from nuwidgets.science.models import parameters as pars
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.groups import untie_groups
from nuwidgets.scripts import script
from nuwidgets.scripts.fits import name_of, parameter_lines
from nuwidgets.scripts.tutorial_model import Fitted, error_words, model_lines
from nuwidgets.session import Session

MODEL = "constant*tbabs*powerlaw; 2:bkg powerlaw + gaussian"


@pytest.fixture
def opened(observation):
    with Session(live=False) as s:
        for module in "AB":
            stem = f"nu{observation.name}{module}"
            s.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        s.fit.ignore = "**-3. 79.-**"
        yield s


def sources(s):
    s.fit.model = MODEL
    s.fit.response(1, 2, "same")
    s.fit.response(2, 2, "same")
    s.fit.set("bkg:PhoIndex=0.5", "bkg:powerlaw.norm=1e-5", "LineE=20", "bkg:gaussian.norm=1e-6")
    s.fit.freeze("bkg:PhoIndex", "LineE", "Sigma", "nH", "bkg:gaussian.norm")
    s.fit.link("bkg:2:powerlaw.norm", "1.2*bkg:powerlaw.norm")
    s.fit.untie("powerlaw.PhoIndex")
    s.fit.link("2:PhoIndex", "PhoIndex + 0.1")
    s.fit.statistic, s.fit.test_statistic = "cstat", "pchi"


def groups(s):
    s.fit.groups = (1, 1)
    s.fit.model = "tbabs*powerlaw"
    s.fit.link("norm", "10^(-PhoIndex)")
    s.fit.weight, s.fit.systematic = "model", 0.03
    s.fit.note("one sky", "groups")


@pytest.mark.parametrize("work", [sources, groups], ids=lambda f: f.__name__)
def test_a_native_script_gives_the_same_fit(work, opened, run_script, marks, is_formatted):
    work(opened)
    opened.fit.run()
    text = script(opened.record())
    is_formatted(text)
    found, said = run_script(text)
    assert found["fit"] == marks(opened)["fit"]
    assert repr(opened.fit.product) in said
    if work is groups:
        assert "# why: one sky\ns.fit.groups = (1, 1)\n" in text
        assert 's.fit.link("norm", "10^(-p2)")' in text
    else:
        assert 's.fit.response(1, 2, "same")' in text
        assert 's.fit.link("bkg:2:powerlaw.norm", "1.2*p10")' in text


def drawn(seed, text, n_groups):
    """Parameters as a person may leave them, linked by formulas to others before them."""
    rng = random.Random(seed)  # noqa: S311  no secrets here
    found = Composite.parse(text).parameters(n_groups)
    for p in found:
        kind = rng.random()
        if kind < 0.3:
            found = pars.limit(found, p.number, hard_lo=-1, soft_lo=0, soft_hi=3, hard_hi=4)
            found = pars.set_value(found, p.number, rng.uniform(0, 3))
        if 0.2 < kind < 0.5:
            found = pars.freeze(found, p.number)
        alone = [q.number for q in found[: p.number - 1] if not q.link]
        if kind > 0.5 and alone:
            near, far = rng.choice(alone), rng.choice(alone)
            formulas = (f"p{near}", f"2*p{near} + 0.1", f"p{near}*p{far}^2", f"max(p{far}, 1)")
            found = pars.link(found, p.number, rng.choice(formulas))
    return found


@pytest.mark.parametrize("n_groups", [1, 3])
@pytest.mark.parametrize("seed", range(10))
def test_native_lines_make_parameters_what_they_were(seed, n_groups):
    wanted = drawn(seed, MODEL, n_groups)
    usual = Composite.parse(MODEL).parameters(n_groups)
    assert [pars.find(wanted, name_of(wanted, p)).number for p in wanted] == [
        p.number for p in wanted
    ]
    with Session(live=False) as s:
        s.fit.model, s.fit.parameters = MODEL, usual
        exec("\n".join(parameter_lines(wanted, usual)), {"s": s})  # noqa: S102  the test's own
        for one, two in zip(s.fit.parameters, wanted, strict=True):
            assert one == (two if not two.link else replace(two, value=one.value))


def write_spectrum(folder, name, **links):
    folder.mkdir(parents=True, exist_ok=True)
    table = fits.BinTableHDU.from_columns([fits.Column("COUNTS", "J", array=np.ones(8))])
    table.name = "SPECTRUM"
    table.header.update(links)
    table.writeto(folder / name)
    for other in links.values():
        (folder / other).touch()
    return str(folder / name)


def session_of(paths, parameters, **more):
    usual = {"background_path": "", "rmf_path": "", "arf_path": "", "row": 0}
    usual |= {"grouping": Grouping("file")}
    datasets = []
    for n, path in enumerate(paths):
        step = StepRecord(f"d{n}.spectrum", {"path": path, **usual}, answered="yes")
        datasets.append(DatasetRecord(f"d{n}", "spectrum", {"spectrum": step}))
    settings = {"model": MODEL, "parameters": parameters, "statistic": "cstat", "ignore": ()}
    settings |= {"abundance": "wilm", "cross_section": "vern", **more}
    steps = {"fit": StepRecord("fit", settings, answered="yes", state="stale")}
    steps["errors"] = StepRecord("errors", {"delta": 1.0, "numbers": ()}, answered="yes")
    return SessionRecord(tuple(datasets), tuple(d.name for d in datasets), steps)


def told(parameters, given):
    """Parameters as the stand-in writes them down, by XSPEC's numbers."""
    theirs = models_of(MODEL, parameters, given.n_groups, given.seen(Composite.parse(MODEL)))
    names = ("value", "delta", "hard_lo", "soft_lo", "soft_hi", "hard_hi")
    return [
        {"number": number, "link": formula(p.link)}
        if p.link
        else {"number": number, "link": None, "frozen": p.frozen}
        | {name: getattr(p, name) for name in names}
        for model in theirs
        for number, p in enumerate(model.parameters, start=1)
    ]


def heard(found):
    """What matters of parameters that the stand-in wrote down."""
    return [
        {k: one[k] for k in ("number", "link")}
        if one["link"]
        else {k: v for k, v in one.items() if k != "model"}
        for one in found
    ]


@pytest.mark.parametrize(
    ("groups", "seen"),
    [((), (1, 2, 3)), ((1, 1, 2), (1, 2, 3)), ((1, 2, 2), (3,)), ((1, 2, 3), (2, 3)), ((), (1,))],
)
def test_pyxspec_is_told_all_of_it(tmp_path, groups, seen):
    links = {"BACKFILE": "b.pha", "RESPFILE": "r.rmf", "ANCRFILE": "a.arf"}
    paths = [write_spectrum(tmp_path / n, "src.pha", **links) for n in "xyz"]
    other = write_spectrum(tmp_path / "w", "own.rmf", ANCRFILE="own.arf")
    arf = other.replace(".rmf", ".arf")
    responses = [SourceResponse(n, 2, "same") for n in seen]
    responses[0] = SourceResponse(seen[0], 2, other, arf)
    given = Fitted(groups or (1, 2, 3), tuple(responses))
    free = Composite.parse(MODEL).parameters(given.n_groups)
    free = untie_groups(pars.set_values(free, "PhoIndex=1.7"), "powerlaw.PhoIndex", "LineE")
    free = pars.link(free, "2:powerlaw.norm", "2*powerlaw.norm + bkg:gaussian.norm")
    record = session_of(
        paths, free, groups=groups, responses=given.responses, weight="model", test_statistic="ks"
    )
    made = calls(script(record, "tutorial"), tmp_path / "run")
    pairs = enumerate(zip(given.groups, paths, strict=True), 1)
    places = " ".join(f"{group}:{n} {path}" for n, (group, path) in pairs)
    assert named(made, "AllData")[0]["text"] == places
    assert [one.get("name", "") for one in named(made, "Model")] == ["", "bkg"]
    (done,) = named(made, "Fit.perform")
    assert heard(done["parameters"]) == told(free, given)
    folders = ["x", "y", "z"]
    for n in seen:
        own = [str(tmp_path / folders[n - 1] / name) for name in ("r.rmf", "a.arf")]
        assert done["sources"][str(n)]["2"] == ([other, arf] if n == seen[0] else own)
    assert [one["value"] for one in named(made, "Fit.weight")] == ["model"]
    assert [one["value"] for one in named(made, "Fit.statTest")] == ["ks"]
    theirs = error_words(MODEL, free, [p.number for p in free if p.free], given).split()
    assert [str(n) for n in named(made, "Fit.error")[0]["numbers"]] == theirs
    assert "bkg:1" in theirs


@pytest.mark.parametrize("seed", range(12))
def test_any_parameters_arrive_in_pyxspec(tmp_path, seed):
    n_groups = 1 + seed % 3
    given = Fitted(tuple(range(1, n_groups + 1)), tuple(SourceResponse(n, 2, "same")
                   for n in range(1, n_groups + 1)))  # fmt: skip
    wanted = drawn(seed, MODEL, n_groups)
    if not any(p.free for p in wanted):
        wanted = pars.thaw(wanted, 1)
    write_spectrum(tmp_path, "src.pha", RESPFILE="r.rmf")
    data = " ".join(f"{n}:{n} src.pha" for n in given.groups)
    lines = [
        "import os, xspec",
        f"os.chdir({str(tmp_path)!r})",
        "xspec.Xset.allowPrompting = False",
        'xspec.Fit.query = "yes"',
        f'xspec.AllData("{data}")',
        *(f'xspec.AllData({n}).multiresponse[1] = "r.rmf"' for n in given.groups),
        *model_lines(MODEL, wanted, given),
        "xspec.Fit.perform()",
    ]
    made = calls("\n".join(lines), tmp_path / "run")
    assert heard(named(made, "Fit.perform")[0]["parameters"]) == told(wanted, given)


def test_parameters_of_another_number_of_groups_are_refused():
    parameters = Composite.parse(MODEL).parameters(2)
    with pytest.raises(InputError, match="has 9 parameters for each data group, the session 18"):
        model_lines(MODEL, parameters, Fitted((1, 2, 3)))
    record = session_of(["a.pha"], parameters)
    with pytest.raises(InputError, match="has 9 parameters for 1 spectra, the session 18"):
        script(record)
    assert groups_of(2, (1, 2), [(2, 2)]) == {2}
