"""From the model's energies to the bins of a spectrum."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.science.unfolding import overlap


def test_photons_are_shared_by_overlap():
    edges = np.array([1.0, 2.0, 4.0, 5.0])
    shares = overlap(np.array([1.5, 3.0, 4.0]), np.array([3.0, 4.0, 9.0]), edges).toarray()
    assert shares == pytest.approx(np.array([[0.5, 0.5, 0], [0, 0.5, 0], [0, 0, 1]]))


def test_every_photon_of_covered_energies_is_counted_once():
    rng = np.random.default_rng(2)
    edges = np.sort(rng.uniform(1, 10, 60))
    bins = np.linspace(edges[0], edges[-1], 14)
    photons = rng.uniform(0, 1, 59)
    assert (overlap(bins[:-1], bins[1:], edges) @ photons).sum() == pytest.approx(photons.sum())


def test_bins_beyond_the_model_see_nothing():
    edges = np.array([2.0, 3.0])
    shares = overlap(np.array([0.5, 5.0, 2.2]), np.array([1.0, 6.0, 2.7]), edges).toarray()
    assert shares.ravel() == pytest.approx([0, 0, 0.5])
