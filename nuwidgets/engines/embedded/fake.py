"""Simulated spectra: a model folded through responses, backgrounds added, counts drawn.

As XSPEC's ``fakeit`` does, the background of a spectrum is taken as what is to be expected, in the
source region and in the simulated background alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nuwidgets.domain.fake import Fake, FakeRequest
from nuwidgets.domain.fit import FitRequest
from nuwidgets.domain.model import Parameter
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.spectrum import Spectrum
from nuwidgets.engines.embedded.fitdata import is_poisson
from nuwidgets.engines.embedded.incident import choose
from nuwidgets.engines.embedded.problem import opened
from nuwidgets.engines.embedded.source_responses import response_for
from nuwidgets.errors import EngineFailedError, InputError
from nuwidgets.files.model_files import use_files
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.parameters import set_value
from nuwidgets.science.simulate import simulate_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nuwidgets.domain.arrays import Floats


def solve_fake(request: FakeRequest, above: tuple[Spectrum, ...], token: Any) -> Fake:
    """Give a simulated spectrum for each spectrum of a fit.

    Raises
    ------
    InputError
        A model or parameters that do not go with the spectra, a spectrum without response, or an
        exposure that is none.
    EngineFailedError
        The model has no finite value.
    CancelledError
        Stopped through the token.
    """
    if not (request.exposure_s >= 0 and request.background_exposure_s >= 0):
        raise InputError(
            f"Cannot simulate {request.exposure_s!r} s with a background of"
            f" {request.background_exposure_s!r} s. Give exposures above 0, or 0 for those of the"
            " data."
        )
    rates = folded_rates(request.fit, above, token)
    made, background_rates, said = [], [], []
    for number, (spectrum, rate) in enumerate(zip(above, rates, strict=True)):
        token.check()
        seen = replace(spectrum, response=response_for(request.fit, number + 1, spectrum, 1))
        given = seen if request.background else replace(seen, background=None)
        if given.background is not None and not is_poisson(given.background):
            said.append(
                f"{given.name}: the errors of its background are not those of counts, but counts"
                " are drawn."
            )
        back = _background_rate(given)
        background_rates.append(float(back.sum()))
        made.append(
            _faked(given, rate, back, request, np.random.default_rng((request.seed, number)))
        )
    return Fake(
        spectra=tuple(made),
        source_per_s=tuple(
            float((rate * one.areascal).sum()) for rate, one in zip(rates, above, strict=True)
        ),
        background_per_s=tuple(background_rates),
        request=request,
        provenance=Provenance(
            warnings=tuple(said),
            approximate=" ".join(
                dict.fromkeys(
                    one.response.provenance.approximate
                    for one in made
                    if one.response and one.response.provenance.approximate
                )
            ),
        ),
    )


def folded_rates(fit: FitRequest, above: tuple[Spectrum, ...], token: Any) -> tuple[Floats, ...]:
    """Give the model folded into all channels of each spectrum, counts/s per AREASCAL.

    Raises
    ------
    InputError
        What a fit refuses.
    EngineFailedError
        The model has no finite value.
    """
    choose(fit, len(above))
    whole = tuple(
        replace(
            one,
            grouping=np.ones(len(one.counts), np.int64),
            quality=np.zeros(len(one.counts), np.int64),
        )
        for one in above
    )
    with opened(replace(fit, ignore=()), whole, token) as problem:
        rates = tuple(problem.rates(problem.start))
    if not all(np.isfinite(rate).all() for rate in rates):
        raise EngineFailedError(
            f"Cannot simulate {fit.expression!r}: the model gives no finite number of photons."
            " Bring the parameters nearer to their defaults."
        )
    return rates


def _background_rate(spectrum: Spectrum) -> Floats:
    """Give the expected rate of the background in the source region, counts/s, shape (n,)."""
    other = spectrum.background
    if other is None:
        return np.zeros(len(spectrum.counts))
    expected = np.maximum(other.counts, 0.0) * spectrum.background_ratio
    return np.asarray(np.nan_to_num(expected) / spectrum.exposure_s)


def _faked(
    spectrum: Spectrum, rate: Floats, back: Floats, request: FakeRequest, rng: np.random.Generator
) -> Spectrum:
    """Give the simulated spectrum, with a background if it has one."""
    exposure_s = request.exposure_s or spectrum.exposure_s
    total = rate * spectrum.areascal + back
    other = spectrum.background
    if other is not None:
        own_s = request.background_exposure_s or other.exposure_s * exposure_s / spectrum.exposure_s
        expected = np.maximum(other.counts, 0.0) / other.exposure_s
        other = _counted(other, expected, own_s, request, rng)
    made = _counted(spectrum, total, exposure_s, request, rng)
    response = spectrum.response
    links = {
        "RESPFILE": response.rmf_path if response else "",
        "ANCRFILE": response.arf_path if response else "",
        "BACKFILE": "",
    }
    return replace(made, background=other, links=tuple(links.items()))


def _counted(
    spectrum: Spectrum,
    rate_per_s: Floats,
    exposure_s: float,
    request: FakeRequest,
    rng: np.random.Generator,
) -> Spectrum:
    """Give a spectrum with counts of these rates, and nothing of how the real one was made."""
    known = np.maximum(rate_per_s, 0.0)
    counts = simulate_counts(known, exposure_s, rng) if request.noise else known * exposure_s
    return replace(
        spectrum,
        counts=counts,
        exposure_s=exposure_s,
        poisson=True,
        stat_error=None,
        sys_error=None,
        is_rate=False,
        name=f"{spectrum.name}_fake" if spectrum.name else "fake",
        links=(),
        gti=None,
        region=None,
        wmap=None,
        path="",
        request=None,
        provenance=Provenance(approximate=spectrum.provenance.approximate),
    )


class _Deaf:
    """A token that nobody stops, and nobody hears."""

    def check(self) -> None:
        """Go on."""

    def report(self, *_said: object, **_more: object) -> None:
        """Say nothing."""


def fake_spectrum(
    model: str,
    parameters: Sequence[float | Parameter] | Mapping[str, float],
    rmf_path: str,
    arf_path: str = "",
    exposure_s: float = 1e5,
    background_path: str = "",
    *,
    noise: bool = True,
    seed: int = 1,
) -> Spectrum:
    """Simulate a spectrum without data, as XSPEC's ``fakeit none``.

    Parameters
    ----------
    model : str
        The model in XSPEC's syntax.
    parameters : sequence of float or Parameter, or mapping
        All values in their order, or values by name (the others are the usual ones).
    rmf_path, arf_path : str
        Response; a .rsp file needs no ARF.
    exposure_s : float
        Exposure, s.
    background_path : str
        PHA file of a background; empty for none.
    noise : bool
        Whether counts fluctuate.
    seed : int
        Where chance begins.

    Raises
    ------
    InputError
        A model, parameters or an exposure that cannot be used.
    FileError
        A file that cannot be read, or does not go with the others.
    """
    if not exposure_s > 0:
        raise InputError(f"Cannot simulate {exposure_s!r} s. Give an exposure above 0.")
    use_files()
    blank = _blank(rmf_path, arf_path, exposure_s, background_path)
    asked = FakeRequest(
        FitRequest((), model, _parameters(model, parameters)),
        exposure_s=exposure_s,
        background_exposure_s=blank.background.exposure_s if blank.background else 0.0,
        noise=noise,
        seed=seed,
    )
    return solve_fake(asked, (blank,), _Deaf()).spectra[0]


def _parameters(
    model: str, given: Sequence[float | Parameter] | Mapping[str, float]
) -> tuple[Parameter, ...]:
    """Give the parameters of a model with the values that were given."""
    usual = Composite.parse(model).parameters()
    if isinstance(given, Mapping):
        for name, value in given.items():
            usual = set_value(usual, name, value)
        return usual
    if len(given) != len(usual):
        raise InputError(
            f"Cannot simulate {model!r} with {len(given)} values: it has {len(usual)} parameters,"
            f" {', '.join(p.label for p in usual)}. Give all, or some by name."
        )
    for number, one in enumerate(given, start=1):
        usual = set_value(usual, number, float(one.value if isinstance(one, Parameter) else one))
    return usual


def _blank(rmf_path: str, arf_path: str, exposure_s: float, background_path: str) -> Spectrum:
    """Give a spectrum without counts in the channels of a response."""
    from nuwidgets.files.pha import read_spectrum
    from nuwidgets.files.rmf import read_response
    from nuwidgets.files.spectrum_set import aligned_background

    response = read_response(rmf_path, arf_path)
    n = len(response.channel)
    blank = Spectrum(
        channel=response.channel,
        counts=np.zeros(n),
        exposure_s=exposure_s,
        backscal=np.ones(n),
        areascal=np.ones(n),
        quality=np.zeros(n, np.int64),
        grouping=np.ones(n, np.int64),
        first_channel=int(response.channel[0]),
        n_channels=n,
        response=response,
    )
    if not background_path:
        return blank
    other = aligned_background(read_spectrum(background_path), blank)
    # the source region is as large as that of the background: what it holds is what is added
    return replace(blank, background=other, backscal=other.backscal, areascal=other.areascal)
