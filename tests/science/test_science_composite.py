"""Models of several sources in one text: how they are read, numbered and refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nuwidgets.errors import InputError, NuwidgetsError
from nuwidgets.science.models.composite import Composite
from nuwidgets.science.models.expression import Expression
from nuwidgets.science.models.parser import ExpressionError


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("tb*po", "TBabs*powerlaw"),
        ("tb*po; 2:bkg po", "TBabs*powerlaw; 2:bkg powerlaw"),
        ("tb*po\n2:bkg po\n", "TBabs*powerlaw; 2:bkg powerlaw"),
        ("2:bkg po;tb*po", "TBabs*powerlaw; 2:bkg powerlaw"),
        ("1:src po ; 3 : b_2 ga", "1:src powerlaw; 3:b_2 gaussian"),
        ("2:bkg po", "2:bkg powerlaw"),
        ("tb*\n (po\n +ga\n)", "TBabs(powerlaw + gaussian)"),
        (" ; po ;\n;", "powerlaw"),
        ("1:powerlaw powerlaw", "1:powerlaw powerlaw"),
    ],
)
def test_several_models_are_read_and_written_canonically(text: str, canonical: str) -> None:
    composite = Composite.parse(text)
    assert composite.text == canonical
    again = Composite.parse(canonical)
    assert again == composite
    assert again.models == composite.models
    assert hash(again) == hash(composite)


@pytest.mark.parametrize(
    "text", ["tbabs*powerlaw", "tb", "const*tb(po + ph*(ga+cutoff))", "cflux*po", "tb*\npo"]
)
def test_a_plain_text_is_the_model_of_source_1(text: str) -> None:
    composite, expression = Composite.parse(text), Expression.parse(text)
    (only,) = composite.models
    assert (only.source, only.name, only.expression) == (1, "", expression)
    assert composite.text == only.text == expression.text
    assert composite.n_parameters == expression.n_parameters
    assert composite.parameters(3) == expression.parameters(3)


@pytest.mark.parametrize(
    ("text", "words", "position"),
    [
        ("", "it is empty", 0),
        (" ;\n", "it is empty", 3),
        ("po; 2:bkg tb*(powrlaw)", "Did you mean 'powerlaw'", 14),
        ("po\n2:bkg po po", "follow each other", 12),
        ("po; 2:bkg po*", "missing at the end", 13),
        ("po; 2:bkg ", "it is empty", 10),
        ("po; 2:bkg po^2", "has no place", 12),
        ("powrlaw; 2:bkg po", "Did you mean 'powerlaw'", 0),
        ("po; ga", "source 1 has two models", 4),
        ("po;\n  ga", "source 1 has two models", 6),
        ("po; 2:ab po; 2:cd po", "source 2 has two models", 13),
        ("po; 2:ab po; 3:ab po", "two models are called 'ab'", 13),
        ("po; 0:bkg po", "numbered from 1", 4),
        ("po; 2:b po", "a model's name is a letter, then", 6),
        ("po; 2: po", "after the name 'po' come a blank and a model", 9),
        ("po; 2:(po)", "Write for example '2:bkg powerlaw'", 6),
        ("po; 2:2b po", "a model's name is a letter, then", 6),
        ("po; 2:bkg(po)", "after the name 'bkg' come a blank and a model", 9),
        ("po; 2:powerlaw", "after the name 'powerlaw' come a blank and a model", 14),
        ("po; 2:bkg tb", "only multiplies and gives no photons", 10),
        ("tb; 2:bkg po", "only multiplies and gives no photons", 0),
    ],
)
def test_errors_point_into_the_whole_text(text: str, words: str, position: int) -> None:
    with pytest.raises(ExpressionError, match=words) as caught:
        Composite.parse(text)
    assert caught.value.position == position
    assert str(caught.value).splitlines()[-1] == " " * (position + 2) + "^"


def test_semicolons_and_lines_do_not_cut_the_path_of_a_table() -> None:
    with pytest.raises(NuwidgetsError, match=r"a;b\.fits'"):
        Composite.parse("po; 2:bkg atable{a;b.fits}")


def test_parameters_are_numbered_through_model_by_model() -> None:
    composite = Composite.parse("tb*po; 2:bkg const*ga")
    parameters = composite.parameters(2)
    assert [p.number for p in parameters] == list(range(1, 15))
    assert [(p.model, p.group, p.component_number, p.name) for p in parameters[4:11]] == [
        ("", 2, 2, "PhoIndex"),
        ("", 2, 2, "norm"),
        ("bkg", 1, 1, "factor"),
        ("bkg", 1, 2, "LineE"),
        ("bkg", 1, 2, "Sigma"),
        ("bkg", 1, 2, "norm"),
        ("bkg", 2, 1, "factor"),
    ]
    assert [p.link for p in parameters[3:6]] == ["p1", "p2", "p3"]
    assert [p.link for p in parameters[10:]] == ["", "p8", "p9", "p10"]
    assert [p.number for p in parameters if p.free] == [1, 2, 3, 8, 9, 10, 11]
    assert composite.n_parameters == 7
    assert composite.spans(2) == (slice(0, 6), slice(6, 14))
    assert composite.group_span(0, 2, 2) == slice(3, 6)
    assert composite.group_span(1, 2, 2) == slice(10, 14)
    for index, model in enumerate(("", "bkg")):
        for group in (1, 2):
            inside = parameters[composite.group_span(index, group, 2)]
            assert {(p.model, p.group) for p in inside} == {(model, group)}
    with pytest.raises(InputError, match="at least 1 is needed"):
        composite.parameters(0)


MODELS = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(["src", "bkg", "b2"]),
        st.sampled_from(["powerlaw", "TBabs(powerlaw + gaussian)", "constant*bbody"]),
    ),
    min_size=1,
    max_size=3,
    unique_by=(lambda one: one[0], lambda one: one[1]),
)


@given(MODELS, st.sampled_from(["; ", ";", "\n", " \n "]))
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_the_same(models: list[tuple[int, str, str]], join: str) -> None:
    text = join.join(f"{source}:{name} {model}" for source, name, model in models)
    composite = Composite.parse(text)
    assert [(m.source, m.name, m.expression.text) for m in composite.models] == sorted(models)
    assert Composite.parse(composite.text).models == composite.models


@given(st.text(alphabet="po;:12 bkg\n*()+{}", max_size=20))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_inside_of_it(text: str) -> None:
    found: Composite | ExpressionError
    try:
        found = Composite.parse(text)
    except ExpressionError as error:
        found = error
    if isinstance(found, ExpressionError):
        assert 0 <= found.position <= len(text)
    else:
        assert Composite.parse(found.text) == found
