"""The panel of the fit's engine: the switch, both engines' numbers, the log of XSPEC."""

from __future__ import annotations

import time

import pytest
from xspec_standin import make_xspec, xspec_environ

from nuwidgets.panels.engine_fit import FitEnginePanel
from nuwidgets.session import Session


@pytest.fixture
def xspec(tmp_path, monkeypatch):
    """Surroundings in which XSPEC is there: the stand-in."""
    environ = xspec_environ(make_xspec(tmp_path))
    for name in ("HEADAS", "PYTHONPATH"):
        monkeypatch.setenv(name, environ[name])


@pytest.fixture
def spectrum_path(tmp_path, monkeypatch):
    from pathlib import Path

    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "engines"))
    from xspec_toys import write_toy

    return write_toy(tmp_path / "spectra")


@pytest.fixture
def session(spectrum_path):
    with Session() as opened:
        opened.add_spectrum(spectrum_path)
        opened.fit.model = "powerlaw"
        opened.fit.set(PhoIndex=1.5, norm=0.01)
        opened.settle()
        yield opened


def until(true, within_s=20.0):
    end_s = time.monotonic() + within_s
    while not true() and time.monotonic() < end_s:
        time.sleep(0.02)
    return true()


def test_without_xspec_it_says_what_is_missing(session, monkeypatch):
    monkeypatch.delenv("HEADAS", raising=False)
    panel = FitEnginePanel(session)
    assert "XSPEC is not here. XSPEC cannot be used: HEADAS is not set." in panel.why.value
    assert panel.compare.disabled
    panel.choice.value = "xspec"  # a choice all the same: it may be opened elsewhere
    assert session.fit.engine == "xspec"
    panel.close()


def test_the_switch_and_the_setting_are_one(session, xspec):
    panel = FitEnginePanel(session)
    assert panel.choice.value == "embedded"
    assert "The embedded engine fits." in panel.why.value
    session.fit.engine = "xspec"
    assert panel.choice.value == "xspec"
    assert "The curve follows the hand with the embedded engine" in panel.why.value
    panel.close()


def test_both_are_compared_in_a_table(session, xspec):
    panel = FitEnginePanel(session)
    assert panel.table.layout.display == "none"
    assert "Nothing is compared yet." in panel.summary.value
    panel.errors.value = True
    panel.compare.click()
    assert until(lambda: session.compare_fit.fresh)
    assert panel.table.columns[-2:] == ["interval, embedded", "interval, XSPEC"]
    assert [row[1] for row in panel.table.rows] == [
        "1 powerlaw.PhoIndex", "2 powerlaw.norm", "statistic / dof",
    ]  # fmt: skip
    first = panel.table.rows[0]
    assert first[3].split(" ± ")[0][:5] == first[4].split(" ± ")[0][:5]
    assert abs(float(first[2])) < 0.01
    assert " to " in first[5]
    assert "Statistic: both agree" in panel.summary.value
    assert session.fit.parameter("PhoIndex").value == 1.5  # a check changes nothing
    panel.close()


def test_a_fit_by_xspec_shows_its_log(session, xspec):
    panel = FitEnginePanel(session)
    assert panel.printed.view.layout.display == "none"
    session.fit.engine = "xspec"
    product = session.fit.run()
    assert product.provenance.engine == "xspec"
    assert until(lambda: "Fit statistic" in panel.printed.view.text)
    assert panel.printed.view.layout.display is None
    assert panel.printed.view.path == product.provenance.log_path
    session.settle()
    assert session.curve.product.provenance.engine == "embedded"
    assert session.errors.run().provenance.engine == "xspec"
    panel.close()


def test_texts_from_outside_are_no_markup(session, monkeypatch):
    monkeypatch.setattr(session.processing.fits, "why_not", lambda: "<b>no</b>")
    panel = FitEnginePanel(session)
    assert "&lt;b&gt;no&lt;/b&gt;" in panel.why.value
    assert repr(panel).startswith("<FitEnginePanel: ")
    panel.close()
