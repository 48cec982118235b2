"""Contours and goodness as steps of a session: axes around the fit, a better fit taken over."""

from __future__ import annotations

import numpy as np
import pytest

from nuwidgets.core.job import State
from nuwidgets.domain.contours import StepAxis
from nuwidgets.errors import InputError


@pytest.fixture
def ready(session):
    session.fit.model = "constant*tbabs*powerlaw"
    session.fit.ignore = "**-3. 79.-**"
    session.fit.freeze("nH")
    return session


def test_axes_around_the_best_fit_reach_so_many_errors(ready):
    best = ready.fit.run()
    ready.contours.around("PhoIndex", "powerlaw.norm", n=10, sigmas=2)
    assert [text.split()[0] for text in ready.contours.axes] == ["PhoIndex", "powerlaw.norm"]
    axis = StepAxis.parse(ready.contours.axes[0])
    index = ready.fit.parameter("PhoIndex")
    sigma = best.sigma[index.number - 1]
    assert (axis.lo, axis.hi) == pytest.approx(
        (index.value - 2 * sigma, index.value + 2 * sigma), abs=1e-3 * sigma
    )
    assert axis.n == 10


def test_axes_end_at_the_limits(ready):
    ready.fit.run()
    index = ready.fit.parameter("PhoIndex")
    ready.fit.limit("PhoIndex", hard_lo=index.value - 1e-3, soft_lo=index.value - 1e-3)
    axis = ready.contours.axis_around("PhoIndex")
    assert axis.lo >= index.value - 1e-3


def test_without_a_fit_there_is_nothing_to_step_around(ready):
    with pytest.raises(InputError, match=r"the fit gives no error for it\. Run the fit"):
        ready.contours.around("PhoIndex")
    ready.fit.run()
    with pytest.raises(InputError, match=r"Cannot step around TBabs\.nH"):
        ready.contours.around("nH")
    with pytest.raises(InputError, match="Cannot step 0 sigma away"):
        ready.contours.around("PhoIndex", sigmas=0)
    assert ready.contours.axes == ()


def test_contours_before_a_fit_move_to_the_better_one(ready):
    ready.contours.axes = "PhoIndex 1.5 2.5 4"
    found = ready.contours.run()
    assert found.better_fit is not None
    assert (ready.fit.state, ready.contours.state) == (State.FRESH, State.FRESH)
    assert ready.fit.product.statistic == found.statistic
    assert ready.contours.run() is found
    assert np.isfinite(found.rise).all()


def test_contours_are_old_when_the_model_moves(ready):
    ready.fit.run()
    ready.contours.axes = "PhoIndex 1.5 2.5 4"
    ready.contours.run()
    before = ready.fit.parameter("PhoIndex").value
    ready.fit.set(PhoIndex=before + 0.1)
    assert ready.contours.state is State.STALE
    ready.fit.set(PhoIndex=before)
    assert ready.contours.state is State.FRESH


def test_goodness_before_a_fit_is_that_of_the_best_one(ready):
    ready.goodness.n = 3
    found = ready.goodness.run()
    assert ready.fit.state is State.FRESH
    assert ready.fit.product.statistic == found.fit_observed
    assert ready.goodness.run() is found
    ready.goodness.n = 4
    assert ready.goodness.run().better_fit is None


@pytest.mark.parametrize("value", [0, -1, 2.5, True, "many", 100_001])
def test_a_number_of_data_sets_is_a_whole_number(ready, value):
    with pytest.raises(InputError, match="whole number from 1 to 100000"):
        ready.goodness.n = value


def test_a_test_statistic_makes_the_goodness_old(ready):
    ready.fit.run()
    ready.goodness.n = 3
    found = ready.goodness.run()
    assert found.n_done == 3
    ready.fit.test_statistic = "ks"
    assert ready.goodness.state is State.STALE


def test_both_come_back_from_disk_bit_by_bit(ready, tmp_path):
    from nuwidgets.files.kept import load_product, save_product, storable

    ready.contours.axes = ("PhoIndex 1.5 2.5 3", "powerlaw.norm delta 1e-4 1")
    ready.goodness.n = 3
    for step in (ready.contours, ready.goodness):
        product = step.run()
        assert storable(product)
        path = tmp_path / "kept" / "a-0123456789ab.fits"
        back = load_product(path, save_product(path, product))
        assert back.request == product.request
        assert repr(back) == repr(product)
        for name, value in vars(product).items():
            if isinstance(value, np.ndarray):
                assert getattr(back, name).tobytes() == value.tobytes()


def test_settings_come_back_from_a_session_file(ready, tmp_path):
    import nuwidgets as nw

    ready.contours.axes = ("PhoIndex 1.5 2.5 3", "log powerlaw.norm 1e-4 1e-2 4")
    ready.goodness.n, ready.goodness.seed = 7, 5
    ready.contours.run()
    ready.save(tmp_path / "s.nuw.json")
    with nw.load(tmp_path / "s.nuw.json") as again:
        assert again.contours.axes == ready.contours.axes
        assert (again.goodness.n, again.goodness.seed) == (7, 5)
        assert again.contours.state in (State.FRESH, State.KEPT)
