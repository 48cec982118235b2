"""A request put into XSPEC, and what a fit of it gives. Runs in the process of XSPEC."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.engines.xspec import load
from nuwidgets.engines.xspec.parameters import Model
from nuwidgets.engines.xspec.worker import version

if TYPE_CHECKING:
    from collections.abc import Callable


class State:
    """What XSPEC holds for one request.

    Parameters
    ----------
    xs : module
        PyXspec.
    payload : dict
        What `payload.payload_of` gives.
    report : callable
        ``report(fraction, stage, line)``.

    Raises
    ------
    EngineFailedError
        XSPEC did not take something of it.
    """

    def __init__(self, xs: Any, payload: dict[str, Any], report: Callable[..., None]) -> None:
        self.xs, self.payload = xs, payload
        report(None, "XSPEC: reading spectra", "")
        load.clear(xs)
        load.set_up(xs, payload)
        for number, one in enumerate(payload["spectra"], start=1):
            load.load(xs, number, one)
        self.warnings = load.ignore(xs, payload)
        report(None, "XSPEC: model", "")
        self.model = Model(xs, payload)
        self.warnings += self.model.warnings

    def statistic(self) -> float:
        """Give the statistic at the parameters of now."""
        return float(self.xs.Fit.statistic)

    def perform(self) -> None:
        """Fit; norms are brought to the data first, as XSPEC does by itself."""
        self.xs.Fit.renorm("prefit")
        self.xs.Fit.perform()

    def result(self) -> dict[str, Any]:
        """Give parameters, their errors and the statistic of now."""
        values, sigma = [], []
        for row in self.payload["parameters"]:
            one = self.model.objects.get(row["number"])
            values.append(float(row["values"][0] if one is None else one.values[0]))
            free = one is not None and row["number"] in self.model.free
            error = float(one.sigma) if one is not None and free else 0.0
            sigma.append(error if error > 0 else math.nan)
        data = self.xs.AllData
        return {
            "values": values,
            "sigma": np.array(sigma),
            "covariance": self._covariance(sigma),
            "statistic": self.statistic(),
            "test_statistic": float(self.xs.Fit.testStatistic),
            "dof": int(self.xs.Fit.dof),
            "n_bins": [len(data(n).noticed) for n in range(1, data.nSpectra + 1)],
            "version": version(self.xs),
            "warnings": self.warnings,
        }

    def _covariance(self, sigma: list[float]) -> Any:
        """Give the covariance of the free parameters in our order; NaN where XSPEC has none."""
        own = np.array([sigma[number - 1] for number in self.model.free])
        matrix = np.diag(own**2)
        try:
            flat = [float(value) for value in self.xs.Fit.covariance]
        except Exception:  # noqa: BLE001  PyXspec raises nothing else before a fit
            return np.full(matrix.shape, np.nan)
        lower = np.tril_indices(len(own))
        if len(flat) != len(lower[0]):
            return matrix
        whole = np.zeros(matrix.shape)
        whole[lower] = flat
        whole = whole + np.tril(whole, -1).T
        known = np.isfinite(own)
        if not np.allclose(np.sqrt(np.abs(np.diag(whole)))[known], own[known], rtol=1e-3):
            return matrix  # its order is another one: the errors alone are sure
        return whole
