"""Which energies are fitted: ranges typed in XSPEC's syntax, or brushed, of all spectra or one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import ipywidgets as w

from nuwidgets.core.bind import behind
from nuwidgets.errors import InputError
from nuwidgets.science import ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nuwidgets.domain.band import Band
    from nuwidgets.panels.base import Panel

BAD = "bad"
ALL = 0
"""Number that stands for all spectra."""
_WORD = re.compile(r"(?<!\S)(notice|no|ignore|ig)(?!\S)", re.IGNORECASE)


class RangesRow:
    """Buttons that ignore what is brushed, of all spectra or of one.

    Parameters
    ----------
    panel : Panel
        Whose buttons they are.
    names : dict
        The spectra that are looked at, by name, with their numbers in the fit, from 1.
    clear : callable
        Takes the brush away.
    """

    def __init__(self, panel: Panel, names: dict[str, int], clear: Callable[[], object]) -> None:
        self._panel, self._clear = panel, clear
        self.target = w.Dropdown(
            options=[("all", ALL), *names.items()],
            description="of",
            tooltip="Which spectra the buttons act on",
            layout=w.Layout(width="170px"),
        )
        self.target.style.description_width = "20px"
        behind(panel.door, self.target)
        buttons = (
            ("Ignore brushed", 's.fit.ignore = (*s.fit.ignore, "6.-7.")', self._ignore),
            ("Keep only brushed", 's.fit.ignore = "**-3. 79.-**"', self._keep),
            ("Notice all", "s.fit.ignore = ()", self._notice),
            ("Ignore bad", 's.fit.ignore = (*s.fit.ignore, "bad")', self._bad),
        )
        self.target.layout.display = None if len(panel.session.used) > 1 else "none"
        self.widgets = (*(panel.button(*one) for one in buttons), self.target)

    @property
    def _now(self) -> tuple[str, ...]:
        now: tuple[str, ...] = self._panel.session.fit.ignore
        return now

    def _brushed(self) -> Band:
        band: Band | None = self._panel.session.curve.selected_kev
        if band is None:
            raise InputError("No energies are brushed: drag across the spectrum first.")
        return band

    def _set(self, texts: tuple[str, ...]) -> None:
        self._panel.session.fit.ignore = texts
        self._clear()

    def _ignore(self) -> None:
        band, number = self._brushed(), self.target.value
        of = f"{number}:" if number else ""
        self._set((*self._now, f"{of}{band.lo_kev:.3f}-{band.hi_kev:.3f}"))

    def _keep(self) -> None:
        band, number = self._brushed(), self.target.value
        outside = f"**-{band.lo_kev:.3f} {band.hi_kev:.3f}-**"
        if not number:
            self._set((outside,))
            return
        inside = f"{band.lo_kev:.3f}-{band.hi_kev:.3f}"
        self._set(of_one(self._now, number, f"notice {number}:{inside} ignore {outside}"))

    def _notice(self) -> None:
        number = self.target.value
        if not number:
            self._set(())
            return
        alone = of_one(self._now, number, "")
        others = any(text != BAD for text in alone)
        self._set(of_one(self._now, number, f"notice {number}:**-**") if others else alone)

    def _bad(self) -> None:
        if BAD not in self._now:
            self._panel.session.fit.ignore = (*self._now, BAD)


def of_one(texts: Iterable[str], number: int, new: str) -> tuple[str, ...]:
    """Give ranges with what is new of one spectrum in place of what was of it alone.

    Bad channels stay left out: they are named last.

    Examples
    --------
    >>> of_one(("bad", "**-3.", "2:6.-7."), 2, "2:**-4.")
    ('**-3.', '2:**-4.', 'bad')
    """
    kept = [text for text in texts if not _only(text, number)]
    plain = [text for text in kept if text.strip().lower() != BAD]
    bad = [text for text in kept if text not in plain]
    return (*plain, *([new] if new else []), *bad)


def _only(text: str, number: int) -> bool:
    """Whether ranges are about one spectrum alone."""
    found = ranges.parse(text)
    return all(one.first_spectrum == one.last_spectrum == number for one in found)


def one_line(texts: Iterable[str]) -> str:
    """Give ranges as one text that means the same: each begins with all spectra, ignoring.

    Examples
    --------
    >>> one_line(("2:6.-7.", "bad"))
    '2:6.-7. **:bad'
    >>> one_line(("notice 5.-6.", "3.-4."))
    'notice 5.-6. ignore 3.-4.'
    """
    shown: list[str] = []
    narrowed = noticing = False
    for text in texts:
        word, rest = _leading(text.strip())
        word = word or ("ignore" if noticing else "")
        of_all = "**:" if narrowed and ":" not in rest.split()[0] else ""
        shown.append(f"{word} {of_all}{rest}".strip())
        narrowed = narrowed or ":" in rest
        words = _WORD.findall(shown[-1])
        noticing = bool(words) and words[-1].lower().startswith("no")
    return " ".join(shown)


def _leading(text: str) -> tuple[str, str]:
    """Part ranges from the word before them."""
    found = _WORD.match(text)
    rest = text[found.end() :].strip() if found else text
    return (found[0] if found and rest else ""), rest or text
