"""Choose one source and one background region for many observations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from nuwidgets.core.settings import Value
from nuwidgets.core.step import Step
from nuwidgets.domain.region import Circle, Region
from nuwidgets.domain.shared_regions import SharedRegions, SharedRegionsRequest
from nuwidgets.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def as_sky_region(value: Any) -> Region:
    """Take a region whose shapes lie on the sky.

    Raises
    ------
    InputError
        If a shape lies on pixels, which mean another place in every observation.
    """
    region = Region.of(value)
    for shape in region.shapes:
        if not _on_sky(shape):
            raise InputError(
                f"Cannot share {shape!r}: its pixels are another place in every observation."
                " Give it on the sky, e.g. Circle(ra_deg=136.17, dec_deg=-32.38,"
                " radius_arcsec=180)."
            )
    return region


def on_sky(region: Region) -> bool:
    """Whether all shapes of a region lie on the sky."""
    return all(map(_on_sky, region.shapes))


def _on_sky(shape: object) -> bool:
    return not type(shape).__name__.startswith("Pixel")


def as_names(value: Any) -> tuple[str, ...]:
    """Take names of datasets, each once.

    Raises
    ------
    InputError
        If it is no list of texts.
    """
    names: Iterable[Any] = (value,) if isinstance(value, str) else value
    try:
        found = tuple(dict.fromkeys(names))
    except TypeError:
        found = (None,)
    if not all(isinstance(name, str) for name in found):
        raise InputError(f"Cannot use {value!r} as names of datasets. Give a list of texts.")
    return found


class SharedRegionsStep(Step[SharedRegionsRequest, SharedRegions]):
    """Gives observations the same regions; those in `apart` have their own.

    Setting a region here sets it in every observation that is not `apart`; setting another one in
    an observation sets it apart.
    """

    recorded: ClassVar = False
    examples: ClassVar[dict[str, tuple[Any, Any]]] = {
        "apart": ((), ("00032027001XRT",)),
        "source": (Circle(10, 20, 180), Circle(10, 20, 100)),
        "background": (None, Circle(10, 20.1, 100)),
    }

    apart = Value(as_names, (), "names of datasets")
    source = Value(as_sky_region, None, "a Region, a shape, or a list of shapes, on the sky")
    background = Value(as_sky_region, None, "a Region, a shape, a list of shapes, or None")

    _known: Callable[[], Iterable[str]] | None = None

    @property
    def on(self) -> bool:
        """Whether there is a source region that is shared."""
        return bool(self.source)

    def among(self, known: Callable[[], Iterable[str]]) -> None:
        """Be told what gives the names of those that can share."""
        self._known = known

    def join(self, *names: str) -> None:
        """Let observations have the shared regions again.

        Raises
        ------
        InputError
            If there is no such dataset with events.
        """
        self.door.do(self._part, names, again=True)

    def leave_out(self, *names: str) -> None:
        """Let observations keep the regions of their own from now on.

        Raises
        ------
        InputError
            If there is no such dataset with events.
        """
        self.door.do(self._part, names, again=False)

    def _part(self, names: tuple[str, ...], *, again: bool) -> None:
        known = tuple(self._known()) if self._known is not None else names
        for name in names:
            if name not in known:
                raise InputError(f"No event file {name!r} here. {nearest(name, known)}")
        self.apart = (
            tuple(n for n in self.apart if n not in names) if again else (*self.apart, *names)
        )

    def request(self) -> SharedRegionsRequest:
        """Give what is shared."""
        return SharedRegionsRequest(self.source, self.background, self.apart)
