"""Whatever was set: the script of a session asks for the same as the session did."""

from dataclasses import replace

from hypothesis import HealthCheck, given, reject
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import nuwidgets as nw
from nuwidgets.errors import InputError
from nuwidgets.science.models.links import parse_link
from nuwidgets.scripts import script
from nuwidgets.session import Session

START_S = 450000021.0
NEAR = st.floats(-0.02, 0.02)
SIZES = st.floats(20, 200)


def circles(exclude):
    return st.builds(lambda x, y, r: nw.Circle(280 + x, 35 + y, r, exclude), NEAR, NEAR, SIZES)


regions = st.builds(
    lambda first, rest: [first, *rest],
    circles(exclude=False),
    st.lists(st.one_of(circles(exclude=True), circles(exclude=False)), max_size=2),
)
times = st.lists(
    st.tuples(st.floats(0, 3000), st.floats(1000, 4000)).map(
        lambda t: (START_S + t[0], START_S + t[0] + t[1])
    ),
    min_size=1,
    max_size=2,
)
bands = st.tuples(st.floats(3, 20), st.floats(21, 79))
groupings = st.sampled_from(["optsnmin 6", "min 20", "constant 10", "none", "optsnmin 3.5"])
EDITS = {
    "screen.user_gti": st.one_of(st.none(), times),
    "screen.max_grade": st.sampled_from([None, 20, 26]),
    "regions.source": regions,
    "regions.background": st.one_of(st.none(), regions),
    "image.band": bands,
    "image.binning": st.integers(1, 4),
    "lightcurve.band": bands,
    "lightcurve.binsize_s": st.floats(30, 500),
    "lightcurve.subtract_background": st.booleans(),
    "lightcurve.correct_livetime": st.booleans(),
    "spectrum.grouping": groupings,
    "image.engine": st.sampled_from(["auto", "embedded"]),
    "lightcurve.engine": st.sampled_from(["auto", "embedded"]),
    "spectrum.engine": st.sampled_from(["auto", "embedded"]),
}
FIT_EDITS = {
    "statistic": st.sampled_from(["chi", "cstat"]),
    "ignore": st.sampled_from(["**-3. 79.-**", ("**-4.", "50.-**"), ()]),
    "abundance": st.sampled_from(["wilm", "angr"]),
    "cross_section": st.sampled_from(["vern", "bcmc"]),
}


def edit(s, data):
    for one in s.datasets.values():
        for path in data.draw(st.sets(st.sampled_from(sorted(EDITS)), max_size=5)):
            name, key = path.split(".")
            suggested = data.draw(st.booleans())
            value = data.draw(EDITS[path])
            if suggested:
                getattr(one, name).suggest(**{key: value})
            else:
                setattr(getattr(one, name), key, value)
    names = data.draw(st.permutations(s.names))
    s.use(*names[: data.draw(st.integers(1, len(names)))])
    s.fit.model = data.draw(st.sampled_from(["powerlaw", "constant*tbabs*powerlaw"]))
    for key in data.draw(st.sets(st.sampled_from(sorted(FIT_EDITS)))):
        setattr(s.fit, key, data.draw(FIT_EDITS[key]))
    s.fit.set(PhoIndex=data.draw(st.floats(1, 3)), norm=data.draw(st.floats(1e-4, 1e-1)))
    for name in data.draw(st.sets(st.sampled_from([p.name for p in s.fit.parameters[:2]]))):
        s.fit.freeze(name)
    s.flux.band = data.draw(bands)


def plain(request):
    """Give a request with linked parameters at the values of those they are linked to."""
    fit = request.fit
    values = {p.number: p.value for p in fit.parameters}
    told = tuple(
        replace(p, value=values.get(parse_link(p.link).tied_to if p.link else 0, p.value))
        for p in fit.parameters
    )
    return replace(fit, parameters=told)


@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_the_script_asks_for_what_the_session_asks_for(observation, is_formatted, data):
    with Session(live=False) as s:
        for module in "AB":
            stem = f"nu{observation.name}{module}"
            s.add_events(observation / "event_cl" / f"{stem}01_cl.evt")
        edit(s, data)
        try:
            for one in s.datasets.values():
                one.image.run()
                one.lightcurve.run()
            s.flux.run()
        except InputError:
            reject()  # e.g. the regions that were drawn leave no pixel
        text = script(s.record())
        again = {}
        exec("\n".join(line for line in text.splitlines() if "print" not in line), again)  # noqa: S102
        with again["s"] as t:
            assert t.used == s.used
            for name, one in s.datasets.items():
                for kind in ("image", "lightcurve"):
                    there = t.datasets[name]
                    assert getattr(there, kind).request() == getattr(one, kind).request()
            assert [step.request() for step in t.fit.above] == [
                step.request() for step in s.fit.above
            ]
            assert plain(t.flux.request()) == plain(s.flux.request())
            assert t.flux.band == s.flux.band
            assert t.flux.product.erg_per_cm2_s == s.flux.product.erg_per_cm2_s
    is_formatted(text)
