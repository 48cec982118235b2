"""Several sources, data groups, formulas and table models in a whole session."""

from __future__ import annotations

import os

import numpy as np
import pytest
from astropy.io import fits

import nuwidgets as nw
from nuwidgets.core.job import State
from nuwidgets.domain.fit import SourceResponse
from nuwidgets.errors import InputError
from nuwidgets.session import Session

MODEL = "constant*powerlaw; 2:bkg powerlaw"


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("NUWIDGETS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def joint(observation):
    """A fit of both modules with a second source, not live."""
    with Session(live=False) as s:
        for module in "AB":
            stem = f"nu{observation.name}{module}"
            s.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        s.fit.ignore = "**-3. 79.-**"
        s.fit.model = MODEL
        for spectrum in (1, 2):
            s.fit.response(spectrum, 2, "same")
        s.fit.set("bkg:norm=1e-6", "bkg:PhoIndex=0")
        s.fit.freeze("bkg:PhoIndex")
        s.fit.link("bkg:2:norm", "1.1*bkg:norm")
        yield s


def test_a_session_file_brings_sources_groups_and_formulas_back(joint, tmp_path):
    joint.fit.run()
    before = joint.fit.product
    path = joint.save(tmp_path / "joint.nuw")
    with nw.open(path) as again:
        assert again.fit.state is State.FRESH
        assert again.fit.parameters == joint.fit.parameters
        assert again.fit.request() == joint.fit.request()
        assert again.fit.responses == (SourceResponse(1, 2, "same"), SourceResponse(2, 2, "same"))
        assert again.fit.parameter("bkg:2:norm").link == "1.1*p8"
        assert again.fit.run(anew=True).statistic == pytest.approx(before.statistic, abs=1e-6)
        again.fit.groups = (1, 1)
        again.fit.run()
        other = again.save(tmp_path / "grouped.nuw")
    with nw.open(other) as grouped:
        assert grouped.fit.groups == (1, 1)
        assert grouped.fit.state is State.FRESH
        assert len(grouped.fit.parameters) == 5


def test_what_a_spectrum_takes_along_comes_back_with_undo(joint):
    a, b = joint.names
    joint.fit.groups = (1, 1)
    kept = joint.fit.request()
    joint.use(b)
    assert joint.fit.groups == ()
    assert joint.fit.responses == (SourceResponse(1, 2, "same"),)
    joint.undo()
    assert joint.used == (a, b)
    assert joint.fit.request() == kept


def test_curve_flux_and_errors_go_with_several_sources(joint):
    joint.curve.run()
    assert np.isfinite(joint.curve.product.statistic)
    joint.fit.run()
    joint.flux.run()
    assert len(joint.flux.product.erg_per_cm2_s) == 2
    joint.errors.numbers = (8,)
    (interval,) = joint.errors.run().intervals
    assert interval.lo <= joint.fit.parameter("bkg:norm").value <= interval.hi


def test_a_source_that_nobody_sees_is_said(joint):
    joint.fit.responses = ()
    with pytest.raises(InputError, match=r's\.fit\.response\(1, 2, "same"\)'):
        joint.fit.run()


def write_table(path, scale):
    """An additive table model of one parameter, flat, `scale` photons/cm2/s in each of 90 bins."""
    parameters = fits.BinTableHDU.from_columns(
        [
            fits.Column("NAME", "12A", array=["height"]),
            *(
                fits.Column(name, form, array=[value])
                for name, form, value in (
                    *(("METHOD", "J", 0), ("INITIAL", "E", 1.0), ("DELTA", "E", 0.1)),
                    *(("MINIMUM", "E", 1.0), ("BOTTOM", "E", 1.0), ("TOP", "E", 2.0)),
                    *(("MAXIMUM", "E", 2.0), ("NUMBVALS", "J", 2)),
                )
            ),
            fits.Column("VALUE", "2E", array=[[1.0, 2.0]]),
        ],
        name="PARAMETERS",
    )
    parameters.header.update({"NINTPARM": 1, "NADDPARM": 0})
    edges = np.linspace(1.0, 100.0, 91)
    columns = [fits.Column("ENERG_LO", "E", "keV", array=edges[:-1])]
    columns.append(fits.Column("ENERG_HI", "E", "keV", array=edges[1:]))
    energies = fits.BinTableHDU.from_columns(columns, name="ENERGIES")
    rows = np.array([[scale] * 90, [2 * scale] * 90])
    spectra = fits.BinTableHDU.from_columns(
        [
            fits.Column("PARAMVAL", "1E", array=[[1.0], [2.0]]),
            fits.Column("INTPSPEC", "90E", array=rows),
        ],
        name="SPECTRA",
    )
    primary = fits.PrimaryHDU()
    primary.header.update({"MODLNAME": "flat", "ADDMODEL": True, "REDSHIFT": False})
    fits.HDUList([primary, parameters, energies, spectra]).writeto(path, overwrite=True)


def test_a_table_whose_file_changes_is_read_again(joint, tmp_path):
    path = tmp_path / "flat.fits"
    write_table(path, 1e-4)
    joint.fit.responses = ()
    joint.fit.model = f"atable{{{path}}}"
    assert [p.name for p in joint.fit.parameters][:2] == ["height", "norm"]
    before = joint.curve.run()
    assert joint.curve.run() is before
    write_table(path, 2e-4)
    os.utime(path, (1, 1))
    after = joint.fit.run()
    joint.fit.set("height=1", norm=1)
    doubled = joint.curve.run()
    np.testing.assert_allclose(
        doubled.spectra[0].model_rate, 2 * before.spectra[0].model_rate, rtol=1e-6
    )
    assert after.request.stamp != ()
    assert joint.fit.parameter("norm").value == 1.0


def test_a_spectrum_takes_its_ranges_along(joint):
    a, b = joint.names
    joint.fit.ignore = ("**-3. 79.-**", "1:5.-6.", "2:10.-20. 2:bad")
    joint.use(b, a)
    assert joint.fit.ignore == ("**-3. 79.-**", "2:5.-6.", "1:10.-20. 1:bad")
    joint.use(b)
    assert joint.fit.ignore == ("**-3. 79.-**", "1:10.-20. 1:bad")
    joint.undo()
    assert joint.fit.ignore == ("**-3. 79.-**", "2:5.-6.", "1:10.-20. 1:bad")
    joint.remove(b)
    assert joint.fit.ignore == ("**-3. 79.-**", "1:5.-6.")


def test_ranges_wait_for_spectra_that_are_yet_to_come(observation):
    with Session(live=False) as s:
        s.fit.ignore = "2:5.-6."
        for module in "AB":
            stem = f"nu{observation.name}{module}"
            s.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        assert s.fit.ignore == ("2:5.-6.",)
