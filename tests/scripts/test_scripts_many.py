"""Scripts of many observations: what is alike is said once."""

from __future__ import annotations

import pytest

import nuwidgets as nw

SHARED = nw.Circle(280.0, 35.0, 100.0)
OWN = nw.Circle(280.0, 35.0, 60.0)


@pytest.fixture(scope="module")
def many(observation):
    with nw.Session(live=False) as s:
        path = next(observation.glob("event_cl/*A01_cl.evt*"))
        for _ in range(3):
            s.add_events(path)
        s.shared.source = SHARED
        s.datasets[s.names[2]].regions.source = OWN
        s.fit.model = "tbabs*powerlaw"
        s.fit.untie("PhoIndex")
        s.fit.set("2:PhoIndex=2.5")
        s.longterm.band = (3, 10)
        s.longterm.run()
        yield s


@pytest.fixture(scope="module")
def again(many, tmp_path_factory):
    path = tmp_path_factory.mktemp("script") / "again.py"
    path.write_text(many.script(), encoding="utf-8")
    found: dict = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), found)  # noqa: S102  ours
    yield found["s"]
    found["s"].close()


def test_regions_that_are_shared_are_told_once(many):
    script = many.script()
    assert script.count("radius_arcsec=100.0") == 1
    assert "s.shared.source = nw.Circle(" in script
    assert script.count("radius_arcsec=60.0") == 1


def test_the_script_gives_the_same_regions_and_rates(many, again):
    assert again.shared.apart == many.shared.apart == (many.names[2],)
    radii = [d.regions.source.shapes[0].radius_arcsec for d in again.datasets.values()]
    assert radii == [100.0, 100.0, 60.0]
    ours, theirs = many.longterm.product, again.longterm.product
    assert theirs.counts.tolist() == ours.counts.tolist()
    assert theirs.band == ours.band == nw.Band(3, 10)


def test_parameters_that_all_groups_have_are_untied_in_one_line(many, again):
    assert 's.fit.untie("PhoIndex")' in many.script()
    assert "s.fit.link" not in many.script()
    assert again.fit.parameters == many.fit.parameters


def test_a_step_alone(many):
    assert many.script(only=("shared",)).startswith(
        "# Regions of all observations\ns.shared.apart = "
    )
    assert many.script(only=("longterm",)).endswith(
        "s.longterm.band = (3.0, 10.0)\ns.longterm.run()\n"
    )
    small = many.script(only=("thumbnails",))
    assert small.startswith("# Small images\n")
    assert small.endswith("s.thumbnails.run()\n")


def test_fits_one_by_one_alone_say_of_which(many):
    usual = many.used
    many.use(usual[0])
    code = many.script(only=("series",))
    assert code.startswith(f'# Spectra that are fitted\ns.use("{usual[0]}")\n')
    many.use(*many.names)
    assert "s.use" not in many.script(only=("series",))
    many.use(*usual)


def test_who_has_own_regions_is_found_under_another_name(observation):
    path = next(observation.glob("event_cl/*A01_cl.evt*"))
    with nw.Session(live=False) as s:
        for _ in range(3):
            s.add_events(path)
        s.shared.background = nw.Annulus(280.0, 35.0, 180.0, 300.0)
        s.shared.source = SHARED
        second, third = list(s.datasets.values())[1:]
        third.regions.background = nw.Circle(280.05, 35.0, 90.0)  # its source is that of all
        s.use(second.name)
        s.remove(s.names[0])  # the script opens others first: they have other numbers there
        counts = s.longterm.run().counts.tolist(), s.longterm.product.background_counts.tolist()
        script = s.script()
    assert "s.shared.leave_out(b.name)" in script
    found: dict = {}
    exec(compile(script, "again.py", "exec"), found)  # noqa: S102  ours
    with found["s"] as again:
        rates = again.longterm.product
        assert (rates.counts.tolist(), rates.background_counts.tolist()) == counts
        assert again.shared.apart == (again.names[1],)
