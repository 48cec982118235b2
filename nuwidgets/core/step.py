"""A step: settings in, one product out, and whether that product still holds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, NoReturn

import traitlets as t

from nuwidgets.core.door import Door
from nuwidgets.core.job import P, Progress, Q, State, Token
from nuwidgets.core.ledger import Ledger
from nuwidgets.core.stamps import Stamps
from nuwidgets.core.work import Work
from nuwidgets.errors import BusyError, InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    AnySteps = tuple["Step[Any, Any]", ...]

REPORTS = ("state", "product", "error", "progress")
"""What a step says of itself; everything else that can be set is a setting."""


class Step(t.HasTraits, Generic[Q, P]):
    """One computation; `solve(request, products_above, token)` gives its product.

    Parameters
    ----------
    solve : callable
        Called in a thread of the pool with a frozen request, the products of `above` and a token.
    *above : Step
        The steps whose products are passed to `solve`.
    beside : iterable of Step
        Steps whose *settings* `request()` reads, but whose products are not needed: this step
        turns stale when they change, and running it does not run them.
    door : Door, optional
        The door of the session; that of the steps above when there are any.
    **settings : object
        First values of the settings.

    Raises
    ------
    InputError
        A setting is unknown or refused, or a step belongs to another session.
    """

    state = t.UseEnum(State, default_value=State.EMPTY, read_only=True)
    product = t.Any(None, read_only=True)
    """The last product; kept, and called stale, while a newer one is missing."""
    error = t.Instance(Exception, allow_none=True, read_only=True)
    """What went wrong with the settings of now."""
    progress = t.Instance(Progress, allow_none=True, read_only=True)
    """How far `solve` is; None while nothing runs or steps above are waited for."""
    door: Door
    """The door of the session."""
    above: tuple[Step[Any, Any], ...]
    """The steps this one builds on."""
    beside: tuple[Step[Any, Any], ...]
    """The steps whose settings it reads."""
    below: list[Step[Any, Any]]
    """The steps that build on this one, or read its settings."""
    wakes: list[Callable[[], object]]
    """Called behind the door whenever this step was judged."""
    ledger: Ledger[Q, P]
    """What it was asked and has answered."""
    work: Work[Q, P]
    """Its computations under way."""
    stamps: Stamps
    """When the files that its request names were changed; looked up again by every run()."""

    def __init__(
        self,
        solve: Callable[[Q, tuple[Any, ...], Token], P],
        *above: Step[Any, Any],
        beside: Iterable[Step[Any, Any]] = (),
        door: Door | None = None,
        **settings: object,
    ) -> None:
        super().__init__()
        beside = tuple(beside)
        door = door or next((step.door for step in (*above, *beside)), None) or Door()
        vars(self).update(door=door, above=(), beside=beside, below=[], wakes=[], stamps=Stamps())
        vars(self).update(ledger=Ledger(self), work=Work(self, door, solve))
        door.do(self._build, above, settings)

    def _build(self, above: tuple[Step[Any, Any], ...], settings: dict[str, object]) -> None:
        self._refuse_strangers((*above, *self.beside))
        vars(self)["above"] = above
        for name, value in settings.items():
            setattr(self, name, value)
        self._hang_on()
        self.door.welcome(self)

    def request(self) -> Q:
        """Everything the product depends on, as one frozen value of plain values.

        It never raises: what is not known yet is None, and `solve` says what is missing.
        """
        raise NotImplementedError

    def absorb(self, product: P) -> None:
        """Take values of `product` into own settings; does nothing unless overridden.

        Called behind the door when an answer for the settings of now comes in. The answered
        request then is that of the settings after it: the product must answer these as well as
        those it was computed from, as the best fit started from the best fit is the best fit.
        """

    def adopt(self, product: P) -> None:
        """Take a product that a step resting on this one has met; absorb() brings its settings."""
        self.door.do(self.ledger.adopt, product)

    def settings(self) -> dict[str, Any]:
        """Give the settings by name, in the order of their definition."""
        known = self.traits()
        order = [name for cls in reversed(type(self).__mro__) for name in vars(cls)]
        names = [name for name in dict.fromkeys(order) if name in known and name[0] != "_"]
        return {name: getattr(self, name) for name in names if not known[name].read_only}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.state.value}>"

    def __setattr__(self, name: str, value: object) -> None:
        """Set behind the door; refuse a name that does not exist and a value that cannot be."""
        if name.startswith("_"):
            super().__setattr__(name, value)
            return
        known = self.traits()
        if name not in known and not isinstance(getattr(type(self), name, None), property):
            settings = [n for n in known if n not in REPORTS]
            raise InputError(
                f"{type(self).__name__} has no setting {name!r}. {nearest(name, settings)}"
            )
        try:
            self.door.do(super().__setattr__, name, value)
        except t.TraitError as error:
            raise InputError(self._refusal(name, value, error)) from error

    def _refusal(self, name: str, value: object, error: t.TraitError) -> str:
        text, what = str(error), f"Cannot set {name} of {type(self).__name__} to {value!r}"
        if name in REPORTS:
            return f"{what}: the step says that itself. Set one of {', '.join(self.settings())}."
        if "expected" in text:
            return f"{what}: it must be {self.traits()[name].info()}."
        return f"{what}: {text}"

    def hold_trait_notifications(self) -> NoReturn:
        """Refuse: changes of other threads would land in the same bundle.

        Raises
        ------
        BusyError
            Always.
        """
        raise BusyError(
            f"Cannot hold the notifications of {type(self).__name__}: other threads use it too."
            " Put values that belong together into one frozen value, or set them in one"
            " door.do(...)."
        )

    def notify_change(self, change: Any) -> None:
        """Judge the consequences at once; tell observers when all is settled."""
        self.door.do(self._settle_change, change, super().notify_change)

    def _settle_change(self, change: Any, tell: Callable[[Any], None]) -> None:
        if change.name not in REPORTS and not self.ledger.absorbing:
            self.judge()
        self.door.tell(lambda: tell(change))

    def rest_on(self, *above: Step[Any, Any]) -> None:
        """Build on other steps from now on; what runs ends with those it began with.

        Raises
        ------
        InputError
            A step belongs to another session, or builds on this one.
        """
        self.door.do(self._rest_on, above)

    def _rest_on(self, above: tuple[Step[Any, Any], ...]) -> None:
        self._refuse_strangers(above)
        if self in _with_all(above, lambda step: step.above):
            raise InputError(f"{self!r} cannot build on itself. Build on other steps.")
        self._let_go()
        vars(self)["above"] = above
        self._hang_on()
        self.judge()

    def leave(self) -> None:
        """Stop what runs and let go of the steps above and beside: the end of a step."""
        self.cancel()
        self.door.do(self._let_go)

    def _let_go(self) -> None:
        for step in {*self.above, *self.beside}:
            if self in step.below:
                step.below.remove(self)

    def _hang_on(self) -> None:
        for step in {*self.above, *self.beside}:
            step.below.append(self)

    def _refuse_strangers(self, steps: Iterable[Step[Any, Any]]) -> None:
        for step in steps:
            if step.door is not self.door:
                raise InputError(
                    f"{type(self).__name__} cannot build on {step!r}: it belongs to another"
                    " session. Build on steps with the same door."
                )

    @property
    def fresh(self) -> bool:
        """Whether the product answers the settings of now, here and above."""
        now = self.ledger.answered == (self.request(),)
        return now and all(step.fresh for step in self.above)

    def stale_because(self) -> tuple[str, ...]:
        """Name what changed since the answered request; empty unless the step is stale.

        Fields of the request that differ, dotted where a nested one differs, or the steps above
        that are not up to date.
        """
        return self.door.do(self.ledger.changes)

    def judge(self) -> None:
        """Say what the product is worth now, here and below. Behind the door."""
        for step in _with_all((self,), lambda step: step.below):
            step._weigh()  # noqa: SLF001  a step like this one

    def _weigh(self) -> None:
        if self.ledger.absorbing:
            return  # judged once, when all is written
        request, error = self.ledger.failed or (None, None)
        error = error if request == self.request() and not self.work.busy else None
        self.set_trait("error", error)
        if self.work.busy:
            state = State.RUNNING
        elif error:
            state = State.FAILED
        elif self.ledger.answered is None:
            state = State.EMPTY
        else:
            state = State.FRESH if self.fresh else State.STALE
        if state is not State.RUNNING:
            self.set_trait("progress", None)
        self.set_trait("state", state)
        for wake in self.wakes:
            wake()

    def run(self) -> P:
        """Bring the product up to date now, what is above first, and return it.

        Raises
        ------
        BusyError
            Inside an observer, where waiting would block the session, or after its end.
        CancelledError
            Someone stopped it.
        """
        if self.door.mine:
            name = type(self).__name__
            raise BusyError(f"Cannot run {name} inside an observer; submit() it there.")
        try:
            return self.submit().result()
        except KeyboardInterrupt:
            self.cancel()
            raise

    def submit(self) -> Future[P]:
        """Do what run() does in another thread; a second call joins the first."""
        self.door.do(self._look_around)
        return self.work.submit().future

    def _look_around(self) -> None:
        """Notice files that were changed since they were read, here and above."""
        for step in _with_all((self,), lambda step: step.above):
            step.stamps.clear()
            step.judge()

    async def start(self) -> P:
        """Do what run() does without blocking the kernel."""
        return await asyncio.wrap_future(self.submit())

    def cancel(self) -> bool:
        """Stop what runs for this step; False if nothing did."""
        return self.work.cancel()


def _with_all(steps: AnySteps, onward: Callable[[Step[Any, Any]], Iterable[Any]]) -> AnySteps:
    """Give `steps` and all that `onward` leads to from them, each once."""
    found, ahead = dict.fromkeys(steps), list(steps)
    while ahead:
        for step in onward(ahead.pop(0)):
            if step not in found:
                found[step] = None
                ahead.append(step)
    return tuple(found)
