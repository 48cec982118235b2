"""Figures of small made-up products, rendered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.domain.band import Band
from nuwidgets.domain.colors import FIRST, SECOND
from nuwidgets.domain.events import EventsRequest, Pointing, ScreenRequest
from nuwidgets.domain.fit import Curve, FoldedSpectrum
from nuwidgets.domain.gti import Gti
from nuwidgets.domain.image import Image, ImageRequest
from nuwidgets.domain.lightcurve import LightCurve
from nuwidgets.domain.pixel_shapes import (
    PixelAnnulus,
    PixelBox,
    PixelCircle,
    PixelEllipse,
    PixelPolygon,
)
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.region import Annulus, Circle, Region
from nuwidgets.domain.sky import TangentPlane
from nuwidgets.errors import FileError, InputError
from nuwidgets.figures import (
    figure_bytes,
    figure_image,
    figure_lightcurve,
    figure_spectrum,
    save_figure,
)
from nuwidgets.figures.looks import look_of
from nuwidgets.figures.outline import outline

PLANE = TangentPlane(321.94, 56.94, 100.0, 100.0, -0.0006828, 0.0006828)


def folded(name: str, scale: float = 1.0, gap: tuple[int, int] = (0, 0)) -> FoldedSpectrum:
    edges = np.geomspace(3.0, 79.0, 81)
    keep = np.r_[0 : gap[0], gap[1] : 80]
    lo, hi = edges[:-1][keep], edges[1:][keep]
    model = scale * 0.4 * np.sqrt(lo * hi) ** -1.9 * (hi - lo)
    counts = np.random.default_rng(5).poisson((model + 2e-4) * 50_000)
    rate, error = counts / 50_000 - 2e-4, np.sqrt(counts + 1) / 50_000
    zero = np.full(len(lo), 2e-4)
    return FoldedSpectrum(name, lo, hi, rate, error, model, zero, zero, counts.astype(float))


def curve(*spectra: FoldedSpectrum) -> Curve:
    return Curve(spectra, 171.3, 157, 160, "chi-squared")


def lightcurve(instrument: str = "FPMA", level: float = 1.0) -> LightCurve:
    rng = np.random.default_rng(3)
    gti = Gti(tuple((1000.0 + 5800 * i, 4300.0 + 5800 * i) for i in range(8)))
    edges = 1000.0 + 256.0 * np.arange(172)
    fracexp = gti.overlap_s(edges) / 256.0
    counts = rng.poisson(level * 256 * fracexp).astype(float)
    live = np.where(fracexp > 0, fracexp, np.nan) * 256
    rate, error = counts / live, np.sqrt(counts) / live
    zero = np.zeros(171)
    pointing = Pointing("NuSTAR", instrument, object_name="Made-up source")
    shown = rate, error, fracexp, counts, zero, zero + 1.0
    return LightCurve(edges[:-1], 256.0, *shown, gti=gti, pointing=pointing)


def image(binning: int = 1, plane: TangentPlane | None = PLANE) -> Image:
    rng = np.random.default_rng(9)
    counts = rng.poisson(0.05, (200, 200))
    x, y = rng.normal(100, 8, (2, 20_000)).astype(int)
    np.add.at(counts, (y, x), 1)
    if binning > 1:
        n = 200 // binning
        counts = counts.reshape(n, binning, n, binning).sum(axis=(1, 3))
    return Image(
        counts, plane, ImageRequest(ScreenRequest(EventsRequest("x")), Band(3, 20), binning)
    )


def test_a_spectrum_shows_every_data_set_its_model_and_the_ratio(tmp_path):
    figure = figure_spectrum(curve(folded("60001110002A"), folded("60001110002B", 0.9, (30, 40))))
    upper, lower = figure.axes
    assert upper.get_xscale() == upper.get_yscale() == lower.get_xscale() == "log"
    assert [t.get_text() for t in upper.get_legend().get_texts()] == [
        "60001110002A",
        "60001110002B",
    ]
    assert lower.get_ylabel() == "data / model"
    assert upper.get_ylabel() == "counts s$^{-1}$ keV$^{-1}$"
    path = save_figure(figure, tmp_path / "spectrum.png")
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_model_line_is_broken_where_energies_are_ignored():
    figure = figure_spectrum(curve(folded("A", gap=(30, 40))), background=False)
    (model,) = figure.axes[0].lines[-1:]
    x = model.get_xdata()
    assert np.flatnonzero(np.isnan(x)).tolist() == [3 * 29 + 2, 3 * 69 + 2]
    assert np.nanmin(x) == pytest.approx(3.0)


def test_two_modules_keep_their_colours():
    figure = figure_spectrum(
        curve(folded("60001110002B"), folded("60001110002A")), background=False
    )
    bars = [container.lines[2][0].get_edgecolor() for container in figure.axes[0].containers]
    rgb = [tuple((255 * bar[0, :3]).round().astype(int).tolist()) for bar in bars]
    assert ["#{:02X}{:02X}{:02X}".format(*c) for c in rgb] == [SECOND, FIRST]


def test_negative_rates_do_not_move_the_logarithmic_axis():
    spectrum = folded("A")
    low = FoldedSpectrum(
        **{**vars(spectrum), "rate": np.where(spectrum.e_lo_kev > 40, -1.0, spectrum.rate)}
    )
    lo, _hi = figure_spectrum(curve(low)).axes[0].get_ylim()
    assert lo > 1e-7


def test_an_approximate_response_is_said_on_the_figure():
    near = Provenance(approximate="approximate: for a first look (on-axis area)")
    figure = figure_spectrum(replace(curve(folded("A")), provenance=near), title="A source")
    axes, words = figure.axes[0], "approximate: for a first look; chi-squared = 171.3 for 157 dof"
    assert axes.get_title("left") == words
    figure.draw_without_rendering()
    frame, title = axes.get_window_extent(), axes.title.get_window_extent()
    said = axes._left_title.get_window_extent()
    assert frame.y1 < said.y0  # no spectrum runs through it
    assert said.y1 < title.y0 + title.height / 2
    assert axes.title.get_text().strip() == "A source"


def test_a_spectrum_without_bins_is_refused():
    with pytest.raises(InputError, match=r"no bins left\. Notice some energies"):
        figure_spectrum(curve(folded("A", gap=(0, 80))))


def test_a_light_curve_shows_only_good_bins_and_shades_the_gaps(tmp_path):
    made = lightcurve()
    figure = figure_lightcurve(made)
    (axes,) = figure.axes
    shown = axes.containers[0].lines[0].get_xdata()
    np.testing.assert_allclose(shown, (made.time_s[made.good(0.5)] + 128 - made.time_s[0]) / 1000)
    assert len(axes.patches) == 7
    assert axes.get_xlabel() == "Time since start [ks]"
    assert axes.get_title() == "Made-up source, 256 s bins"
    assert save_figure(figure, tmp_path / "lc.pdf").read_bytes().startswith(b"%PDF")


def test_two_light_curves_share_their_axes():
    (axes,) = figure_lightcurve([lightcurve(), lightcurve("FPMB", 0.8)]).axes
    assert [t.get_text() for t in axes.get_legend().get_texts()] == ["FPMA", "FPMB"]


def test_light_curves_of_several_observations_are_told_apart():
    def at(obs_id):
        made = lightcurve()
        return replace(made, pointing=replace(made.pointing, obs_id=obs_id))

    def names(*curves):
        (axes,) = figure_lightcurve(curves).axes
        return [t.get_text() for t in axes.get_legend().get_texts()]

    assert names(at("1"), at("2")) == ["1 FPMA", "2 FPMA"]
    assert names(at("1"), at("1")) == ["1 FPMA (1)", "1 FPMA (2)"]


def test_a_light_curve_without_good_bins_is_refused():
    with pytest.raises(InputError, match="no bin of 1 light curves has more good time than"):
        figure_lightcurve(lightcurve(), min_fracexp=1.0)
    with pytest.raises(InputError, match="no bin of 0 light curves"):
        figure_lightcurve([])


def test_an_image_is_drawn_in_right_ascension_and_declination(tmp_path):
    background = Annulus(321.94, 56.94, 120, 200)
    figure = figure_image(image(), Circle(321.94, 56.94, 60), background)
    axes = figure.axes[0]
    ra, dec = axes.wcs.wcs_pix2world([[100.0, 100.0]], 0)[0]
    assert (ra, dec) == pytest.approx((321.94, 56.94))
    assert [c.get_axislabel() for c in axes.coords] == ["RA (J2000)", "Dec (J2000)"]
    assert axes.lines[0].get_xdata().max() == pytest.approx(100 + 60 / PLANE.pixel_arcsec)
    assert axes.lines[1].get_linestyle() == "--"
    assert save_figure(figure, tmp_path / "image.png").stat().st_size > 10_000


def test_pixel_regions_follow_the_binning_of_the_image():
    shapes = (
        PixelCircle(101.5, 41.5, 20),
        PixelPolygon((1.5, 9.5, 5.5), (1.5, 1.5, 9.5), exclude=True),
    )
    axes = figure_image(image(binning=4, plane=None), Region(shapes)).axes[0]
    circle, polygon = axes.lines
    assert circle.get_xdata().max() == pytest.approx(30.0)
    assert circle.get_ydata().max() == pytest.approx(15.0)
    assert polygon.get_xdata().tolist() == [0.0, 2.0, 1.0, 0.0]
    assert polygon.get_linestyle() == ":"
    assert axes.get_xlabel() == "x [pixel]"


def test_an_image_without_counts_is_refused():
    with pytest.raises(InputError, match=r"its 16 pixels hold no counts\. Widen"):
        figure_image(Image(np.zeros((4, 4), int), PLANE))


@pytest.mark.parametrize(
    "shape",
    [
        PixelCircle(5, 6, 3),
        PixelAnnulus(5, 6, 2, 4),
        PixelEllipse(5, 6, 4, 2, 30),
        PixelBox(5, 6, 8, 4, 30),
        PixelPolygon((0, 4, 2), (0, 0, 5)),
    ],
)
def test_an_outline_touches_the_bounds_of_its_shape(shape):
    x, y = outline(shape)
    found = np.nanmin(x), np.nanmax(x), np.nanmin(y), np.nanmax(y)
    np.testing.assert_allclose(found, shape.bounds, atol=2e-3)


def test_a_figure_in_an_unknown_format_is_refused(tmp_path):
    figure = figure_lightcurve(lightcurve())
    with pytest.raises(InputError, match=r"ending '.pgn' is no known format. Did you mean '.png'"):
        save_figure(figure, tmp_path / "a.pgn")


def test_a_figure_in_a_missing_folder_is_refused(tmp_path):
    figure = figure_lightcurve(lightcurve())
    with pytest.raises(FileError, match=r"none/a\.png'.*Check that the folder exists"):
        save_figure(figure, tmp_path / "none" / "a.png")


def test_a_figure_that_breaks_keeps_the_old_file(tmp_path):
    old = save_figure(figure_lightcurve(lightcurve()), tmp_path / "a.svg")
    before = old.read_bytes()
    broken = figure_lightcurve(lightcurve())
    broken.axes[0].set_xlabel("$\\nosuchcommand$")
    with pytest.raises(ValueError, match="nosuchcommand"):
        save_figure(broken, old)
    assert old.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.svg"]


@pytest.mark.parametrize("kind", ["pdf", "png"])
def test_a_figure_in_print_fits_a_column_and_its_text_can_be_read_and_edited(kind):
    from matplotlib.text import Text

    made = [
        figure_spectrum(curve(folded("A"), folded("B", 0.9)), look="print"),
        figure_lightcurve([lightcurve(), lightcurve("FPMB", 0.8)], look="print"),
        figure_image(image(), Circle(321.94, 56.94, 90.0), title="A $x_ source", look="print"),
    ]
    for figure in made:
        data = figure_bytes(figure, kind)
        assert data == figure_bytes(figure, kind)
        assert figure.get_figwidth() == pytest.approx(3.4)
        words = [t for t in figure.findobj(Text) if t.get_text() and t.get_visible()]
        assert min(t.get_fontsize() for t in words) >= 7
        if kind == "pdf":
            assert b"/CIDFontType2" in data or b"/TrueType" in data
            assert b"/Type3" not in data


def test_data_sets_in_print_differ_without_colour():
    tints = look_of("print").tints(["60001110002A", "60001110002B", "c", "d"])
    assert all(t.data[1:3] == t.data[3:5] == t.data[5:7] for t in tints.values())
    assert len({t.data for t in tints.values()}) == len({t.dash for t in tints.values()}) == 4
    assert look_of("screen").tints(["60001110002A"])["60001110002A"].data == FIRST


def test_an_unknown_look_is_refused():
    with pytest.raises(InputError, match=r"look 'prnt'\. Did you mean 'print'"):
        figure_spectrum(curve(folded("A")), look="prnt")
