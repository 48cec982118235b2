"""Spectra of Swift-XRT: approximate and real responses, files by folder, pile-up."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from fit_toys import Token
from scipy.sparse import csr_array

from nuwidgets.domain.events import Events, EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.fit import ErrorsRequest, FitRequest
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.region import Annulus, Circle, Polygon, Region
from nuwidgets.domain.response import Response
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest, FileSpectrumRequest
from nuwidgets.engines.embedded.engine import EmbeddedEngine
from nuwidgets.engines.embedded.grouped import grouped
from nuwidgets.engines.embedded.pileup import pileup_of
from nuwidgets.errors import FileError, InputError
from nuwidgets.files.arf import write_arf
from nuwidgets.files.kept import storable
from nuwidgets.files.rmf import write_rmf
from nuwidgets.science import swift_response
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.psf_models import SWIFT

RA, DEC, STEP = 136.17, -32.38, swift_response.PIXEL_ARCSEC / 3600
PLANE = TangentPlane(RA, DEC, 499.5, 499.5, -STEP, STEP)
SCREEN = ScreenRequest(EventsRequest("sw00032043001xpcw3po_cl.evt"))
CIRCLE, RING = Region((Circle(RA, DEC, 47.0),)), Region((Annulus(RA, DEC, 240.0, 390.0),))
TARGET = "swxpc0to12s6_20130101v014.rmf.gz"


def solve(request, *above):
    return EmbeddedEngine().solve(request, above, Token())


def events_of(rate_per_s, exposure_s=2000.0, hole_arcsec=0.0, telescope="SWIFT", **pointing):
    """A point source on axis with a flat background; photons within a hole are lost."""
    rng = np.random.default_rng(7)
    n, n_flat = round(rate_per_s * exposure_s), 500
    far = 5.8 * np.sqrt((1 - rng.random(n)) ** (-1 / 0.55) - 1)
    far, turn = far[far >= hole_arcsec], rng.uniform(0, 2 * np.pi, n)
    turn = turn[: len(far)]
    x, y = (499.5 + far / swift_response.PIXEL_ARCSEC * f(turn) for f in (np.cos, np.sin))
    flat = rng.uniform(0, 1000, (2, n_flat))
    x, y = np.append(x, flat[0]), np.append(y, flat[1])
    inside = (x > 0) & (x < 999) & (y > 0) & (y < 999)
    x, y = (np.round(c[inside]).astype(np.int16) for c in (x, y))
    said = {"mode": "PHOTON", "date_obs": "2015-06-01T00:00:00", "substrate_v": 6.0} | pointing
    return Events(
        time_s=np.sort(rng.uniform(0, exposure_s, len(x))),
        x=x,
        y=y,
        pi=np.minimum(rng.exponential(100, len(x)) + 30, 1023).astype(np.int32),
        grade=np.zeros(len(x), np.uint8),
        gti=Gti(((0.0, exposure_s),)),
        pointing=Pointing(telescope, "XRT", "00032043001", **said),
        plane=PLANE,
    )


def selection_of(events, source=CIRCLE, screen=SCREEN):
    return solve(SelectionRequest(screen, source, RING), events)


def spectrum_of(events, source=CIRCLE, screen=SCREEN, **paths):
    selection = selection_of(events, source, screen)
    asked = ExtractedSpectrumRequest(selection.request, Grouping.parse("min 1"), **paths)
    return solve(asked, selection)


FAINT, BRIGHT = events_of(0.3), events_of(3.0)


def test_without_files_the_response_is_the_approximate_one_of_the_region():
    found = spectrum_of(FAINT)
    assert found.provenance.approximate == swift_response.APPROXIMATE
    assert found.provenance.warnings == ()
    whole = swift_response.area_cm2(1.0, 0.0)
    part = found.response.area_cm2 / whole
    assert part == pytest.approx(float(SWIFT.enclosed(47.0)), rel=0.01)


def test_the_same_region_gives_the_same_response():
    first, second = spectrum_of(FAINT), spectrum_of(FAINT)
    assert first.response is second.response


def test_optimal_bins_know_the_resolution():
    selection = selection_of(FAINT)
    asked = ExtractedSpectrumRequest(selection.request, Grouping.parse("optsnmin 3"))
    bins = solve(asked, selection).grouping
    assert 10 < np.count_nonzero(bins[30:700] == 1) < 100


def test_a_faint_source_does_not_pile_up():
    assert spectrum_of(FAINT).pileup is None
    assert spectrum_of(events_of(30.0, 500.0, mode="WINDOWED")).pileup is None
    assert spectrum_of(events_of(3.0, 500.0, mode="")).pileup is None
    assert pileup_of(selection_of(events_of(3.0, 500.0, telescope="NuSTAR"))) is None


def test_a_bright_source_piles_up_and_its_annulus_does_not():
    found = spectrum_of(BRIGHT)
    assert found.pileup.rate_per_s == pytest.approx(3.0, rel=0.05)
    assert found.pileup.inner_arcsec == pytest.approx(7.83, rel=0.05)
    ring = found.pileup.region.shapes[0]
    assert ring == Annulus(RA, DEC, found.pileup.inner_arcsec, 47.0)
    assert found.provenance.warnings == (str(found.pileup),)
    again = spectrum_of(BRIGHT, found.pileup.region)
    assert again.pileup is None
    assert again.provenance.warnings == ()
    assert again.total < found.total


def test_a_piled_up_spectrum_can_be_kept():
    found = spectrum_of(BRIGHT)
    assert found.pileup is not None
    assert storable(found)


def test_where_the_middle_lost_photons_the_wings_tell_the_rate():
    found = spectrum_of(events_of(9.0, hole_arcsec=6.0)).pileup
    assert found.rate_per_s == pytest.approx(9.0, rel=0.1)
    assert found.inner_arcsec == pytest.approx(5.8 * (15 ** (1 / 1.55) - 1) ** 0.5, rel=0.1)


def test_windowed_timing_stands_more():
    found = spectrum_of(events_of(250.0, 100.0, mode="WINDOWED")).pileup
    assert found.limit_per_s == 100
    assert "windowed timing" in str(found)


def test_a_region_that_holds_little_of_the_source_says_nothing():
    aside = Region((Annulus(RA, DEC, 300.0, 301.0),))
    assert pileup_of(selection_of(BRIGHT, aside)) is None


def test_few_counts_outside_end_the_search():
    found = pileup_of(selection_of(events_of(3.0, 40.0), Region((Circle(RA, DEC, 9.0),))))
    assert found.rate_per_s == pytest.approx(3.0, rel=0.4)


def test_a_polygon_piles_up_without_a_region_to_take():
    west, east, south, north = RA - 0.01, RA + 0.01, DEC - 0.01, DEC + 0.01
    square = Polygon((west, east, east, west), (south, south, north, north))
    found = pileup_of(selection_of(BRIGHT, Region((square,))))
    assert found.region == Region()
    assert "Draw an annulus" in str(found)


@pytest.fixture(scope="module")
def caldb(tmp_path_factory):
    """Small files in CALDB's folders and by their names; the area tells which was taken."""
    home = tmp_path_factory.mktemp("cpf")
    edges, pi = np.linspace(0.3, 10.3, 21), np.arange(1024)
    for kind in ("rmf", "arf"):
        (home / kind).mkdir()
    names = ("pc0to12s6_20110101v014", "pc0to12s6_20130101v014", "wt0to2s6_20110101v015")
    for number, name in enumerate(names):
        diagonal = np.arange(20) * 50 + 30, np.arange(20)
        spread = csr_array((np.ones(20), diagonal), shape=(1024, 20))
        made = Response(edges, spread, pi, pi * 0.01, pi * 0.01 + 0.01, np.full(20, 100.0 + number))
        write_rmf(home / "rmf" / f"swx{name}.rmf", replace(made, area_cm2=np.ones(20)))
        write_arf(home / "arf" / f"swx{name}.arf", made)
    return home


def folded_area(found):
    """The area of a response of the folder, brought back on axis and to all photons."""
    return found.response.area_cm2[0] / float(SWIFT.enclosed(47.0))


@pytest.mark.parametrize(
    ("pointing", "area"),
    [
        ({}, 101.0),
        ({"date_obs": "2012-06-01"}, 100.0),
        ({"mode": "WINDOWED", "date_obs": "2012-06-01"}, 102.0),
    ],
)
def test_files_of_a_folder_are_those_of_the_observation(caldb, pointing, area):
    found = spectrum_of(events_of(0.3, **pointing), rmf_path=str(caldb / "rmf"))
    assert folded_area(found) == pytest.approx(area, rel=0.01)
    assert "on-axis area of swx" in found.provenance.approximate
    # XSPEC must be given this response, not the files that it was made from
    assert (found.response.rmf_path, found.response.arf_path) == ("", "")
    assert "enclosed fraction of the region (0.9" in found.provenance.approximate


def test_the_folder_above_and_one_for_each_do_too(caldb):
    above = spectrum_of(FAINT, rmf_path=str(caldb))
    each = spectrum_of(FAINT, rmf_path=str(caldb / "rmf"), arf_path=str(caldb / "arf"))
    file = next((caldb / "rmf").glob("*pc*2013*"))
    half = spectrum_of(FAINT, rmf_path=str(file), arf_path=str(caldb / "arf"))
    areas = [one.response.area_cm2[0] for one in (above, each, half)]
    assert areas == [areas[0]] * 3


def test_an_area_by_name_is_taken_as_it_is(caldb):
    own = str(next((caldb / "arf").glob("*pc*2011*")))
    found = spectrum_of(FAINT, rmf_path=str(caldb / "rmf"), arf_path=own)
    assert found.response.area_cm2[0] == pytest.approx(100.0)
    assert found.provenance.approximate == ""


def test_matrices_are_read_once_for_many_observations(caldb):
    from nuwidgets.engines.embedded.response_files import read_matrix

    path = str(next((caldb / "rmf").glob("*pc*2013*")))
    assert read_matrix(path) is read_matrix(path)


def test_what_is_not_there_is_named(caldb, tmp_path):
    first_grades = replace(SCREEN, max_grade=4)
    with pytest.raises(FileError, match=r"grades 0 to 4, .* There are swxpc0to12s6_20110101"):
        spectrum_of(FAINT, screen=first_grades, rmf_path=str(caldb / "rmf"))
    with pytest.raises(FileError, match="There are none of the XRT's"):
        spectrum_of(FAINT, rmf_path=str(tmp_path))
    shutil.copy(next((caldb / "rmf").glob("*pc*2013*")), tmp_path)
    with pytest.raises(FileError, match="Cannot choose an ARF"):
        spectrum_of(FAINT, rmf_path=str(tmp_path))


def test_folders_are_for_swift_and_need_a_matrix(caldb):
    with pytest.raises(InputError, match="Cannot use the ARFs of"):
        spectrum_of(FAINT, arf_path=str(caldb / "arf"))
    with pytest.raises(InputError, match="known for Swift only"):
        spectrum_of(events_of(0.3, telescope="NuSTAR"), rmf_path=str(caldb / "rmf"))


def fitted(spectrum, model, values, ignore):
    """The fit of a model from given values."""
    plain = Expression.parse(model).parameters()
    start = tuple(replace(p, value=float(v)) for p, v in zip(plain, values, strict=True))
    asked = FitRequest((spectrum.request,), model, start, "cstat", ignore)
    return solve(asked, spectrum)


@pytest.fixture(scope="module")
def real_spectrum(shared_data):
    """The real spectrum with its files, every channel a bin."""
    folder = shared_data / "swift_xrt"
    asked = FileSpectrumRequest(
        str(folder / "target_sr.pha"),
        rmf_path=str(folder / TARGET),
        arf_path=str(folder / "target_sr.arf"),
        grouping=Grouping.parse("file"),
    )
    return solve(asked)


def test_the_real_spectrum_has_sherpas_fit(real_spectrum):
    # reference_values_shared D: sherpa, power law, channels 30 to 699, ungrouped
    assert real_spectrum.total == 58
    assert real_spectrum.pointing.substrate_v == 6
    found = fitted(real_spectrum, "powerlaw", (2.0, 1e-4), ("**-0.295 7.005-**",))
    assert (found.statistic, found.dof) == (pytest.approx(193.240660, abs=1e-4), 668)
    assert found.parameters[0].value == pytest.approx(2.19362, rel=1e-4)
    assert found.parameters[1].value == pytest.approx(7.88759e-05, rel=1e-4)
    errors = solve(ErrorsRequest(found.request, 1.0), real_spectrum)
    index, norm = errors.intervals
    assert (index.lo - 2.19362, index.hi - 2.19362) == pytest.approx((-0.1953, 0.2003), abs=1e-3)
    assert norm.lo == pytest.approx(7.88759e-05 - 9.874e-06, rel=1e-3)
    assert norm.hi == pytest.approx(7.88759e-05 + 1.085e-05, rel=1e-3)


def real_matrix(folder):
    """The response of the real files, read by astropy alone: energies, and cm2 by channel."""
    from astropy.io import fits

    with fits.open(folder / TARGET) as file:
        rows = file["MATRIX"].data
        low, high = (np.maximum(rows[name], 1e-6) for name in ("ENERG_LO", "ENERG_HI"))
        matrix = np.zeros((len(rows), 1024))
        for line, first, n, row in zip(
            matrix, rows["F_CHAN"], rows["N_CHAN"], rows["MATRIX"], strict=True
        ):
            line[first : first + n] = row[:n]
    area = fits.getdata(folder / "target_sr.arf", "SPECRESP")["SPECRESP"]
    return low, high, matrix * np.asarray(area, float)[:, None]


def test_the_real_spectrum_as_the_tutorial_fits_it(shared_data, real_spectrum):
    # min 1, bad and outside 0.3-7 keV left out; against a search of Cash's statistic on bins and
    # with a folding that share nothing with ours
    from astropy.io import fits
    from scipy.optimize import minimize

    folder = shared_data / "swift_xrt"
    spectrum = grouped(real_spectrum, Grouping.parse("min 1"))
    found = fitted(spectrum, "powerlaw", (2.0, 1e-4), ("bad", "**-0.3 7.0-**"))

    low, high, matrix = real_matrix(folder)
    counts = fits.getdata(folder / "target_sr.pha", "SPECTRUM")["COUNTS"]
    ends = np.flatnonzero(counts)
    starts = np.append(0, ends[:-1] + 1)
    bins = [(a, b) for a, b in zip(starts, ends, strict=True) if a > 30 and b < 700]
    data = np.array([counts[a : b + 1].sum() for a, b in bins], float)

    def cash(values):
        index, norm = values[0], np.exp(values[1])
        photons = norm * (high ** (1 - index) - low ** (1 - index)) / (1 - index)
        channels = photons @ matrix * spectrum.exposure_s
        model = np.array([channels[a : b + 1].sum() for a, b in bins])
        return 2 * np.sum(model - data + data * np.log(data / model))

    best = minimize(cash, (2.0, np.log(1e-4)), method="Nelder-Mead", options={"xatol": 1e-7})
    assert found.n_bins == len(bins)
    assert found.statistic == pytest.approx(best.fun, abs=1e-4)
    assert found.parameters[0].value == pytest.approx(best.x[0], rel=1e-4)
    assert found.parameters[1].value == pytest.approx(np.exp(best.x[1]), rel=1e-4)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ("tbabs*powerlaw", (0.1, 1.8, 1.0)),
        ("tbabs*(bbodyrad+bremss)", (0.5, 0.08, 1e6, 2.5, 1.0)),
        ("tbabs*(bbodyrad+bremss)", (0.3, 0.05, 1e8, 3.0, 1.0)),
    ],
)
def test_the_approximate_response_finds_what_the_real_one_folded(real_spectrum, model, values):
    real = real_spectrum.response
    rate = real.matrix @ Expression.parse(model).evaluate(real.energy_edges_kev, list(values))
    exposure_s = 20_000 / rate[30:700].sum()
    angle = float(np.hypot(446.75902051 - 500.5, 521.98778825 - 500.5)) * STEP * 60
    inside = float(SWIFT.enclosed(19.08954298 * swift_response.PIXEL_ARCSEC))
    exact = replace(
        real_spectrum,
        counts=rate * exposure_s,
        exposure_s=exposure_s,
        response=swift_response.response(inside, angle),
    )
    found = fitted(exact, model, values, ("**-0.3 7.0-**",))
    for parameter, value, sigma in zip(found.parameters, values, found.sigma, strict=True):
        assert abs(parameter.value - value) < 0.1 * sigma
