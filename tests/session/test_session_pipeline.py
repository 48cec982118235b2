"""A session and its pipeline: from downloaded files to datasets, with the stand-in for HEASoft.

The stand-in runs real processes that write real files; that their numbers are those of the real
tasks is not shown here.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import nuwidgets as nw
from nuwidgets.core.job import State
from nuwidgets.domain.task import SKIPPED
from nuwidgets.errors import CancelledError, EngineFailedError, EngineMissingError, InputError

OBS_ID = "99601110002"


@pytest.fixture(scope="session")
def downloaded(tmp_path_factory):
    """All files of one simulated observation, as they are downloaded."""
    home = tmp_path_factory.mktemp("downloaded")
    with nw.Session() as s:
        s.find.server, s.find.target = "demo", "SIMULATED AGN"
        s.find.run()
        s.find.select(OBS_ID)
        s.download.folder, s.download.preset, s.download.opens = home, "everything", False
        s.download.run()
    return home / "nustar" / OBS_ID


@pytest.fixture
def folder(downloaded, tmp_path):
    """A copy of it: what is made is made here."""
    return Path(shutil.copytree(downloaded, tmp_path / "data" / "nustar" / OBS_ID))


@pytest.fixture
def quiet(tmp_path):
    with nw.Session(live=False) as opened:
        opened.download.folder = tmp_path / "data"
        yield opened


def test_without_heasoft_the_cleaned_events_of_the_archive_are_taken(quiet, folder):
    quiet.pipeline.folders = folder
    product = quiet.pipeline.run()
    assert [(run.subject, run.state) for run in product.runs] == [
        (f"{OBS_ID} FPMA", SKIPPED), (f"{OBS_ID} FPMB", SKIPPED),
    ]  # fmt: skip
    assert product.provenance.engine == "embedded"
    assert list(quiet.datasets) == [f"{OBS_ID}A", f"{OBS_ID}B"]
    assert "event_cl" in quiet.datasets[f"{OBS_ID}A"].events.path
    assert "HEADAS is not set" in quiet.processing.why()
    quiet.engine = "heasoft"
    with pytest.raises(EngineMissingError, match="HEADAS is not set"):
        quiet.pipeline.run()


def test_parameters_have_no_effect_without_heasoft_and_that_is_said(quiet, folder):
    quiet.pipeline.folders, quiet.pipeline.parameters = folder, {"saamode": "STRICT"}
    quiet.pipeline.instrument = "FPMB"
    product = quiet.pipeline.run()
    assert list(quiet.datasets) == [f"{OBS_ID}B"]
    assert "saamode had no effect" in product.provenance.warnings[0]


def test_there_must_be_observations(quiet, tmp_path):
    with pytest.raises(InputError, match=r"Cannot search"):
        quiet.pipeline.run()
    quiet.pipeline.folders = tmp_path / "nothing"
    assert "There is no folder" in quiet.pipeline.run().failed["nothing"]
    (tmp_path / "empty").mkdir()
    quiet.pipeline.folders = tmp_path / "empty"
    assert "holds no files of an observation" in quiet.pipeline.run().failed["empty"]


def test_one_folder_that_cannot_be_used_does_not_stop_the_others(quiet, folder, tmp_path, heasoft):
    quiet.processing.look_again()
    quiet.pipeline.folders = tmp_path / "nothing", folder
    quiet.pipeline.instrument = "FPMA"
    product = quiet.pipeline.run()
    assert [run.state for run in product.runs] == ["done", "failed"]
    assert list(product.failed) == ["nothing"]
    assert quiet.pipeline.state is State.STALE
    assert list(quiet.datasets) == [f"{OBS_ID}A"]


def test_datasets_go_on_with_the_new_events(quiet, folder, heasoft):
    quiet.processing.look_again()
    a = quiet.add_events(
        folder / "event_cl" / f"nu{OBS_ID}A01_cl.evt.gz", folder / "hk" / f"nu{OBS_ID}A_fpm.hk.gz"
    )
    a.regions.source = nw.Circle(ra_deg=280.0, dec_deg=35.0, radius_arcsec=60)
    before = a.spectrum.submit().result(30)
    quiet.pipeline.folders = folder
    product = quiet.pipeline.run()
    assert list(quiet.datasets) == [f"{OBS_ID}A", f"{OBS_ID}B"]
    assert a.events.path == product[f"{OBS_ID} FPMA"].path("A01_cl.evt")
    assert a.events.hk_path == product[f"{OBS_ID} FPMA"].path("A_fpm.hk")
    assert a.regions.source.shapes[0].radius_arcsec == 60
    assert a.spectrum.state is State.STALE
    assert a.spectrum.submit().result(30).total == pytest.approx(before.total, rel=0.1)


def test_what_heasoft_makes_is_the_same_kind_of_product(quiet, folder, heasoft):
    quiet.processing.look_again()
    quiet.pipeline.folders, quiet.pipeline.instrument = folder, "FPMA"
    quiet.pipeline.run()
    a = quiet.datasets[f"{OBS_ID}A"]
    own = a.spectrum.submit().result(30)
    made = a.spectrum.run()
    assert type(made) is type(own)
    assert made.provenance.engine == "heasoft"
    assert dict(made.provenance.versions)["nuproducts"]
    assert Path(made.provenance.sidecar_path).is_file()
    assert a.lightcurve.run().provenance.engine == "heasoft"
    quiet.fit.model, quiet.fit.ignore = "powerlaw", "**-3. 79.-**"
    assert quiet.fit.run().statistic > 0
    both = a.compare.run()
    assert both.spectra[1].provenance.engine == "heasoft"
    assert both.counts.ratio == pytest.approx(1.0)


def test_a_task_by_its_name_and_its_failure(quiet, folder, heasoft):
    quiet.processing.look_again()
    events = folder / "event_cl" / f"nu{OBS_ID}A01_cl.evt.gz"
    run = quiet.task.call("ftlist", infile=events, option="H")
    assert run.state == "done"
    assert run.provenance.engine == "heasoft"
    assert "EVENTS" in Path(run.log_path).read_text(encoding="utf-8")
    with pytest.raises(EngineFailedError) as caught:
        quiet.task.call("ftlist", infile=folder / "none.evt", option="H")
    assert caught.value.exit_code
    assert caught.value.log_path
    assert quiet.task.state is State.FAILED
    with pytest.raises(InputError, match="none is named"):
        quiet.task.call("")


def test_a_session_finds_all_as_it_was(quiet, folder, heasoft, tmp_path):
    quiet.processing.look_again()
    quiet.pipeline.folders, quiet.pipeline.instrument = folder, "FPMA"
    quiet.pipeline.run()
    a = quiet.datasets[f"{OBS_ID}A"]
    made = a.spectrum.run()
    quiet.save(tmp_path / "a.nuw")
    quiet.close()
    with nw.load(tmp_path / "a.nuw") as back:
        assert back.pipeline.state is State.FRESH
        assert back.pipeline.product.runs[0].files
        b = back.datasets[f"{OBS_ID}A"]
        assert b.spectrum.fresh
        assert b.spectrum.by_heasoft
        again = b.spectrum.run()
        assert again.provenance.engine == "heasoft"
        assert again.total == made.total


def test_stop_leaves_the_step_without_a_product(quiet, folder, heasoft, monkeypatch):
    quiet.processing.look_again()
    monkeypatch.setenv("STANDIN_FAULT", "nupipeline=hang")
    quiet.pipeline.folders = folder
    future = quiet.pipeline.submit()
    while quiet.pipeline.progress is None or not quiet.pipeline.progress.parts:
        pass
    quiet.pipeline.cancel()
    with pytest.raises(CancelledError):
        future.result(10)
    assert quiet.pipeline.state is State.EMPTY
    assert not quiet.datasets
