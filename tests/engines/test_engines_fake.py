"""Simulated spectra: their means, their scatter, their files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fit_toys import Token, changed, predicted, request, response, spectrum

from nuwidgets.domain.fake import FakeRequest
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.engines.embedded.fake import fake_spectrum, solve_fake
from nuwidgets.engines.embedded.fit import solve_fit
from nuwidgets.errors import CancelledError, EngineFailedError, FileError, InputError
from nuwidgets.files import spectrum_folder as faked_files
from nuwidgets.files.arf import write_arf
from nuwidgets.files.kept import load_product, save_product
from nuwidgets.files.pha import write_pha
from nuwidgets.files.rmf import write_rmf
from nuwidgets.files.spectrum_folder import write_spectra
from nuwidgets.files.spectrum_set import load_spectrum

TRUTH = (1.7, 0.5)
ASKED = request("powerlaw", p1=1.7, p2=0.5)


def back(counts=50.0, exposure_s=4000.0, backscal=3.0):
    return spectrum(np.full(100, counts), exposure_s=exposure_s, backscal=np.full(100, backscal))


def data(**changes):
    return spectrum(np.zeros(100), **changes)


def faked(asked=ASKED, spectra=None, **how):
    return solve_fake(FakeRequest(asked, **how), spectra or (data(),), Token())


def test_without_noise_it_is_what_is_expected():
    made = faked(noise=False, exposure_s=2e4)
    (one,) = made.spectra
    assert one.counts == pytest.approx(predicted("powerlaw", TRUTH, exposure_s=2e4), rel=1e-9)
    assert one.exposure_s == 2e4
    assert made.source_per_s[0] == pytest.approx(one.total / 2e4)
    assert made.background_per_s == (0.0,)


def test_counts_scatter_as_poissons():
    expected = predicted("powerlaw", TRUTH)
    drawn = np.array([faked(seed=seed).spectra[0].counts for seed in range(300)])
    assert np.array_equal(drawn, np.rint(drawn))
    pulls = (drawn.mean(axis=0) - expected) / np.sqrt(expected / 300)
    assert np.abs(pulls).max() < 4.5
    assert (drawn.var(axis=0) / expected).mean() == pytest.approx(1.0, abs=0.03)


def test_a_background_is_added_and_simulated_beside():
    given = data(background=back(), exposure_s=1000.0)
    made = faked(spectra=(given,), noise=False)
    (one,) = made.spectra
    expected = 50.0 * 1000.0 / (4000.0 * 3.0)
    assert one.counts - predicted("powerlaw", TRUTH) == pytest.approx(expected, rel=1e-6)
    assert one.background.counts == pytest.approx(50.0)
    assert made.background_per_s[0] == pytest.approx(expected / 1000 * 100)
    assert one.background_ratio == pytest.approx(given.background_ratio)


def test_a_longer_exposure_stretches_the_background_too():
    given = data(background=back(), exposure_s=1000.0)
    (one,) = faked(spectra=(given,), noise=False, exposure_s=5000.0).spectra
    assert (one.background.exposure_s, one.background.counts[0]) == (20000.0, 250.0)
    (other,) = faked(spectra=(given,), noise=False, background_exposure_s=400.0).spectra
    assert (other.background.exposure_s, other.background.counts[0]) == (400.0, 5.0)
    assert other.counts == pytest.approx(one.counts / 5)


def test_a_background_can_be_left_out():
    (one,) = faked(spectra=(data(background=back()),), noise=False, background=False).spectra
    assert one.background is None
    assert one.counts == pytest.approx(predicted("powerlaw", TRUTH), rel=1e-9)


def test_source_and_background_fluctuate_apart():
    given = data(background=back())
    pairs = [faked(spectra=(given,), seed=seed).spectra[0] for seed in range(200)]
    one = np.array([p.counts[:20].sum() for p in pairs])
    other = np.array([p.background.counts[:20].sum() for p in pairs])
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.25
    assert other.var() == pytest.approx(1000, rel=0.3)


def test_seeds_make_spectra_again_each_its_own():
    pair = (data(), data())
    asked = request("powerlaw", 2, p1=1.7, p2=0.5)
    one, same, other = (faked(asked, pair, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.spectra[0].counts, same.spectra[0].counts)
    assert not np.array_equal(one.spectra[0].counts, other.spectra[0].counts)
    assert not np.array_equal(one.spectra[0].counts, one.spectra[1].counts)
    (alone,) = faked(seed=1).spectra
    assert np.array_equal(alone.counts, one.spectra[0].counts)


def test_what_is_ignored_or_bad_or_grouped_is_simulated_channel_by_channel():
    quality = np.where(np.arange(100) < 10, 1, 0)
    grouping = np.where(np.arange(100) % 5 == 0, 1, -1)
    given = data(quality=quality, grouping=grouping)
    (one,) = faked(replace(ASKED, ignore=("**-4.",)), (given,), noise=False).spectra
    assert one.counts == pytest.approx(predicted("powerlaw", TRUTH), rel=1e-9)
    assert np.array_equal(one.grouping, grouping)
    assert np.array_equal(one.quality, quality)


def test_areascal_counts_as_in_a_fit():
    given = data(areascal=np.full(100, 0.5))
    made = faked(spectra=(given,), noise=False)
    assert made.spectra[0].counts == pytest.approx(predicted("powerlaw", TRUTH) / 2, rel=1e-9)
    found = solve_fit(ASKED, made.spectra, Token())
    assert [p.value for p in found.parameters] == pytest.approx(TRUTH, rel=1e-4)


def test_a_fit_finds_the_truth_again():
    given = data(background=back(), exposure_s=1e4)
    made = faked(spectra=(given,), seed=5)
    found = solve_fit(replace(ASKED, statistic="cstat"), made.spectra, Token())
    for p, sigma, truth in zip(found.parameters, found.sigma, TRUTH, strict=True):
        assert abs(p.value - truth) < 3.5 * sigma


def test_nothing_of_the_real_spectrum_is_left():
    (one,) = faked(spectra=(data(path="real.pha", stat_error=np.ones(100), poisson=False),)).spectra
    assert (one.path, one.request, one.gti, one.stat_error) == ("", None, None, None)
    assert one.poisson
    assert one.name == "toy_fake"


def test_a_background_whose_errors_are_no_counts_is_said():
    odd = replace(back(), poisson=False, stat_error=np.ones(100))
    made = faked(spectra=(data(background=odd),))
    assert "the errors of its background are not those of counts" in made.provenance.warnings[0]


def test_a_background_whose_errors_are_the_roots_of_its_counts_is_one_of_counts():
    other = replace(back(), poisson=False, stat_error=np.sqrt(back().counts))
    assert faked(spectra=(data(background=other),)).provenance.warnings == ()


@pytest.mark.parametrize("how", [{"exposure_s": -1.0}, {"background_exposure_s": float("nan")}])
def test_an_exposure_that_is_none_is_refused(how):
    with pytest.raises(InputError, match=r"Cannot simulate .* Give exposures above 0"):
        faked(**how)


def test_a_model_without_value_is_refused():
    asked = changed(request("powerlaw", p1=-400.0), 1, hard_lo=-500.0)
    with pytest.raises(EngineFailedError, match="gives no finite number of photons"):
        faked(asked)


def test_it_is_stopped():
    with pytest.raises(CancelledError):
        solve_fake(FakeRequest(ASKED), (data(),), Token(patience=1))


def test_it_is_kept_beside_a_session_file(tmp_path):
    made = faked(spectra=(data(background=back()),))
    path = tmp_path / "s-kept" / "fake.fits"
    again = load_product(path, save_product(path, made))
    assert np.array_equal(again.spectra[0].counts, made.spectra[0].counts)
    assert repr(again) == repr(made) == f"<Fake: {made.spectra[0].total:.6g} counts>"


# ---- files -----------------------------------------------------------------------------------


def test_files_are_read_back_as_they_were_made(tmp_path):
    made = faked(spectra=(data(background=back()), data()), asked=request("powerlaw", 2))
    first, second = write_spectra(made.spectra, tmp_path / "new" / "folder")
    assert (first.name, second.name) == ("toy_fake.pha", "toy_fake_2.pha")
    one = load_spectrum(FileSpectrumRequest(str(first)))
    assert np.array_equal(one.counts, made.spectra[0].counts)
    assert np.array_equal(one.background.counts, made.spectra[0].background.counts)
    assert one.exposure_s == made.spectra[0].exposure_s
    assert one.response.matrix.toarray() == pytest.approx(
        response().matrix.toarray(), rel=1e-5, abs=1e-9
    )
    assert one.provenance.warnings == ()
    assert load_spectrum(FileSpectrumRequest(str(second))).background is None


def on_disk(folder):
    folder.mkdir(parents=True)
    write_rmf(folder / "a.rmf", response())
    write_arf(folder / "a.arf", response())
    return replace(response(), rmf_path=str(folder / "a.rmf"), arf_path=str(folder / "a.arf"))


def test_responses_of_files_are_copied_once_each(tmp_path):
    first, second = on_disk(tmp_path / "one"), on_disk(tmp_path / "two")
    spectra = (data(response=first), data(response=first), data(response=second))
    made = faked(request("powerlaw", 3), spectra)
    paths = write_spectra(made.spectra, tmp_path / "out")
    names = [dict(load_spectrum(FileSpectrumRequest(str(p))).links)["RESPFILE"] for p in paths]
    assert names == ["a.rmf", "a.rmf", "toy_fake_3_a.rmf"]
    copy = (tmp_path / "out" / "a.rmf").read_bytes()
    assert copy == (tmp_path / "one" / "a.rmf").read_bytes()


def test_a_response_that_lies_there_already_stays(tmp_path):
    made = faked(spectra=(data(response=on_disk(tmp_path / "one")),))
    before = (tmp_path / "one" / "a.rmf").stat().st_mtime_ns
    (path,) = write_spectra(made.spectra, tmp_path / "one")
    assert (tmp_path / "one" / "a.rmf").stat().st_mtime_ns == before
    assert load_spectrum(FileSpectrumRequest(str(path))).response is not None


def test_nothing_is_written_over(tmp_path):
    made = faked(spectra=(data(background=back()),))
    write_spectra(made.spectra, tmp_path)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(FileError, match=r"Nothing was written: .*exists already"):
        write_spectra(faked(spectra=(data(background=back()),), seed=9).spectra, tmp_path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
    other = faked(spectra=(data(background=back()),), seed=9)
    (path,) = write_spectra(other.spectra, tmp_path, overwrite=True)
    again = load_spectrum(FileSpectrumRequest(str(path)))
    assert np.array_equal(again.counts, other.spectra[0].counts)


def test_names_are_made_safe(tmp_path):
    made = faked(spectra=(data(name="../../3c273.pi"), data(name="..")), asked=request("po", 2))
    paths = write_spectra(made.spectra, tmp_path)
    assert [p.parent for p in paths] == [tmp_path] * 2
    assert paths[0].name == "3c273_fake.pha"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(FileError, match=r"Cannot make the folder .*file"):
        write_spectra(faked().spectra, tmp_path / "file")


def test_a_response_that_cannot_be_read_is_said(tmp_path):
    made = faked(spectra=(data(response=on_disk(tmp_path / "one")),))
    (tmp_path / "one" / "a.arf").unlink()
    with pytest.raises(FileError, match=r"Cannot copy the response .*a\.arf.*not there any more"):
        write_spectra(made.spectra, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
    (tmp_path / "one" / "a.arf").mkdir()
    with pytest.raises(FileError, match=r"Cannot copy the response .*a\.arf"):
        faked_files._bytes(tmp_path / "one" / "a.arf")


# ---- without data ----------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    made = on_disk(tmp_path / "files")
    write_pha(tmp_path / "files" / "b.pha", back(), is_background=True)
    return made.rmf_path, made.arf_path, str(tmp_path / "files" / "b.pha")


def test_a_spectrum_is_made_of_a_response_alone(files):
    rmf, arf, _ = files
    made = fake_spectrum("powerlaw", TRUTH, rmf, arf, 5000.0, noise=False)
    assert made.counts == pytest.approx(predicted("powerlaw", TRUTH, exposure_s=5000.0), rel=1e-5)
    by_name = fake_spectrum("powerlaw", {"PhoIndex": 1.7, "norm": 0.5}, rmf, arf, 5000.0, seed=3)
    given = fake_spectrum("powerlaw", ASKED.parameters, rmf, arf, 5000.0, seed=3)
    assert np.array_equal(by_name.counts, given.counts)
    assert not np.array_equal(by_name.counts, made.counts)


def test_a_background_file_comes_in_as_it_was_measured(files):
    made = fake_spectrum("powerlaw", TRUTH, *files[:2], 8000.0, files[2], noise=False)
    more = made.counts - predicted("powerlaw", TRUTH, exposure_s=8000.0)
    assert more == pytest.approx(50.0 * 8000 / 4000, rel=1e-3)
    assert (made.background.exposure_s, made.background.counts[0]) == (4000.0, 50.0)


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"parameters": (1.7,)}, "with 1 values: it has 2 parameters, powerlaw.PhoIndex, powerl"),
        ({"parameters": {"index": 2}}, "No parameter is called 'index'"),
        ({"exposure_s": 0.0}, "Cannot simulate 0.0 s. Give an exposure above 0"),
        ({"model": "tbabs"}, "only multiplies"),
    ],
)
def test_what_cannot_be_simulated_is_refused(files, how, words):
    usual = {"model": "powerlaw", "parameters": TRUTH, "exposure_s": 1e4}
    asked = usual | how | ({"parameters": ()} if "model" in how else {})
    asked |= {"parameters": (1.0,)} if "model" in how else {}
    with pytest.raises(InputError, match=words):
        fake_spectrum(rmf_path=files[0], arf_path=files[1], **asked)
