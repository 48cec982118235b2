"""Random edits of a session: written down, read back, brought back, all is equal."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nuwidgets as nw
from nuwidgets.domain.pixel_shapes import PixelBox, PixelCircle
from nuwidgets.errors import InputError
from nuwidgets.files.session_file import opened, session_text
from nuwidgets.missions.archive import PRESETS
from nuwidgets.session import Session

ra, dec = st.floats(279.9, 280.1), st.floats(34.9, 35.1)
size = st.floats(1.0, 500.0)
exclude = st.booleans()
shapes = st.one_of(
    st.builds(nw.Circle, ra, dec, size, exclude),
    st.builds(lambda x, y, r, w, e: nw.Annulus(x, y, r, r + w, e), ra, dec, size, size, exclude),
    st.builds(nw.Ellipse, ra, dec, size, size, st.floats(-180, 180), exclude),
    st.builds(nw.Box, ra, dec, size, size, st.floats(-180, 180), exclude),
    st.builds(PixelCircle, size, size, size, exclude),
    st.builds(PixelBox, size, size, size, size, st.floats(-180, 180), exclude),
)
regions = st.lists(shapes, max_size=4)
times = st.none() | st.lists(
    st.tuples(st.floats(4.5e8, 4.6e8), st.floats(4.6e8, 4.7e8)), min_size=1, max_size=3
)
bands = st.builds(lambda lo, width: (lo, lo + width), st.floats(0.1, 50), st.floats(0.1, 50))
texts = st.text(max_size=30)
models = st.sampled_from(["powerlaw", "tbabs*powerlaw", "constant*tbabs*cutoffpl", ""])
per_dataset = st.one_of(
    st.tuples(st.just("regions"), st.sampled_from(["source", "background"]), regions),
    st.tuples(st.just("screen"), st.just("user_gti"), times),
    st.tuples(st.just("screen"), st.just("max_grade"), st.none() | st.integers(0, 30)),
    st.tuples(st.just("image"), st.just("band"), bands),
    st.tuples(st.just("image"), st.just("binning"), st.integers(1, 64)),
    st.tuples(st.just("lightcurve"), st.just("binsize_s"), st.floats(1e-3, 1e5)),
    st.tuples(st.just("lightcurve"), st.just("selected_s"), times),
    st.tuples(st.just("spectrum"), st.just("grouping"), st.sampled_from(["min 20", "none"])),
    st.tuples(st.just("spectrum"), st.just("rmf_path"), st.sampled_from(["", "none", "a.rmf"])),
)
words = st.lists(texts, max_size=3)
own = st.one_of(
    st.tuples(st.just("find"), st.just("target"), texts),
    st.tuples(st.just("find"), st.just("mission"), st.sampled_from(["NuSTAR", "swift-xrt"])),
    st.tuples(st.just("find"), st.just("radius_arcmin"), st.none() | st.floats(0.1, 100)),
    st.tuples(st.just("find"), st.just("selected"), words),
    st.tuples(st.just("find"), st.just("event_mjd"), st.none() | st.floats(5e4, 6e4)),
    st.tuples(st.just("files"), st.just("host"), st.sampled_from(["auto", "aws", "mirror"])),
    st.tuples(st.just("files"), st.just("mirror"), st.sampled_from(["", "a b", "/a/b", "s3://b"])),
    st.tuples(st.just("download"), st.just("folder"), st.sampled_from(["data", "/a b/c", "../d"])),
    st.tuples(st.just("download"), st.just("preset"), st.sampled_from(PRESETS)),
    st.tuples(st.just("download"), st.just("pattern"), texts),
    st.tuples(st.just("download"), st.sampled_from(["modules", "modes", "also", "without"]), words),
    st.tuples(st.just("download"), st.sampled_from(["copy", "opens"]), st.booleans()),
    st.tuples(st.just("download"), st.just("at_once"), st.integers(1, 32)),
)
edits = st.one_of(
    st.tuples(st.just("own"), own),
    st.tuples(st.just("dataset"), st.integers(0, 1), per_dataset),
    st.tuples(st.just("model"), models),
    st.tuples(st.just("ignore"), st.lists(st.sampled_from(["**-3.", "79.-**"]), max_size=2)),
    st.tuples(st.just("value"), st.integers(1, 12), st.floats(0, 3)),
    st.tuples(st.just("freeze"), st.integers(1, 12)),
    st.tuples(st.just("link"), st.integers(1, 12), st.integers(1, 12)),
    st.tuples(st.just("delta"), st.floats(0.1, 10)),
    st.tuples(st.just("flux"), bands),
    st.tuples(st.just("note"), texts, st.sampled_from(["", "model"])),
    st.tuples(st.just("view"), texts, st.integers()),
    st.tuples(st.just("use"), st.sampled_from([(0,), (1,), (0, 1), ()])),
    st.tuples(st.just("undo")),
)


@pytest.fixture(scope="module")
def session(observation):
    """A session that does not compute by itself."""
    with Session(live=False) as opened_one:
        for module in "AB":
            stem = f"nu{observation.name}{module}01_cl.evt"
            opened_one.add_events(observation / "event_cl" / stem)
        yield opened_one


def put(session, number, what):
    path, name, value = what
    setattr(session.step(f"{list(session.datasets)[number]}.{path}"), name, value)


def put_own(session, what):
    path, name, value = what
    setattr(session.step(path), name, value)


DO = {
    "own": put_own,
    "dataset": put,
    "model": lambda s, text: setattr(s.fit, "model", text),
    "ignore": lambda s, texts: setattr(s.fit, "ignore", texts),
    "value": lambda s, number, value: s.fit.set(f"{number}={value!r}"),
    "freeze": lambda s, number: s.fit.freeze(str(number)),
    "link": lambda s, number, to: s.fit.link(number, to),
    "delta": lambda s, value: setattr(s.errors, "delta", value),
    "flux": lambda s, band: setattr(s.flux, "band", band),
    "note": lambda s, text, about: s.fit.note(text, about),
    "view": lambda s, text, number: s.view("image", text=text, number=number),
    "use": lambda s, numbers: s.use(*(list(s.datasets)[n] for n in numbers)),
    "undo": lambda s: s.undo(),
}


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=st.lists(edits, max_size=12))
def test_written_read_and_brought_back_it_is_equal(session, tmp_path_factory, moves):
    for kind, *what in moves:
        try:
            DO[kind](session, *what)
        except InputError:
            continue  # no such parameter, a link in a circle, nothing to undo
    record = session.record()
    found = opened(
        session_text(record, tmp_path_factory.getbasetemp()), tmp_path_factory.getbasetemp()
    )
    assert found.record.every_step == tuple(as_read(step) for step in record.every_step)
    with Session(live=False) as other:
        assert other.restore(found.record) == []
        again = other.record()
        assert (again.datasets, again.steps, again.used) == (
            found.record.datasets,
            found.record.steps,
            found.record.used,
        )
        assert (again.views, again.history) == (record.views, record.history)


def as_read(step):
    """A step as a file has it: what is not in memory is kept."""
    kept = step.state == "fresh" and type(step.product).__name__ not in (
        "FitResult",
        "Errors",
        "Flux",
    )
    object.__setattr__(step, "state", "kept" if kept else step.state)
    return step
