"""What a mission keeps in the archive: roles of files, presets, and what cannot be had."""

from __future__ import annotations

import math

import pytest

from nuwidgets.domain.archive_file import ArchiveFile, Files, FilesRequest, ObservationFiles
from nuwidgets.domain.download import DownloadRequest
from nuwidgets.domain.observation import FindRequest
from nuwidgets.errors import InputError
from nuwidgets.missions.base import mission_of, missions
from nuwidgets.missions.choice import choose
from nuwidgets.missions.hindrance import caution_of, date_of, hindrance_of

NU = "60001110002"
NUSTAR_FILES = (
    f"nu{NU}.cat.gz",
    f"auxil/nu{NU}_att.fits.gz",
    f"auxil/nu{NU}_orb.fits.gz",
    "auxil/NUSTAR_TLE_ARCHIVE.txt.2012200.gz",
    f"event_cl/nu{NU}A01_cl.evt.gz",
    f"event_cl/nu{NU}B01_cl.evt.gz",
    f"event_cl/nu{NU}A02_cl.evt.gz",
    f"event_cl/nu{NU}A06_chu1_N_cl.evt.gz",
    f"event_cl/nu{NU}A_mkf.fits.gz",
    f"event_uf/nu{NU}A_uf.evt.gz",
    f"event_uf/nu{NU}B_uf.evt.gz",
    f"hk/nu{NU}A_fpm.hk.gz",
    f"hk/nu{NU}B_fpm.hk.gz",
    f"hk/nu{NU}_chu123.fits.gz",
)
SW = "00035071001"
SWIFT_FILES = (
    f"xrt/event/sw{SW}xpcw3po_cl.evt.gz",
    f"xrt/event/sw{SW}xpcw3po_uf.evt.gz",
    f"xrt/event/sw{SW}xwtw2po_cl.evt.gz",
    f"xrt/event/sw{SW}xwtw2st_cl.evt.gz",
    f"xrt/event/sw{SW}xpcw2po_cl.evt.gz",
    f"xrt/hk/sw{SW}xhd.hk.gz",
    f"xrt/hk/sw{SW}xtr.hk.gz",
    f"auxil/sw{SW}pat.fits.gz",
    f"auxil/sw{SW}sat.fits.gz",
    f"auxil/sw{SW}sao.fits.gz",
    f"uvot/image/sw{SW}uw1_sk.img.gz",
)


def picked(mission, files, *args, **how):
    return missions()[mission].archive.pick(files, *args, **how)


def test_cleaned_events_of_nustar_are_science_housekeeping_and_attitude():
    assert set(picked("NuSTAR", NUSTAR_FILES)) == {
        f"auxil/nu{NU}_att.fits.gz",
        *(f"event_cl/nu{NU}{m}01_cl.evt.gz" for m in "AB"),
        *(f"hk/nu{NU}{m}_fpm.hk.gz" for m in "AB"),
    }


def test_reprocess_is_what_nupipeline_reads():
    found = set(picked("NuSTAR", NUSTAR_FILES, "reprocess"))
    assert {p for p in NUSTAR_FILES if p.startswith(("auxil/", "hk/", "event_uf/"))} <= found
    assert not {p for p in found if p.startswith("event_cl/")}


def test_everything_is_everything():
    assert picked("NuSTAR", NUSTAR_FILES, "everything") == NUSTAR_FILES


def test_a_module_narrows_it_and_files_of_no_module_stay():
    found = picked("NuSTAR", NUSTAR_FILES, "reprocess", modules=("A",))
    assert not [p for p in found if f"{NU}B" in p]
    assert f"auxil/nu{NU}_att.fits.gz" in found
    assert f"hk/nu{NU}_chu123.fits.gz" in found


def test_modes_are_chosen_by_name():
    found = picked("NuSTAR", NUSTAR_FILES, modes=("occultation",))
    assert [p for p in found if "_cl.evt" in p] == [f"event_cl/nu{NU}A02_cl.evt.gz"]
    found = picked("NuSTAR", NUSTAR_FILES, modes=("science", "science_sc"))
    assert f"event_cl/nu{NU}A06_chu1_N_cl.evt.gz" in found


def test_swift_takes_pointed_photon_counting_whatever_the_window():
    found = picked("Swift", SWIFT_FILES)
    assert [p for p in found if ".evt" in p] == [
        f"xrt/event/sw{SW}xpcw3po_cl.evt.gz",
        f"xrt/event/sw{SW}xpcw2po_cl.evt.gz",
    ]
    assert f"auxil/sw{SW}pat.fits.gz" in found
    assert f"xrt/hk/sw{SW}xhd.hk.gz" in found
    assert not [p for p in found if p.startswith("uvot")]
    found = picked("Swift", SWIFT_FILES, modes=("WT",))
    assert [p for p in found if ".evt" in p] == [f"xrt/event/sw{SW}xwtw2po_cl.evt.gz"]
    found = picked("Swift", SWIFT_FILES, "reprocess", modes=("PC",))
    assert [p for p in found if ".evt" in p] == [f"xrt/event/sw{SW}xpcw3po_uf.evt.gz"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*A01_cl.evt*", [f"event_cl/nu{NU}A01_cl.evt.gz"]),
        ("hk/*fpm*, !*B_*", [f"hk/nu{NU}A_fpm.hk.gz"]),
        ("auxil/*TLE* nu*.cat*", [f"nu{NU}.cat.gz", "auxil/NUSTAR_TLE_ARCHIVE.txt.2012200.gz"]),
        ("*.nothing", []),
    ],
)
def test_globs_fit_paths_or_names(pattern, expected):
    assert list(picked("NuSTAR", NUSTAR_FILES, pattern=pattern)) == expected


def test_unknown_words_are_refused_with_the_known_ones():
    with pytest.raises(InputError, match=r"no preset 'cleaned'\. Did you mean 'cleaned events'"):
        picked("NuSTAR", NUSTAR_FILES, "cleaned")
    with pytest.raises(InputError, match=r"no data mode 'PCC'\. Did you mean 'PC'"):
        picked("Swift", SWIFT_FILES, modes=("PCC",))
    assert picked("Swift", SWIFT_FILES, modes=("pc",)) == picked("Swift", SWIFT_FILES)


@pytest.mark.parametrize(
    ("mission", "path", "says"),
    [
        ("NuSTAR", f"event_cl/nu{NU}A01_cl.evt.gz", "cleaned events"),
        ("NuSTAR", f"event_uf/nu{NU}A_uf.evt", "unfiltered events"),
        ("NuSTAR", f"hk/nu{NU}A_fpm.hk.gz.gpg", "housekeeping: live time"),
        ("NuSTAR", "something.else", "other"),
        ("Swift", f"xrt/hk/sw{SW}xhd.hk.gz", "frame headers: exposure of each frame"),
        ("Swift", f"auxil/sw{SW}pat.fits.gz", "attitude"),
    ],
)
def test_each_file_says_what_it_is_for(mission, path, says):
    assert missions()[mission].archive.role(path).says == says


def listing(*paths):
    files = tuple(ArchiveFile(path, 100) for path in paths)
    return Files("NuSTAR", "heasarc", "", (ObservationFiles(NU, "http://localhost/", files),))


def test_single_files_are_added_and_left_out():
    asked = FilesRequest(FindRequest("", "NuSTAR"), (NU,))
    also, without = f"{NU}/nu{NU}.cat.gz", f"{NU}/auxil/nu{NU}_att.fits.gz"
    request = DownloadRequest(asked, "/data", also=(also,), without=(without,))
    found = [file.path for file in choose(listing(*NUSTAR_FILES), request)[0].files]
    assert f"nu{NU}.cat.gz" in found
    assert f"auxil/nu{NU}_att.fits.gz" not in found
    with pytest.raises(InputError, match="NuSTAR has no module 'C'"):
        choose(listing(), DownloadRequest(asked, "/data", modules=("C",)))


CATALOGUE = missions()["NuSTAR"].archive.catalogue
GOOD = {
    "obsid": NU,
    "status": "archived",
    "time": 56000.0,
    "exposure_a": 2e4,
    "public_date": 56200.0,
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"status": " Archived "}, ""),
        ({"public_date": 99_999.0}, "proprietary until 2132"),
        ({"public_date": None}, "proprietary"),
        ({"status": "accepted", "time": None}, "planned and was not made"),
        ({"status": "scheduled", "time": 61_000.0}, "planned for 2025"),
        ({"exposure_a": 0.0}, "no exposure"),
        ({"exposure_a": -1.0}, "no exposure"),
        ({"obsid": ""}, "no ObsID"),
        ({"exposure_a": None}, ""),
    ],
)
def test_why_an_observation_cannot_be_had(change, words):
    said = hindrance_of({**GOOD, **change}, CATALOGUE, 60_000.0)
    assert words in said
    assert bool(said) == bool(words)


def test_what_should_be_known():
    assert caution_of({**GOOD, "issue_flag": 1, "comments": "Stray light."}, CATALOGUE) == (
        "The mission's team flagged an issue: Stray light."
    )
    assert caution_of({**GOOD, "issue_flag": 0}, CATALOGUE) == ""
    assert "exposure is not known" in caution_of({**GOOD, "exposure_a": None}, CATALOGUE)


def test_dates_of_days():
    assert (date_of(51544.0), date_of(math.nan), date_of(1e9)) == ("2000-01-01", "", "")


def test_swift_is_known_by_its_telescope():
    swift = mission_of("SWIFT")
    assert swift.stem(f"sw{SW}xpcw3po_cl.evt.gz") == f"sw{SW}xpcw3po"
    assert float(swift.energy_lo_kev(30)) == pytest.approx(0.3)
    assert swift.channels(swift.band) == (30, 700)
