"""What is said of two engines' products: known factors come out as such."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nuwidgets.core.job import Token
from nuwidgets.domain.comparison import CompareRequest
from nuwidgets.engines.compare import solve_compare
from nuwidgets.errors import CancelledError


@pytest.fixture(scope="module")
def products(observation):
    """One module's spectrum and light curve by the embedded engine, and what they were asked."""
    from nuwidgets.session import Session

    stem = f"nu{observation.name}A"
    with Session(live=False) as session:
        dataset = session.add_events(
            observation / "event_cl" / f"{stem}01_cl.evt", observation / "hk" / f"{stem}_fpm.hk"
        )
        return dataset.regions.run(), dataset.spectrum.run(), dataset.lightcurve.run()


def compare(products, change_spectrum=lambda s: s, change_curve=lambda c: c, token=None):
    selection, spectrum, curve = products
    request = CompareRequest(spectrum.request, curve.request)
    asked = []

    def ask(engine, part):
        asked.append((engine, part.engine))
        own = spectrum if part == replace(request.spectrum, engine=part.engine) else curve
        if engine == "embedded":
            return own
        return change_spectrum(own) if own is spectrum else change_curve(own)

    made = solve_compare(request, (selection,), token or Token(), ask)
    assert asked == [("embedded", "")] * 2 + [("heasoft", "heasoft")] * 2
    assert made.request == request
    return made


def said(made, word):
    found = [text for text in made.summary if text.startswith(word)]
    assert len(found) == 1, made.summary
    return found[0]


def test_equal_products_are_said_to_be_equal(products):
    made = compare(products)
    for both in (made.counts, made.area, made.rates):
        assert len(both)
        assert np.nanmax(np.abs(both.ratio - 1)) == 0
    assert "both are equal" in said(made, "Counts, 3-79 keV")
    assert "both are equal" in said(made, "Live time")
    assert "both are equal" in said(made, "Factor that scales the background")
    assert (
        said(made, "Rate") == f"Rate: both are equal in {len(made.rates)} bins, at all times alike."
    )
    assert said(made, "Area") == "Area: both are equal between 3 and 79 keV."
    assert made.counts.embedded.sum() == products[1].counts[35:1935].sum()


def test_known_factors_are_found_where_they_are(products):
    def other_spectrum(spectrum):
        response = spectrum.response
        middle = (response.energy_edges_kev[1:] + response.energy_edges_kev[:-1]) / 2
        area = response.area_cm2 * np.where(middle < 10, 1.04, 0.97)
        return replace(
            spectrum,
            exposure_s=1.02 * spectrum.exposure_s,
            counts=2 * spectrum.counts,
            response=replace(response, area_cm2=area),
        )

    def other_curve(curve):
        return replace(
            curve, rate_per_s=1.1 * curve.rate_per_s, error_per_s=1.1 * curve.error_per_s
        )

    made = compare(products, other_spectrum, other_curve)
    assert made.counts.ratio == pytest.approx(2.0)
    assert "HEASoft's is 100 % more" in said(made, "Counts")
    assert "HEASoft's is 2 % longer" in said(made, "Live time")
    area = said(made, "Area")
    assert "4 % larger between 3 and 10 keV" in area
    assert "3 % smaller between 10 and 30 keV" in area
    assert made.rates.ratio == pytest.approx(1.1)
    assert "HEASoft's is 10 % higher" in said(made, "Rate")
    assert "nearly constant factor" in " ".join(made.summary)


def test_a_factor_that_changes_with_time_is_noticed(products):
    def drifting(curve):
        factor = np.linspace(0.2, 2.0, len(curve.rate_per_s))
        return replace(curve, rate_per_s=factor * curve.rate_per_s)

    assert "not at all times alike" in said(compare(products, change_curve=drifting), "Rate")


def test_bins_that_begin_later_are_paired_and_it_is_said(products):
    made = compare(products, change_curve=lambda c: replace(c, time_s=c.time_s + 12.5))
    assert len(made.rates)
    assert "HEASoft's bins begin 12.5 s later" in " ".join(made.summary)


def test_without_a_response_or_counts_or_common_bins_it_is_said(products):
    made = compare(products, lambda s: replace(s, response=None))
    assert len(made.area) == 0
    assert "cannot be compared" in said(made, "Area")
    empty = replace(products[1], counts=np.zeros_like(products[1].counts))
    made = compare((products[0], empty, products[2]))
    assert len(made.counts) == 0
    assert "the embedded engine has none" in said(made, "Counts")
    made = compare(products, change_curve=lambda c: replace(c, time_s=c.time_s + 1e9))
    assert "no bin in which both have a rate" in said(made, "Light curve")


def test_channels_are_matched_by_number(products):
    def shorter(spectrum):
        kept = slice(100, None)
        columns = ("channel", "counts", "backscal", "areascal", "quality", "grouping")
        return replace(
            spectrum, background=None, **{n: getattr(spectrum, n)[kept] for n in columns}
        )

    made = compare(products, shorter)
    assert np.nanmax(np.abs(made.counts.ratio - 1)) == 0
    assert made.counts.lo[0] == pytest.approx(1.6 + 100 * 0.04)
    assert not [text for text in made.summary if text.startswith("Factor")]


def test_warnings_of_heasofts_products_are_carried(products):
    def warn(product):
        noted = replace(product.provenance, warnings=("It cannot correct a polygon.",))
        return replace(product, provenance=noted)

    made = compare(products, warn, warn)
    assert made.provenance.warnings == ("It cannot correct a polygon.",)


def test_it_can_be_stopped(products):
    token = Token()
    token.cancel()
    with pytest.raises(CancelledError, match="Stopped on request"):
        compare(products, token=token)
