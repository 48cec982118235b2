"""The script of a session, run in a fresh process, gives identical products."""

import json

import numpy as np
import pytest

import nuwidgets as nw
from nuwidgets.commands.extract import product_paths, write_products
from nuwidgets.domain.pixel_shapes import PixelCircle, PixelEllipse
from nuwidgets.scripts import script
from nuwidgets.session import Session


@pytest.fixture
def opened(observation):
    with Session(live=False) as s:
        for module in "AB":
            stem = f"nu{observation.name}{module}"
            s.add_events(
                observation / "event_cl" / f"{stem}01_cl.evt", observation / "hk" / f"{stem}_fpm.hk"
            )
        s.fit.ignore = "**-3. 79.-**"
        yield s


def single(s, folder):
    first = s.names[0]
    s.use(first)
    a = s.datasets[first]
    a.image.binning, a.image.band = 2, (3, 20)
    a.lightcurve.binsize_s, a.lightcurve.correct_livetime = 100, False
    a.lightcurve.run()
    a.image.run()
    s.fit.model = "tbabs*powerlaw"
    s.fit.run()
    s.errors.run()


def joint(s, folder):
    s.use(*reversed(s.names))
    s.fit.model = "constant*tbabs*powerlaw"
    s.fit.set(PhoIndex=1.7, norm=0.004)
    s.fit.run()
    s.errors.numbers, s.errors.delta = (3,), 1.0
    s.errors.run()
    s.flux.band = (10, 40)
    s.flux.run()
    s.curve.run()


def shapes_and_times(s, folder):
    a, b = s.datasets.values()
    centre = a.regions.source.shapes[0]
    hole = nw.Circle(centre.ra_deg + 0.01, centre.dec_deg, 40, exclude=True)
    more = nw.Box(centre.ra_deg, centre.dec_deg, 200, 30.5, 12.25)
    a.regions.source = [centre, more, hole]
    x, y = 500.25, 480.5
    b.regions.source = [PixelCircle(x, y, 60), PixelEllipse(x, y, 10, 5, 30, exclude=True)]
    b.regions.background = None
    start = a.events.product.gti.intervals[0][0]
    times = nw.Gti(((start, start + 900.125), (start + 1500, start + 3000)))
    a.screen.user_gti = b.screen.user_gti = times
    a.screen.max_grade = 20
    a.lightcurve.run()
    for one in (a, b):
        one.spectrum.run()


def parameters(s, folder):
    s.fit.model = "constant*tbabs*(powerlaw+gaussian+gaussian)"
    s.fit.set("gaussian_4.LineE=6.4", "gaussian_5.LineE=10.5", "gaussian_5.Sigma=0.3", nH=0.5)
    s.fit.freeze("nH", "gaussian_4.LineE", "gaussian_4.Sigma", "gaussian_5.LineE")
    s.fit.freeze("gaussian_5.Sigma")
    s.fit.limit("PhoIndex", soft_lo=1.0, soft_hi=3.0)
    s.fit.limit("constant.factor", hard_lo=0.5, soft_lo=0.6, soft_hi=1.4, hard_hi=1.5)
    s.fit.link("gaussian_5.norm", "gaussian_4.norm")
    s.fit.link("2:PhoIndex", None)
    s.fit.statistic, s.fit.abundance = "cstat", "angr"
    s.fit.cross_section = "bcmc"
    s.fit.run()
    s.flux.run()


def groupings(s, folder):
    a, b = s.datasets.values()
    a.spectrum.suggest(grouping="min 15")  # usual now, but no new session has it
    b.spectrum.grouping = "constant 8"
    a.image.suggest(band=(5, 10))
    a.image.run()
    s.fit.model = "powerlaw"
    s.fit.statistic = "cstat"
    s.fit.run()


def files(s, folder):
    a = s.datasets[s.names[0]]
    a.regions.run()
    paths = product_paths(a.events.path, folder)
    write_products(a, {}, paths, overwrite=False)
    s.use()
    s.add_spectrum(
        paths["source_spectrum"],
        rmf_path=paths["rmf"],
        arf_path=paths["arf"],
        background_path="none",
        grouping="min 25",
    )
    s.use(s.names[-1])
    s.fit.model = "powerlaw"
    s.fit.run()
    s.curve.run()


@pytest.mark.parametrize(
    "work",
    [single, joint, shapes_and_times, parameters, groupings, files],
    ids=lambda f: f.__name__,
)
def test_a_script_gives_identical_products(work, opened, tmp_path, run_script, marks, is_formatted):
    work(opened, tmp_path)
    text = script(opened.record())
    is_formatted(text)
    found, said = run_script(text)
    assert {path: mark for path, mark in marks(opened).items() if path != "curve"}.items() <= (
        found.items()
    ), text
    if opened.curve.product:
        assert found["curve"] == json.loads(json.dumps(marks(opened)["curve"]))
    if opened.fit.product:
        assert repr(opened.fit.product) in said


def test_what_is_out_of_date_is_said_and_made_of_the_settings_of_now(opened, run_script):
    s = opened
    s.use(s.names[0])
    s.fit.model = "powerlaw"
    best = s.fit.run()
    s.fit.set(PhoIndex=2.5)
    s.flux.run()
    text = script(s.record())
    assert "# The product of s.fit was out of date when this was written" in text
    assert (
        text.index("s.fit.set(PhoIndex=2.5")
        < text.index("s.flux.run()")
        < text.index("s.fit.run()")
    )
    found, said = run_script(text)
    s.fit.run()
    assert repr(s.fit.product) in said
    assert np.isclose(s.fit.product.statistic, best.statistic)
    assert "fit" in found
