import pytest

from nuwidgets.errors import FileError, InputError
from nuwidgets.session import Session
from nuwidgets.xcm_saving import save_xcm
from nuwidgets.xcm_state import read_xcm

TWO = """\
statistic cstat
data 1:1 3c273.pi 1:2 3c273.pi
response  2:1 3c273.rmf
arf 2:1 3c273.arf
ignore 1-2:**-0.5 7.0-**
abund wilm
xsect vern
cosmo 67.4 0 0.69
model  TBabs*powerlaw
 0.05 -0.001 0 0 1e5 1e6
 2.0
 2e-4
model  2:extra powerlaw
 = p2
 = 0.1*p3
fit
"""
FIT = (
    *("model", "parameters", "statistic", "test_statistic", "weight", "systematic"),
    *("abundance", "cross_section", "groups", "responses"),
)


@pytest.fixture
def home(shared_data):
    return shared_data / "fit_sets" / "chandra_3c273"


@pytest.fixture
def session():
    with Session(live=False) as one:
        yield one


def settings_of(session, *names):
    return {name: getattr(session.fit, name) for name in names or FIT}


def test_a_state_becomes_the_fit_and_a_file_again(session, home, tmp_path):
    path = tmp_path / "two.xcm"
    path.write_text(TWO)
    with pytest.raises(FileError, match=r"'3c273.pi', '3c273.rmf', '3c273.arf'"):
        read_xcm(session, path)
    assert not session.datasets
    said = read_xcm(session, path, home)
    assert said == [
        "Line 16 was left out: 'fit', for it computes; reading a file computes nothing."
    ]
    assert session.used == ("3c273", "3c273_2")
    assert session.fit.groups == (1, 1)
    assert session.fit.model == "TBabs*powerlaw; 2:extra powerlaw"
    assert [p.link for p in session.fit.parameters] == ["", "", "", "p2", "0.1*p3"]
    assert session.fit.ignore == ("1-2:**-0.5 7.0-**",)
    (response,) = session.fit.responses
    assert (response.spectrum, response.source) == (1, 2)
    assert response.rmf_path == str(home / "3c273.rmf")
    assert (session.luminosity.h0_km_s_mpc, session.luminosity.lambda0) == (67.4, 0.69)

    written = save_xcm(session, tmp_path / "again")
    assert written == tmp_path / "again.xcm"
    text = written.read_text()
    assert f"response 1 {home / '3c273.rmf'}\n" in text
    assert f"backgrnd 2 {home / '3c273_bg.pi'}\n" in text
    assert "cosmo 67.4 0.0 0.69\n" in text
    with pytest.raises(FileError, match="it is there already"):
        save_xcm(session, written)
    save_xcm(session, written, overwrite=True)
    with Session(live=False) as other:
        assert read_xcm(other, written) == []
        assert settings_of(other) == settings_of(session)
        assert other.fit.ignore == ("1-2:**-0.5", "1-2:7.0-**")
        mine, its = (one.curve.run() for one in (session, other))
        assert its.statistic == pytest.approx(mine.statistic, rel=1e-12)


def test_the_fit_part_is_one_change_and_reading_again_opens_nothing(session, home, tmp_path):
    path = tmp_path / "two.xcm"
    path.write_text(TWO)
    session.fit.model = "powerlaw"
    read_xcm(session, path, home)
    read = settings_of(session)
    session.fit.set("PhoIndex=1.5")
    read_xcm(session, path, home)
    assert settings_of(session) == read
    assert len(session.datasets) == 2
    session.undo()
    assert session.fit.parameter("PhoIndex").value == 1.5


def test_a_preset_goes_onto_what_is_fitted(session, home, tmp_path):
    session.add_spectrum(home / "3c273.pi")
    session.fit.ignore = ("bad",)
    preset = tmp_path / "preset.xcm"
    preset.write_text("mo wabs(po)\n 0.02 -1\n1.7\n/*\nignore **-0.5 7.0-**\nabund angr\n")
    assert read_xcm(session, preset) == []
    assert session.fit.ignore == ("bad", "**-0.5 7.0-**")
    assert read_xcm(session, preset) == []
    assert session.fit.ignore == ("bad", "**-0.5 7.0-**")
    assert [p.value for p in session.fit.parameters] == [0.02, 1.7, 1.0]
    assert session.fit.parameters[0].frozen
    assert session.undo() == "fit.model and 3 more"
    assert session.fit.model == ""


def test_other_spectra_than_those_of_the_file(session, home, tmp_path):
    session.add_spectrum(home / "3c273.pi")
    path = tmp_path / "two.xcm"
    path.write_text(TWO.partition("model  2:")[0])
    assert read_xcm(session, path, spectra=False) == []
    assert session.used == ("3c273",)
    assert len(session.fit.parameters) == 3


def test_what_may_differ_from_xspec_is_said(session, home, tmp_path):
    path = tmp_path / "odd.xcm"
    path.write_text(
        "data 3c273.pi\nresponse 1 none\nbackgrnd 1 3c273_bg.pi{2}\nmodel po\nnewpar 1 = p7\n"
    )
    said = read_xcm(session, path, home)
    link, abundances, row, response = said
    assert link.startswith("The link 'p7' of powerlaw.PhoIndex was left out. There is no parameter")
    assert abundances.startswith("The file names no abundances: those of now stay.")
    assert row.startswith("Row 2 of the background of spectrum 1 was left out")
    assert response.startswith("Spectrum 1 has no response for source 1 in the file")


def test_a_spectrum_that_cannot_be_read_leaves_nothing_behind(session, home, tmp_path):
    (tmp_path / "bad.pha").write_text("nothing")
    path = tmp_path / "bad.xcm"
    path.write_text(f"data 1:1 {home / '3c273.pi'} 2:2 bad.pha\nmodel po\n")
    with pytest.raises(FileError, match=r"bad\.pha"):
        read_xcm(session, path)
    assert not session.datasets
    path.write_text(f"data 1:1 {home / '3c273.pi'}\nmodel nosuch\n")
    with pytest.raises(InputError, match=r"Cannot use the model in line 2: .*nosuch"):
        read_xcm(session, path)
    assert not session.datasets


def test_what_is_grouped_here_is_written_grouped(session, home, tmp_path):
    one = session.add_spectrum(home / "3c273.pi", grouping="min 30")
    session.fit.model = "powerlaw"
    written = save_xcm(session, tmp_path / "grouped.xcm")
    assert f"data 1:1 {tmp_path / 'grouped_grp1.pha'}\n" in written.read_text()
    with Session(live=False) as other:
        read_xcm(other, written)
        again = other.datasets["grouped_grp1"].spectrum.product
        mine = one.spectrum.product
        assert (again.grouping == mine.grouping).all()
        assert (again.background.counts == mine.background.counts).all()
        assert again.response.arf_path == mine.response.arf_path
    written.unlink()
    with pytest.raises(FileError, match="grouped_grp1"):
        save_xcm(session, written)
    one.spectrum.grouping = "min 40"  # and not run
    save_xcm(session, written, overwrite=True)
    with Session(live=False) as other:
        read_xcm(other, written)
        again = other.datasets["grouped_grp1"].spectrum.product
        assert (again.grouping == one.spectrum.product.grouping).all()
        assert (again.grouping != mine.grouping).any()


def test_paths_that_tcl_takes_apart_are_named_from_the_folder(session, home, tmp_path):
    import shutil

    folder = tmp_path / "my data"
    folder.mkdir()
    for name in ("3c273.pi", "3c273.rmf", "3c273.arf", "3c273_bg.pi"):
        shutil.copyfile(home / name, folder / name)
    session.add_spectrum(folder / "3c273.pi")
    written = save_xcm(session, folder / "fit")
    assert "data 1:1 3c273.pi\n" in written.read_text()
    assert "arf 1 3c273.arf\n" in written.read_text()
    with pytest.raises(InputError, match=r"Cannot write '.*my data.*' for XSPEC"):
        save_xcm(session, tmp_path / "fit")


def test_nothing_is_no_state(session, tmp_path):
    with pytest.raises(InputError, match="neither spectrum nor model"):
        save_xcm(session, tmp_path / "a.xcm")
    session.fit.model = "powerlaw"
    written = save_xcm(session, tmp_path / "a.xcm")
    session.fit.model = "bbody"
    read_xcm(session, written)
    assert session.fit.model == "powerlaw"


def test_spectra_of_events_are_written_beside_it(tmp_path):
    import nuwidgets as nw

    with nw.demo() as s:
        s.fit.model = "constant*tbabs*powerlaw"
        s.fit.ignore = "**-3. 79.-**"
        before = s.fit.run()
        place = s.save_xcm(tmp_path / "agn.xcm")
        endings = sorted({path.name.partition("_")[2][-8:] for path in tmp_path.iterdir()})
        assert len(list(tmp_path.iterdir())) == 1 + 2 * 4, endings
        with pytest.raises(FileError, match="there already"):
            s.save_xcm(place)
    with nw.Session(live=False) as again:
        assert again.read_xcm(place) == []
        assert again.curve.run().statistic == pytest.approx(before.statistic, abs=1e-3)
        assert again.fit.run().dof == before.dof


def test_a_response_that_takes_the_place_of_a_spectrums_own_is_written(session, home, tmp_path):
    session.add_spectrum(home / "3c273.pi")
    session.fit.model = "powerlaw"
    session.fit.response(1, 1, home / "3c273.rmf")  # and no ARF
    mine = session.curve.run()
    written = save_xcm(session, tmp_path / "fit")
    assert f"response 1 {home / '3c273.rmf'}\n" in written.read_text()
    assert "\narf " not in written.read_text()
    with Session(live=False) as other:
        assert read_xcm(other, written) == []
        assert other.curve.run().statistic == pytest.approx(mine.statistic, rel=1e-12)


def test_a_further_source_sees_through_the_response_that_is_written(tmp_path):
    import nuwidgets as nw

    with nw.demo() as s:
        s.fit.model = "powerlaw; 2:bkg powerlaw"
        s.fit.response(1, 2, "same")
        mine = s.curve.run()
        written = save_xcm(s, tmp_path / "demo")
        with Session(live=False) as other:
            assert read_xcm(other, written) == []
            assert other.curve.run().statistic == pytest.approx(mine.statistic, rel=1e-6)


def test_one_of_several_spectra_in_a_file_is_written_by_itself_when_it_is_grouped(
    session, home, tmp_path
):
    from astropy.io import fits

    counts = fits.getdata(home / "3c273.pi", "SPECTRUM")["COUNTS"]
    header = fits.getheader(home / "3c273.pi", "SPECTRUM")
    rows = [fits.Column("SPEC_NUM", "I", array=[1, 2])]
    n = len(counts)
    channels = [header["TLMIN1"] + i for i in range(n)]
    rows += [fits.Column("CHANNEL", f"{n}J", array=[channels, channels])]
    rows += [fits.Column("COUNTS", f"{n}J", array=[counts, counts[::-1]])]
    table = fits.BinTableHDU.from_columns(rows, name="SPECTRUM")
    kept = ("TELESCOP", "INSTRUME", "FILTER", "EXPOSURE", "CHANTYPE", "DETCHANS")
    table.header.update({key: header[key] for key in kept if key in header})
    table.header.update({"HDUCLASS": "OGIP", "HDUCLAS1": "SPECTRUM", "HDUCLAS4": "TYPE:II"})
    table.header.update({"AREASCAL": 1.0, "BACKSCAL": 1.0, "POISSERR": True})
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(tmp_path / "two.pha2")
    beside = {"rmf_path": home / "3c273.rmf", "arf_path": home / "3c273.arf"}
    one = session.add_spectrum(tmp_path / "two.pha2", row=1, grouping="min 15", **beside)
    session.fit.model = "powerlaw"
    mine = session.curve.run()
    written = save_xcm(session, tmp_path / "fit")
    with Session(live=False) as other:
        assert read_xcm(other, written) == []
        again = other.datasets[other.used[0]].spectrum.product
        assert (again.grouping == one.spectrum.product.grouping).all()
        assert other.curve.run().statistic == pytest.approx(mine.statistic, rel=1e-9)


def test_a_state_saved_here_opens_nothing_twice(home, session, tmp_path):
    data = session.add_spectrum(home / "3c273.pi")
    data.spectrum.run()
    session.fit.model = "powerlaw"
    place = save_xcm(session, tmp_path / "own.xcm")
    assert read_xcm(session, place) == []
    assert list(session.datasets) == [data.name]
    bare = session.add_spectrum(home / "3c273.pi", background_path="none")
    session.use(bare.name)
    session.fit.model = "powerlaw"
    read_xcm(session, place)
    assert session.used == (data.name,), "the one with its background"
