"""ftgrouppha without HEASoft, on files; its ways are tested in science/test_science_task_grouping."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from task_toys import STEM, products, run_task

from nuwidgets.core.job import Token
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.spectrum import FileSpectrumRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.pha import read_spectrum
from nuwidgets.science.binning import bins_of


@pytest.fixture(scope="module")
def folder(observation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of nuproducts' products."""
    place = tmp_path_factory.mktemp("products")
    products(observation, place)
    return place


@pytest.fixture(scope="module")
def source(folder: Path) -> Path:
    """The source spectrum."""
    return folder / f"{STEM}A01_sr.pha"


def test_optsnmin_is_that_of_the_spectrum_step(source: Path, folder: Path, tmp_path: Path) -> None:
    back = folder / f"{STEM}A01_bk.pha"
    run = run_task("ftgrouppha", infile=source, backfile=back, outfile=tmp_path / "g.pha",
                   grouptype="optsnmin", groupscale=6)  # fmt: skip
    asked = FileSpectrumRequest(str(source), grouping=Grouping("optsnmin", 6))
    step = EmbeddedEngine().solve(asked, (), Token())
    mine = read_spectrum(run.path("g.pha"))
    np.testing.assert_array_equal(mine.grouping, step.grouping)
    assert 10 < np.count_nonzero(mine.grouping == 1) < 400
    assert (
        str(folder / f"{STEM}A01_sr.rmf")
        in json.loads(Path(run.sidecar_path).read_text())["inputs"]
    )


def test_a_response_that_is_named_is_used(source: Path, folder: Path, tmp_path: Path) -> None:
    shutil.copy(source, tmp_path / "alone.pha")
    rmf = folder / f"{STEM}A01_sr.rmf"
    one = run_task("ftgrouppha", infile=tmp_path / "alone.pha", outfile=tmp_path / "g.pha",
                   respfile=rmf, grouptype="opt")  # fmt: skip
    two = run_task("ftgrouppha", infile=source, outfile=tmp_path / "h.pha")
    groupings = [read_spectrum(r.path(".pha")).grouping for r in (one, two)]
    np.testing.assert_array_equal(*groupings)
    with pytest.raises(InputError, match="by 'opt' without a response"):
        run_task("ftgrouppha", infile=tmp_path / "alone.pha", outfile=tmp_path / "i.pha")


def test_only_channels_between_two_are_joined(source: Path, tmp_path: Path) -> None:
    run = run_task("ftgrouppha", infile=source, outfile=tmp_path / "g.pha", grouptype="min",
                   groupscale=20, minchannel=35, maxchannel=1909)  # fmt: skip
    mine = read_spectrum(run.path("g.pha"))
    assert (mine.grouping[:36] == 1).all()
    assert (mine.grouping[1910:] == 1).all()
    inner = np.where((mine.channel >= 35) & (mine.channel <= 1909), 0, 1)
    sums = bins_of(mine.grouping, inner).sum(mine.counts)
    assert (sums[:-1] >= 20).all()
    assert sums.sum() == mine.counts[inner == 0].sum()
    assert not run.provenance.warnings


def test_opt_takes_all_channels_and_says_so(source: Path, tmp_path: Path) -> None:
    run = run_task("ftgrouppha", infile=source, outfile=tmp_path / "a.pha", minchannel=100)
    assert run.provenance.warnings == ("minchannel and maxchannel mean nothing to grouptype=opt.",)
    plain = run_task("ftgrouppha", infile=source, outfile=tmp_path / "b.pha")
    one, two = (read_spectrum(r.path(".pha")).grouping for r in (run, plain))
    np.testing.assert_array_equal(one, two)


def test_all_else_in_the_file_stays(source: Path, tmp_path: Path) -> None:
    run = run_task("ftgrouppha", infile=source, outfile=tmp_path / "g.pha", grouptype="constant",
                   groupscale=8, rows="-")  # fmt: skip
    with fits.open(source) as old, fits.open(run.path("g.pha"), checksum=True) as new:
        assert [h.name for h in old] == [h.name for h in new]
        for one, other in zip(old, new, strict=True):
            words = set(one.header) - {"CHECKSUM", "DATASUM", "COMMENT", ""}
            assert all(str(one.header[w]) == str(other.header[w]) for w in words)
        assert new[1].data["GROUPING"][:17].tolist() == [1, *[-1] * 7, 1, *[-1] * 7, 1]
        np.testing.assert_array_equal(new[1].data["COUNTS"], old[1].data["COUNTS"])
        np.testing.assert_array_equal(new[0].data, old[0].data)


def test_a_template_is_copied(source: Path, tmp_path: Path) -> None:
    first = run_task("ftgrouppha", infile=source, outfile=tmp_path / "a.pha", grouptype="min",
                     groupscale=33)  # fmt: skip
    run = run_task("ftgrouppha", infile=source, outfile=tmp_path / "b.pha", grouptype="file",
                   templatefile=first.path("a.pha"))  # fmt: skip
    one, two = (read_spectrum(r.path(".pha")).grouping for r in (first, run))
    np.testing.assert_array_equal(one, two)


def test_the_file_itself_may_be_replaced(source: Path, tmp_path: Path) -> None:
    mine = tmp_path / "s.pha"
    shutil.copy(source, mine)
    with pytest.raises(FileError, match=r"s\.pha' exists already\. Set clobber=yes"):
        run_task("ftgrouppha", infile=mine, outfile=mine, grouptype="min", groupscale=5)
    run_task("ftgrouppha", infile=mine, outfile=tmp_path / "!s.pha", grouptype="min", groupscale=5)
    assert np.count_nonzero(read_spectrum(mine).grouping == -1) > 10


def test_a_side_car_of_other_products_is_left_alone(source: Path, tmp_path: Path) -> None:
    more = {"infile": source, "grouptype": "min", "groupscale": 5, "clobber": "yes"}
    one = run_task("ftgrouppha", outfile=tmp_path / "a.pha", **more)
    two = run_task("ftgrouppha", outfile=tmp_path / "b.pha", **more)
    again = run_task("ftgrouppha", outfile=tmp_path / "a.pha", **more)
    assert one.sidecar_path == again.sidecar_path == str(tmp_path / "nuwidgets-run.json")
    assert two.sidecar_path == str(tmp_path / "b.pha.nuwidgets-run.json")
    broken = Path(one.sidecar_path)
    broken.write_text("{")
    assert run_task("ftgrouppha", outfile=tmp_path / "b.pha", **more).sidecar_path == str(broken)


def test_real_spectra_are_grouped(shared_data: Path, tmp_path: Path) -> None:
    home = shared_data / "fit_sets" / "chandra_3c273"
    run = run_task("ftgrouppha", infile=home / "3c273.pi", backfile=home / "3c273_bg.pi",
                   outfile=tmp_path / "g.pi", grouptype="snmin", groupscale=3)  # fmt: skip
    mine, before = read_spectrum(run.path("g.pi")), read_spectrum(home / "3c273.pi")
    np.testing.assert_array_equal(mine.counts, before.counts)
    np.testing.assert_array_equal(mine.quality, before.quality)
    assert not np.array_equal(mine.grouping, before.grouping)
    back = read_spectrum(home / "3c273_bg.pi")
    ratio = before.backscal / back.backscal * before.exposure_s / back.exposure_s
    good = np.where(mine.quality == 1, 1, 0)
    bins = bins_of(mine.grouping, good)
    net = bins.sum(mine.counts - ratio * back.counts)
    noise = np.sqrt(bins.sum(mine.counts + ratio**2 * back.counts))
    assert (net[:-1] >= 3 * noise[:-1] * (1 - 1e-9)).all()


def test_what_cannot_be_is_said(source: Path, tmp_path: Path, shared_data: Path) -> None:
    out = tmp_path / "g.pha"
    other = shared_data / "fit_sets" / "chandra_3c273" / "3c273.pi"
    for wrong, words in (
        ({"infile": ""}, r"'infile' is not set\. Give a spectrum file"),
        ({"outfile": ""}, r"'outfile' is not set\. Give the name"),
        ({"grouptype": "mim"}, "one of constant, min, snmin"),
        ({"grouptype": "bmin"}, "by 'bmin' without a background"),
        ({"grouptype": "file"}, "'templatefile' is not set"),
        ({"grouptype": "file", "templatefile": other}, "it has 1024 channels, the spectrum 4096"),
        ({"minchannel": 5000}, "from minchannel=5000 to maxchannel=-1: the spectrum has those"),
        ({"rows": "1-3"}, "rows='1-3' here: the embedded engine knows only rows='-'"),
        ({"grupscale": 3}, r"ftgrouppha has no parameter 'grupscale'\. Did you mean 'groupscale'"),
    ):
        given = {"infile": source, "outfile": out, "grouptype": "min", "groupscale": 20}
        with pytest.raises(InputError, match=words):
            run_task("ftgrouppha", **(given | wrong))
    with pytest.raises(FileError, match="There is no file"):
        run_task("ftgrouppha", infile=tmp_path / "no.pha", outfile=out)
    assert not list(tmp_path.iterdir())
