"""Engines by name, by table, and made of a function."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import EntryPoint

import pytest

from nuwidgets.core.job import Token
from nuwidgets.domain.provenance import Provenance
from nuwidgets.engines import registry
from nuwidgets.engines.base import Engine, TableEngine
from nuwidgets.engines.mock import MockEngine
from nuwidgets.errors import CancelledError, EngineFailedError, EngineMissingError, InputError


@dataclass(frozen=True)
class Ask:
    n: int


@dataclass(frozen=True)
class Other:
    n: int


@dataclass(frozen=True, eq=False)
class Answer:
    n: int
    provenance: Provenance = field(default_factory=lambda: Provenance(warnings=("careful",)))


def double(request, above, token):
    if request.n == 13:
        raise ZeroDivisionError("thirteen")
    if request.n == 14:
        raise InputError("Cannot double 14.")
    token.check()
    return Answer(2 * request.n)


class Foreign(TableEngine):
    def __init__(self):
        super().__init__("foreign", "1.5", {Other: double})


class Silent:
    """Has nothing that an engine has."""


@pytest.fixture
def points(monkeypatch):
    """Three entry points: good, broken, and not an engine; and only a good builtin."""
    place = __name__
    found = [
        EntryPoint(n, v, registry.GROUP)
        for n, v in [
            ("foreign", f"{place}:Foreign"),
            ("broken", "no_such_module:X"),
            ("silent", f"{place}:Silent"),
            ("embedded", "no_such_module:Y"),
        ]
    ]
    monkeypatch.setattr(registry, "entry_points", lambda **_group: found)
    monkeypatch.setattr(
        registry, "BUILTIN", {"embedded": registry.Place(f"{place}:Foreign", "always there")}
    )


@pytest.fixture
def table():
    return TableEngine("table", "2.0", {Ask: double})


def test_a_table_answers_and_signs(table):
    product = table.solve(Ask(4), (), Token())
    signed = product.provenance
    assert product.n == 8
    assert (signed.engine, signed.version, signed.request, signed.warnings) == (
        "table",
        "2.0",
        Ask(4),
        ("careful",),
    )
    assert signed.seconds > 0
    assert repr(table) == "<TableEngine table 2.0>"
    assert isinstance(table, Engine)
    table.stop()


def test_a_product_without_provenance_is_left_alone():
    assert TableEngine("t", "1", {int: lambda r, _above, _token: r + 1}).solve(1, (), None) == 2


def test_foreign_errors_become_ours_and_ours_pass(table):
    with pytest.raises(
        EngineFailedError, match=r"could not answer Ask: ZeroDivisionError: thirteen"
    ) as info:
        table.solve(Ask(13), (), Token())
    assert isinstance(info.value.__cause__, ZeroDivisionError)
    with pytest.raises(InputError, match=r"Cannot double 14"):
        table.solve(Ask(14), (), Token())
    token = Token()
    token.cancel()
    with pytest.raises(CancelledError, match=r"Stopped on request"):
        table.solve(Ask(1), (), token)


def test_an_unknown_request_is_told_who_can(table, points):
    assert not table.handles(Other(1))
    with pytest.raises(
        EngineMissingError, match=r"'table' cannot answer Other\. Use 'embedded' or 'foreign'"
    ):
        table.solve(Other(1), (), Token())
    with pytest.raises(EngineMissingError, match=r"No installed engine can"):
        table.solve("what", (), Token())


def test_all_are_shown_broken_ones_with_their_error(points):
    found = {info.name: info for info in registry.available()}
    assert list(found) == ["embedded", "foreign", "broken", "silent"]
    assert (found["foreign"].ok, found["foreign"].version) == (True, "1.5")
    assert found["embedded"].ok  # ours win
    assert not found["broken"].ok
    assert "No module named 'no_such_module'" in found["broken"].error
    assert "is no engine" in found["silent"].error
    assert found["broken"].hint


def test_load(points):
    assert registry.load("foreign").solve(Other(2), (), Token()).n == 4
    with pytest.raises(
        EngineMissingError, match=r"There is no engine 'foriegn'. Did you mean 'foreign'"
    ):
        registry.load("foriegn")
    with pytest.raises(
        EngineMissingError,
        match=r"'broken' does not load: ModuleNotFoundError.*To install it: reinstall its package",
    ):
        registry.load("broken")


def test_the_embedded_engine_is_ours():
    assert (
        registry.places()["embedded"].target == "nuwidgets.engines.embedded.engine:EmbeddedEngine"
    )


def test_mock_remembers():
    engine = MockEngine(lambda request, above, _token: (request, above))
    assert engine.handles("anything")
    assert engine.solve(1, (2,), Token()) == (1, (2,))
    engine.stop()
    assert (engine.asked, engine.stopped, repr(engine)) == ([1], 1, "<MockEngine mock>")
    assert isinstance(engine, Engine)
