"""Reports of real sessions, read back."""

import hashlib
import json
from dataclasses import replace

import pytest
from astropy.table import Table

from nuwidgets.domain.record import SessionRecord
from nuwidgets.errors import FileError, InputError
from nuwidgets.reports import write_report
from nuwidgets.reports.methods import paragraphs
from nuwidgets.reports.tables import TABLES
from nuwidgets.reports.wording import as_latex, as_markdown

HOSTILE = r"3C_273 & \input{/etc/passwd} 50% $x^2$ #1 ~ <script>alert(1)</script>"


def fitted(session):
    session.fit.model = "tbabs*powerlaw"
    session.fit.ignore = "**-3. 79.-**"
    session.fit.run()
    session.errors.run()
    session.flux.run()
    session.curve.run()
    for one in session.datasets.values():
        one.image.run()
        one.lightcurve.run()
        one.spectrum.run()


@pytest.fixture
def record(session):
    fitted(session)
    return session.record()


def text_of(record):
    return as_markdown(paragraphs(record), ())


def test_tables_are_read_back_with_the_numbers_of_the_products(session, record, tmp_path):
    report = write_report(record, tmp_path / "out")
    table = Table.read(tmp_path / "out/tables/parameters.ecsv")
    fit, errors = session.fit.product, session.errors.product
    assert table["value"].tolist() == [p.value for p in fit.parameters]
    lo = {i.number: i.lo for i in errors.intervals}
    hi = {i.number: i.hi for i in errors.intervals}
    free = [row for row in table if row["status"] == "free"]
    assert {r["number"]: r["lo"] for r in free} == lo
    assert {r["number"]: r["hi"] for r in free} == hi
    assert table.meta["statistic"] == fit.statistic
    assert table.meta["confidence"] == "90%"
    datasets = Table.read(tmp_path / "out/tables/datasets.ecsv")
    assert str(datasets["livetime"].unit) == "s"
    spectra = [one.spectrum.product for one in session.datasets.values()]
    assert datasets["livetime"].tolist() == [s.exposure_s for s in spectra]
    assert datasets["counts_source"].tolist() == [s.total for s in spectra]
    fluxes = Table.read(tmp_path / "out/tables/fluxes.ecsv")
    assert fluxes["energy_flux"].tolist() == list(session.flux.product.erg_per_cm2_s)
    assert len(Table.read(tmp_path / "out/tables/history.ecsv")) == len(record.history)
    assert repr(report).startswith(f"<Report: {len(report.files)} files>\n")


def test_a_report_written_twice_is_the_same_and_its_list_is_true(record, tmp_path):
    first = write_report(record, tmp_path / "a")
    assert first.files == write_report(record, tmp_path / "b").files
    assert repr(first) == repr(write_report(record, tmp_path / "a", overwrite=True))
    told = json.loads((tmp_path / "a/products.json").read_text())
    for one in told["report"]:
        data = (tmp_path / "a" / one["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one["sha256"]
    assert len(told["data"]) == 4
    assert all(len(one["sha256"]) == 64 for one in told["data"])
    assert {one["engine"] for one in told["products"]} == {"embedded"}
    pdf = (tmp_path / "a/figures/spectrum-print.pdf").read_bytes()
    assert b"CreationDate" not in pdf


def test_methods_name_what_was_used_and_nothing_else(record):
    text = text_of(record)
    for word in ("Harrison", "Wilms", "Verner", "Kaastra", "iminuit", "radius 150 arcsec", "90%"):
        assert word in text
    for word in ("Cash", "Anders", "Balucinska", "Out of date", "no confidence"):
        assert word not in text
    assert "Approximate: the spectrum of" in text


def test_methods_of_other_choices(session):
    session.fit.model, session.fit.statistic, session.fit.abundance = "powerlaw", "cstat", "angr"
    for one in session.datasets.values():
        one.spectrum.grouping = "min 5"
    session.fit.run()
    text = text_of(session.record())
    assert "Cash" in text
    assert "at least 5 counts in a bin" in text
    assert "no confidence intervals were computed" in text
    for word in ("Wilms", "Verner", "Anders", "Kaastra"):
        assert word not in text


def test_methods_of_other_light_curves(session):
    one = next(iter(session.datasets.values()))
    curve = one.lightcurve
    curve.region, curve.bands, curve.bins = "background", [(3, 10), (10, 79)], "gti"
    curve.run()
    text = text_of(session.record())
    assert f"The light curve of the region 'background' of {one.name} counts 3-79 keV, " in text
    assert "3-10 keV and 10-79 keV in bins of 256 s begun anew in each good interval" in text


def test_a_stale_fit_is_said(session, record, tmp_path):
    session.fit.set(PhoIndex=2.5)
    text = text_of(session.record())
    assert "Out of date: the fit" in text
    assert "changed since: parameters" in text
    write_report(session.record(), tmp_path / "out")
    assert "Out of date" in (tmp_path / "out/tables/parameters.tex").read_text()
    assert Table.read(tmp_path / "out/tables/parameters.ecsv").meta["out_of_date"] is True


def test_events_without_a_fit(session, tmp_path):
    for one in session.datasets.values():
        one.image.run()
        one.lightcurve.run()
    names = {one.name for one in write_report(session.record(), tmp_path / "out").files}
    assert "tables/parameters.tex" not in names
    assert "figures/lightcurve-screen.pdf" in names
    text = (tmp_path / "out/methods.md").read_text()
    assert "no model was fitted" in text
    assert "iminuit" not in text


def test_a_hostile_name_is_only_text(record, tmp_path):
    named = tuple(
        replace(one, pointing=replace(one.pointing, object_name=HOSTILE + "\n\\end{x}"))
        for one in record.datasets
    )
    hostile = replace(record, datasets=named)
    write_report(hostile, tmp_path / "out")
    for name in ("methods.tex", "tables/datasets.tex"):
        text = (tmp_path / "out" / name).read_text()
        assert r"3C\_273 \& \textbackslash{}input\{/etc/passwd\} 50\%" in text
        assert r"\input{" not in text
        assert r"\end{x}" not in text
    assert "<script>" not in (tmp_path / "out/methods.md").read_text()
    assert Table.read(tmp_path / "out/tables/datasets.ecsv")["object"][0].startswith(HOSTILE)
    assert as_latex(paragraphs(hostile)).count(r"\begin") == 1


def test_what_an_earlier_report_left_goes_and_all_else_stays(record, tmp_path):
    place = tmp_path / "out"
    write_report(record, place)
    (place / "mine.txt").write_text("kept")
    (place / "tables/fluxes.tex").write_text("edited by hand")
    bare = replace(record, steps={}, used=())
    report = write_report(bare, place, overwrite=True)
    assert not (place / "tables/parameters.tex").exists()
    assert (place / "mine.txt").read_text() == "kept"
    assert (place / "tables/fluxes.tex").read_text() == "edited by hand"
    assert "tables/parameters.tex" not in [one.name for one in report.files]


def test_a_list_of_files_that_lies_removes_nothing(record, tmp_path):
    place, outside = tmp_path / "out", tmp_path / "outside.txt"
    place.mkdir()
    outside.write_text("precious")
    digest = hashlib.sha256(b"precious").hexdigest()
    told = {"report": [{"file": "../outside.txt", "sha256": digest}, {"file": 3}]}
    for text in (json.dumps(told), json.dumps({"report": told["report"][:1]}), "{"):
        (place / "products.json").write_text(text)
        write_report(record, place, overwrite=True)
        assert outside.exists()


def test_no_datasets_and_a_taken_folder_are_refused(record, tmp_path):
    with pytest.raises(InputError, match=r"the session has no datasets\. Add one first"):
        write_report(SessionRecord(), tmp_path / "out")
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(FileError, match=r"it holds something already\. Choose another"):
        write_report(record, tmp_path)
    with pytest.raises(FileError, match="it holds something already"):
        write_report(record, tmp_path / "note.txt", overwrite=True)
    with pytest.raises(FileError, match="Cannot make the folder"):
        write_report(record, tmp_path / "note.txt" / "out")
    with pytest.raises(FileError, match="Cannot write a report in"):
        write_report(record, "a" * 5000)
    with pytest.raises(FileError, match="Cannot make the folder"):
        write_report(record, "a\0b")
    assert (tmp_path / "note.txt").read_text() == "mine"


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_tables_of_nothing_done(session, make):
    record = session.record()
    bare = {n: replace(s, product=None, answered=None) for n, s in record.steps.items()}
    assert (make(replace(record, steps=bare, history=())) is None) == (
        make is not TABLES["datasets"]
    )


def test_a_spectrum_file_alone(shared_data, tmp_path):
    from nuwidgets.session import Session

    path = shared_data / "nustar_spectra/30001039002/nu30001039002_srcA_sr.pha"
    with Session(live=False) as session:
        session.add_spectrum(path)
        write_report(session.record(), tmp_path / "out")
    text = (tmp_path / "out/methods.md").read_text()
    assert "is a spectrum file of NuSTAR" in text
    assert "names RESPFILE" in text
    assert "Missing: no model was fitted" in text
    told = json.loads((tmp_path / "out/products.json").read_text())
    assert [one["file"] for one in told["data"]] == [str(path)]
