"""Good times by rates, flares and columns of files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from timing_toys import GTI, KNOT, SCREEN, make_events, solve

from nuwidgets.domain.band import Band
from nuwidgets.domain.events import EventsRequest, LivetimeRecord
from nuwidgets.domain.goodtimes import GoodTimesRequest
from nuwidgets.domain.gti import Gti
from nuwidgets.errors import InputError

FLARE = Gti(((300.0, 360.0),))
BAND = Band(3, 79)
ASKED = GoodTimesRequest(SCREEN.events, BAND, 20.0)


def flaring():
    quiet = make_events(8000)
    extra = np.linspace(300, 360, 800, endpoint=False)
    time = np.concatenate([quiet.time_s, extra])
    order = np.argsort(time)
    fill = {name: np.resize(getattr(quiet, name), len(time))[order] for name in ("x", "y", "grade")}
    pi = np.concatenate([quiet.pi, np.full(800, 100, np.int32)])[order]
    return make_events(time_s=time[order], pi=pi, **fill)


EVENTS = flaring()


@pytest.fixture
def mkf(tmp_path):
    time = np.arange(0.0, 7300.0, 1.0)
    columns = [
        fits.Column("TIME", "D", "s", array=time),
        fits.Column("ELV", "E", "deg", array=np.where(time < 500, 2.0, 40.0)),
        fits.Column("SAA", "B", "", array=(time > 6500).astype(np.uint8)),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="FILTER")
    slow = [
        fits.Column("TIME", "D", "s", array=time[::4] + 0.5),
        fits.Column("TEMP", "E", "degC", array=np.where(time[::4] < 600, 9.0, 5.0)),
    ]
    other = fits.BinTableHDU.from_columns(slow, name="HK4")
    path = tmp_path / "a.mkf"
    fits.HDUList([fits.PrimaryHDU(), table, other]).writeto(path)
    return str(path)


def test_nothing_asked_keeps_everything_and_gives_rates():
    made = solve(ASKED, EVENTS)
    assert made.gti == made.whole == GTI
    assert made.kept_s == made.ontime_s == GTI.ontime_s
    low, high = 35, 1935
    assert made.rate.counts.sum() == np.sum((EVENTS.pi >= low) & (EVENTS.pi < high))
    assert (made.columns, made.names, made.conditions, made.quiet_rate) == ((), (), (), None)


def test_rates_are_limited_bin_by_bin():
    rate = solve(ASKED, EVENTS).rate
    middle = float(np.nanmedian(rate.rate_per_s))
    made = solve(replace(ASKED, max_rate=middle), EVENTS)
    bad = rate.rate_per_s > middle
    by_hand = GTI.without(Gti.of(rate.time_s[bad], rate.stop_s[bad]))
    assert made.gti == by_hand
    other = solve(replace(ASKED, min_rate=middle), EVENTS)
    assert other.gti.union(made.gti).ontime_s == pytest.approx(GTI.ontime_s)
    assert 0 < other.kept_s < GTI.ontime_s
    assert solve(replace(ASKED, max_rate=1e9), EVENTS).gti == GTI  # widened, times come back


def test_flares_are_filtered_out():
    made = solve(replace(ASKED, flare_sigma=5.0), EVENTS)
    lost = GTI.without(made.gti)
    assert FLARE.without(lost).ontime_s == 0
    assert lost.ontime_s == pytest.approx(60.0)
    assert made.quiet_rate < made.flare_rate < np.nanmax(made.rate.rate_per_s)


def test_dead_time_is_no_quiet_time():
    second = np.arange(0.0, 7200.0)
    record = LivetimeRecord(second, np.where(second < 400, 0.25, 1.0))
    events = make_events(8000, livetime=record)
    rate = solve(ASKED, events).rate
    seen = rate.counts / (rate.good_s * rate.live_fraction)
    assert rate.rate_per_s == pytest.approx(seen, nan_ok=True)


def test_rates_of_a_region():
    made = solve(replace(ASKED, region="knot", area=KNOT), EVENTS)
    inside = KNOT.contains(EVENTS.x, EVENTS.y) & (EVENTS.pi >= 35) & (EVENTS.pi < 1935)
    assert made.rate.counts.sum() == inside.sum()
    between = make_events(8000, x=EVENTS.x[:8000] + 0.25, y=EVENTS.y[:8000] * 1.0)
    made = solve(replace(ASKED, region="knot", area=KNOT), between)
    inside = KNOT.contains(between.x, between.y) & (between.pi >= 35) & (between.pi < 1935)
    assert made.rate.counts.sum() == inside.sum()
    with pytest.raises(InputError, match="region 'knot': there is none of that name"):
        solve(replace(ASKED, region="knot"), EVENTS)


def test_columns_choose_times(mkf):
    asked = replace(ASKED, hk_path=mkf, expression="ELV > 3 && SAA == 0", show=("TEMP",))
    made = solve(asked, EVENTS)
    assert made.gti == GTI.intersect(Gti(((500, 6501),)))
    assert [one.name for one in made.columns] == ["ELV", "SAA", "TEMP"]
    assert made.names == ("ELV", "SAA", "TEMP")
    assert [text for text, _ in made.conditions][:2] == [
        "Outside of the SAA",
        "Source not behind the Earth",
    ]
    halves = solve(replace(asked, edges="halfway"), EVENTS)
    assert halves.gti == GTI.intersect(Gti(((499.5, 6500.5),)))
    assert made.provenance.warnings == ()


def test_columns_of_several_tables_hold_each_at_its_own_pace(mkf):
    made = solve(replace(ASKED, hk_path=mkf, expression="TEMP > 6 || SAA"), EVENTS)
    assert made.gti == GTI.intersect(Gti(((0.5, 600.5), (6501, 7300))))


def test_all_conditions_are_joined(mkf):
    asked = replace(ASKED, hk_path=mkf, expression="SAA==0", flare_sigma=5.0, max_rate=1e6)
    made = solve(asked, EVENTS)
    assert made.gti == GTI.intersect(Gti(((0, 6501),))).without(Gti(((300, 360),)))


def test_nothing_left_is_said(mkf):
    made = solve(replace(ASKED, hk_path=mkf, expression="ELV > 80"), EVENTS)
    assert made.gti == Gti()
    assert "Nothing is left" in made.provenance.warnings[-1]


def test_a_file_that_covers_too_little_is_said(tmp_path):
    time = np.arange(100.0, 400.0)
    columns = [fits.Column(n, "D", array=v) for n, v in (("TIME", time), ("ELV", 0 * time))]
    path = str(tmp_path / "short.mkf")
    fits.BinTableHDU.from_columns(columns, name="FILTER").writeto(path)
    made = solve(replace(ASKED, hk_path=path, expression="ELV == 0"), EVENTS)
    assert made.gti == Gti(((100, 400),))
    assert "covers only 12.3 % of the good times" in made.provenance.warnings[0]


def test_unknown_columns_and_missing_files_are_said(mkf, tmp_path):
    with pytest.raises(InputError, match=r"'ELW', at letter 1, is no column of .* mean 'ELV'"):
        solve(replace(ASKED, hk_path=mkf, expression="ELW > 3"), EVENTS)
    with pytest.raises(InputError, match="no file is named that has its columns"):
        solve(replace(ASKED, expression="ELV > 3"), EVENTS)
    (tmp_path / "nu60001110002A.mkf").touch()
    beside = EventsRequest(str(tmp_path / "nu60001110002A01_cl.evt"))
    with pytest.raises(InputError, match=r"Beside the events lie '.*nu60001110002A\.mkf'"):
        solve(replace(ASKED, events=beside, expression="ELV > 3"), EVENTS)


def test_real_housekeeping_chooses_seconds(shared_data):
    folder = shared_data / "nustar_events"
    hk = str(folder / "nu90410111001A_fpm.hk")
    request = EventsRequest(str(folder / "nu90410111001A06_cl_sunpos.evt"), hk)
    events = solve(request)
    asked = GoodTimesRequest(request, BAND, 2.0, hk_path=hk, expression="LIVETIME >= 0.7")
    made = solve(asked, events)
    with fits.open(hk) as file:
        time, live = (np.array(file["HK1FPM"].data[n], float) for n in ("TIME", "LIVETIME"))
    good = Gti.of(time[live >= 0.7], time[live >= 0.7] + 1)
    assert made.gti.intersect(good).ontime_s == pytest.approx(made.kept_s)
    assert made.kept_s == pytest.approx(events.gti.intersect(good).ontime_s)
    assert 0 < made.kept_s < made.ontime_s
    assert made.conditions == (("Outside of the SAA, by the instrument", "INSAA == 0"),)
    outside = solve(replace(asked, expression="INSAA == 0"), events)
    assert outside.kept_s == pytest.approx(outside.ontime_s)
