"""What every engine keeps to, from the registry: answers, refuses, stops, says what is missing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from headas_standin import headas_environ
from xspec_standin import make_xspec, xspec_environ

from nuwidgets.core.job import Token
from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, ScreenRequest
from nuwidgets.domain.fit import CurveRequest, ErrorsRequest, FitRequest, FluxRequest
from nuwidgets.domain.grouping import Grouping
from nuwidgets.domain.image import ImageRequest
from nuwidgets.domain.lightcurve import LightCurveRequest
from nuwidgets.domain.provenance import Provenance
from nuwidgets.domain.region import Annulus, Circle, Region
from nuwidgets.domain.selection import SelectionRequest
from nuwidgets.domain.spectrum import ExtractedSpectrumRequest
from nuwidgets.domain.task import TaskRequest
from nuwidgets.engines import registry
from nuwidgets.engines.base import Engine
from nuwidgets.errors import (
    CancelledError,
    EngineMissingError,
    FileError,
    InputError,
)
from nuwidgets.science.models.expression import Expression

NAMES = sorted(registry.BUILTIN)
every_engine = pytest.mark.parametrize("name", NAMES)
RA_DEG, DEC_DEG, PIXEL_DEG = 321.94, 56.94, 0.0006828


@dataclasses.dataclass(frozen=True)
class NobodysRequest:
    """Asks for what no engine knows."""


def write_events(path, n_events=20_000, n_background=4_000):
    """Write a NuSTAR-like event file: a source of slope 2 in the middle, a flat background."""
    from astropy.io import fits

    rng = np.random.default_rng(17)
    at = np.concatenate(
        [rng.normal(500, 8, (n_events, 2)), rng.uniform(350, 650, (n_background, 2))]
    )
    kev = np.concatenate([3 / rng.random(n_events), rng.uniform(3, 79, n_background)]).clip(3, 79)
    n = len(at)
    columns = [
        fits.Column("TIME", "1D", unit="s", array=np.sort(rng.uniform(1000, 11_000, n))),
        fits.Column("X", "1I", unit="pixel", array=at[:, 0].round()),
        fits.Column("Y", "1I", unit="pixel", array=at[:, 1].round()),
        fits.Column("PI", "1J", unit="chan", array=((kev - 1.6) / 0.04).astype(int)),
        fits.Column("GRADE", "1B", array=np.zeros(n)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="EVENTS")
    keys = {"TELESCOP": "NuSTAR", "INSTRUME": "FPMA", "OBS_ID": "60000000001", "DEADC": 0.98}
    keys |= {"OBJECT": "Made up", "TSTART": 1000.0, "TSTOP": 11_000.0, "MJDREFI": 55197}
    keys |= {"RADECSYS": "FK5", "EQUINOX": 2000.0, "MJDREFF": 7.6601852e-4, "TIMESYS": "TDB"}
    for axis, kind, value, step in (2, "RA---TAN", RA_DEG, -1), (3, "DEC--TAN", DEC_DEG, 1):
        keys |= {f"TCTYP{axis}": kind, f"TCRVL{axis}": value, f"TCRPX{axis}": 500.5}
        keys |= {f"TCDLT{axis}": step * PIXEL_DEG, f"TLMIN{axis}": 1, f"TLMAX{axis}": 1000}
    table.header.update(keys)
    start, stop = np.array([1000.0]), np.array([11_000.0])
    times = [fits.Column("START", "1D", array=start), fits.Column("STOP", "1D", array=stop)]
    gti = fits.BinTableHDU.from_columns(times, name="GTI")
    fits.HDUList([fits.PrimaryHDU(), table, gti]).writeto(path)
    return str(path)


def task(path, name):
    """Give a task that an engine knows."""
    if name != "embedded":
        return TaskRequest("ftlist", (("infile", path), ("option", "H")))
    place = (("srcra", str(RA_DEG)), ("srcdec", str(DEC_DEG)), ("bkgextract", False))
    out = (("outdir", f"{path}.products"), ("clobber", True), ("infile", path))
    return TaskRequest("nuproducts", (*place, *out))


def chain(path, name="embedded"):
    """Give each request of an analysis with the indices of the products above it."""
    events = EventsRequest(path)
    screen = ScreenRequest(events)
    source = Region.of(Circle(RA_DEG, DEC_DEG, 60))
    background = Region.of(Annulus(RA_DEG, DEC_DEG, 120, 250))
    selection = SelectionRequest(screen, source, background)
    spectrum = ExtractedSpectrumRequest(selection, Grouping("min", 30))
    parameters = Expression.parse("powerlaw").parameters()
    fit = FitRequest((spectrum,), "powerlaw", parameters, ignore=("**-3. 60.-**",))
    return [
        (events, ()),
        (screen, (0,)),
        (ImageRequest(screen, Band(3, 20)), (1,)),
        (selection, (1,)),
        (LightCurveRequest(selection, Band(3, 20), 256.0), (3,)),
        (spectrum, (3,)),
        (CurveRequest(fit), (5,)),
        (fit, (5,)),
        (ErrorsRequest(fit), (5,)),
        (FluxRequest(fit, Band(2, 10)), (5,)),
        *([] if name == "xspec" else [(task(path, name), ())]),
    ]


@pytest.fixture(scope="module")
def event_file(tmp_path_factory):
    return write_events(tmp_path_factory.mktemp("contract") / "events.evt")


@pytest.fixture
def engine(name, headas, tmp_path, monkeypatch):
    if name == "heasoft":
        for variable, value in headas_environ(headas).items():
            monkeypatch.setenv(variable, value)
    if name == "xspec":
        for variable, value in xspec_environ(make_xspec(tmp_path)).items():
            monkeypatch.setenv(variable, value)
    engine = registry.load(name)
    if name == "heasoft":
        engine.home = tmp_path
    yield engine
    engine.stop()


def answered(engine, path, *, every=False):
    """Answer what the engine handles, in order; (request, product) pairs.

    XSPEC rests on spectra that others make; these are given too with `every`.
    """
    others = registry.load("embedded") if engine.name == "xspec" else engine
    products = []
    for request, above in chain(path, engine.name):
        who = engine if engine.handles(request) else others
        if not all(products[i] for i in above) or not who.handles(request):
            products.append(None)
            continue
        product = who.solve(request, tuple(products[i][1] for i in above), Token())
        products.append((request, product))
    return [pair for pair in products if pair and (every or engine.handles(pair[0]))]


def by_kind(pair):
    """Give the kind of a request and its product."""
    return type(pair[0]), pair[1]


@every_engine
def test_it_is_an_engine_with_a_name_and_a_version(name, engine):
    assert isinstance(engine, Engine)
    assert engine.name == name
    assert engine.version
    assert "0x" not in repr(engine)


@every_engine
def test_it_answers_and_signs_every_product(name, engine, event_file):
    answers = answered(engine, event_file)
    assert answers
    for request, product in answers:
        signed = product.provenance
        assert isinstance(signed, Provenance)
        assert (signed.engine, signed.version) == (name, engine.version)
        assert signed.request == request
        assert signed.seconds >= 0


@every_engine
def test_products_are_frozen_and_their_arrays_read_only(name, engine, event_file):
    for _request, product in answered(engine, event_file):
        with pytest.raises(dataclasses.FrozenInstanceError):
            product.provenance = None
        arrays = [v for v in vars(product).values() if isinstance(v, np.ndarray)]
        assert not any(array.flags.writeable for array in arrays)


@every_engine
def test_the_same_request_gives_the_same_numbers(name, engine, event_file):
    for (_, one), (_, two) in zip(
        answered(engine, event_file), answered(engine, event_file), strict=True
    ):
        for field, value in vars(one).items():
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(value, getattr(two, field))


@every_engine
def test_it_refuses_what_it_does_not_know_and_says_who_can(name, engine, monkeypatch):
    assert not engine.handles(NobodysRequest())
    with pytest.raises(EngineMissingError, match=r"cannot answer NobodysRequest\. No installed"):
        engine.solve(NobodysRequest(), (), Token())
    monkeypatch.setattr(registry, "who_handles", lambda _request: (name, "other"))
    with pytest.raises(EngineMissingError, match=r"cannot answer NobodysRequest\. Use 'other'"):
        engine.solve(NobodysRequest(), (), Token())


@every_engine
def test_it_stops_on_request_and_answers_the_next(name, engine, event_file):
    stopped = Token()
    stopped.cancel()
    answers = answered(engine, event_file)
    products = dict(map(by_kind, answered(engine, event_file, every=True)))
    heard = []
    for request, above in chain(event_file, name):
        needed = [type(chain(event_file, name)[i][0]) for i in above]
        if type(request) not in products or not engine.handles(request):
            continue
        try:
            engine.solve(request, tuple(products[kind] for kind in needed), stopped)
        except CancelledError as error:
            heard.append(str(error))
    assert len(heard) >= len(answers) // 2
    assert set(heard) == {"Stopped on request; the settings are kept."}
    assert len(answered(engine, event_file)) == len(answers)


@every_engine
def test_it_works_on_after_stop(name, engine, event_file):
    engine.stop()
    engine.stop()
    assert answered(engine, event_file)


@every_engine
def test_it_says_which_file_is_missing(name, engine, tmp_path):
    request = EventsRequest(str(tmp_path / "nowhere.evt"))
    if engine.handles(request):
        with pytest.raises(FileError, match=r"nowhere\.evt"):
            engine.solve(request, (), Token())


@every_engine
def test_what_cannot_be_done_is_an_error_of_ours(name, engine, event_file):
    products = dict(map(by_kind, answered(engine, event_file, every=True)))
    requests = {type(request): request for request, _ in chain(event_file)}
    empty = dataclasses.replace(requests[SelectionRequest], source=Region())
    far = dataclasses.replace(
        requests[SelectionRequest], source=Region.of(Circle(RA_DEG - 180, -DEC_DEG, 60))
    )
    fit = dataclasses.replace(requests[FitRequest], expression="powerlow")
    lost = dataclasses.replace(requests[FitRequest], ignore=("**-**",))
    events, spectrum = ScreenRequest, ExtractedSpectrumRequest
    for request, above in (empty, events), (far, events), (fit, spectrum), (lost, spectrum):
        if engine.handles(request):
            with pytest.raises(InputError, match=r"[Cc]annot|[Uu]nknown|[Nn]o "):
                engine.solve(request, (products[above],), Token())


@pytest.mark.parametrize("name", ["embeded"])
def test_an_unknown_engine_offers_the_nearest(name):
    with pytest.raises(EngineMissingError, match="Did you mean 'embedded'"):
        registry.load(name)


def test_every_builtin_engine_says_how_to_install_it():
    for info in registry.available():
        assert info.hint
        assert info.ok or info.error
