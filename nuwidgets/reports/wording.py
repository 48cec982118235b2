"""Sentences that become Markdown and LaTeX: plain text, code and citations, each escaped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nuwidgets.reports.citations import REFERENCES
from nuwidgets.reports.latex import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

_MARKS = re.compile(r"([\\`*_{}\[\]<>|&#~$!])")


@dataclass(frozen=True)
class Code:
    """Text that is shown as it is typed, such as a model."""

    text: str
    """The text."""


@dataclass(frozen=True)
class Cite:
    """Publications, in brackets."""

    keys: tuple[str, ...]
    """Their keys."""

    @classmethod
    def of(cls, *keys: str) -> Cite:
        """Cite publications by their keys."""
        return cls(keys)


Part = str | Code | Cite
Sentence = tuple[Part, ...]


@dataclass(frozen=True)
class Paragraph:
    """A heading and sentences."""

    title: str
    """The heading."""
    sentences: tuple[Sentence, ...]
    """The sentences."""
    listed: bool = False
    """Whether each sentence stands in a line of its own."""

    @property
    def keys(self) -> tuple[str, ...]:
        """What it cites, in order, each once."""
        cited = (part for sentence in self.sentences for part in sentence if isinstance(part, Cite))
        return tuple(dict.fromkeys(key for cite in cited for key in cite.keys))


def one_line(text: str) -> str:
    """Give any text as one line of characters that can be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def joined(words: Iterable[str], last: str = "and") -> str:
    """Give words as a list in a sentence.

    Examples
    --------
    >>> joined(["a", "b", "c"])
    'a, b and c'
    """
    words = list(words)
    return (
        f" {last} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
    )


def as_markdown(paragraphs: Iterable[Paragraph], keys: Iterable[str]) -> str:
    """Give paragraphs and the publications they cite as Markdown."""
    blocks = []
    for one in paragraphs:
        texts = ["".join(map(_markdown, sentence)) for sentence in one.sentences]
        body = "\n".join(f"* {text}" for text in texts) if one.listed else " ".join(texts)
        blocks.append(f"## {one.title}\n\n{body}\n")
    cited = sorted({REFERENCES[key] for key in keys}, key=lambda r: (r.short, r.year))
    lines = [
        f"* {_escaped(r.words)}, {_escaped(r.journal.replace(chr(92), ''))}, {r.volume}, {r.page}:"
        f" [{_escaped(r.bibcode)}]({r.link})"
        for r in cited
    ]
    return "\n".join(["# Methods\n", *blocks, "## References\n", *lines]) + "\n"


def as_latex(paragraphs: Iterable[Paragraph]) -> str:
    r"""Give paragraphs as LaTeX; ``\citep`` is natbib's, as AASTeX and A&A have it."""
    blocks = []
    for one in paragraphs:
        texts = ["".join(map(_latex, sentence)) for sentence in one.sentences]
        items = [rf"  \item {text}" for text in texts]
        body = [r"\begin{itemize}", *items, r"\end{itemize}"] if one.listed else texts
        blocks.append("\n".join([rf"\paragraph{{{escape(one.title)}.}}", *body]))
    return "\n\n".join(blocks) + "\n"


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", one_line(text))


def _markdown(part: Part) -> str:
    if isinstance(part, Cite):
        return f"({'; '.join(_escaped(REFERENCES[key].words) for key in part.keys)})"
    if isinstance(part, Code):
        text = one_line(part.text)
        fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
        return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"
    # a part may begin or end with the space beside the next one
    return _edges(part, _escaped(part))


def _latex(part: Part) -> str:
    if isinstance(part, Cite):
        return rf"\citep{{{','.join(part.keys)}}}"
    if isinstance(part, Code):
        return rf"\texttt{{{escape(part.text)}}}"
    return _edges(part, escape(part))


def _edges(text: str, shown: str) -> str:
    before, after = text[:1].isspace(), text[-1:].isspace()
    return f"{' ' * before}{shown}{' ' * (after and bool(shown))}"
