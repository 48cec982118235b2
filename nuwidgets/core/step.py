"""A step: settings in, one product out, and whether that product still holds."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn

import traitlets as t

from nuwidgets.core.door import Door
from nuwidgets.core.job import P, Progress, Q, State, Token
from nuwidgets.core.ledger import Ledger
from nuwidgets.core.links import failed_for, hang_on, let_go, refuse_strangers, with_all
from nuwidgets.core.settings import (
    REPORTS,
    Value,
    annotate,
    names_of,
    note_texts,
    recall,
    refusal,
    refuse_unknown,
    suggest,
    usual_of,
)
from nuwidgets.core.stamps import Stamps
from nuwidgets.core.work import Work
from nuwidgets.errors import BusyError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future

    from nuwidgets.domain.record import StepRecord


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
    notes = Value(note_texts, (), "pairs (about, text)")
    """Why values were chosen: pairs (setting, text), "" for the whole step."""
    recorded: ClassVar[bool] = True
    """Whether its products are lines of the history."""
    takes_errors: ClassVar[bool] = False
    """Whether it takes the error of a step above that failed in place of a product."""
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
    written: StepRecord | None = None
    """What it looks like written down; None since it changed."""
    usual: dict[str, Any]
    """The values that are there when nobody chooses, by setting."""
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
        vars(self).update(ledger=Ledger(self), work=Work(self, door, solve), usual=usual_of(self))
        door.do(self._build, above, settings)

    def _build(self, above: tuple[Step[Any, Any], ...], settings: dict[str, object]) -> None:
        refuse_strangers(self, (*above, *self.beside))
        vars(self)["above"] = above
        for name, value in settings.items():
            setattr(self, name, value)
        hang_on(self)
        self.door.welcome(self)

    def request(self) -> Q:
        """Everything the product depends on, as one frozen value of plain values.

        It never raises: what is not known yet is None, and `solve` says what is missing.
        """
        raise NotImplementedError

    def absorb(self, product: P) -> None:
        """Take values of `product` into own settings; does nothing unless overridden.

        Called behind the door when an answer for the settings of now comes in; the product must
        answer the settings after it too, as a fit started from the best fit ends there.
        """

    def holds(self, product: P | None) -> bool:  # noqa: ARG002
        """Whether a product may be given again; one that lacks something is to be made anew."""
        return True

    def adopt(self, product: P) -> None:
        """Take a product that a step resting on this one has met; absorb() brings its settings."""
        self.door.do(self.ledger.adopt, product)

    def recall(self, request: Q) -> None:
        """Set the settings that `request` was made from, above and beside first.

        Fields of the request are settings of the same name; the requests in it belong to the
        steps above, else to those beside, in their order.
        """
        self.door.do(recall, self, request)

    def settings(self) -> dict[str, Any]:
        """Give the settings by name, in the order of their definition."""
        return {name: getattr(self, name) for name in names_of(type(self))}

    def suggest(self, **settings: object) -> None:
        """Set what nobody has chosen yet: a choice of the user stays, however often this is done.

        Raises
        ------
        InputError
            A setting is unknown or refused.
        """
        self.door.do(suggest, self, settings)

    def note(self, text: str, about: str = "") -> None:
        """Say why a setting, or the whole step, is as it is; scripts carry it as a comment.

        An empty text takes the note away; raises InputError if there is no such setting.
        """
        self.door.do(annotate, self, text, about)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.state.value}>"

    def __setattr__(self, name: str, value: object) -> None:
        """Set behind the door; refuse a name that does not exist and a value that cannot be."""
        if name.startswith("_"):
            super().__setattr__(name, value)
            return
        refuse_unknown(self, name)
        try:
            self.door.do(super().__setattr__, name, value)
        except t.TraitError as error:
            raise InputError(refusal(self, name, value, error)) from error

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
        vars(self)["written"] = None
        if change.name not in (*REPORTS, "notes") and not self.ledger.absorbing:
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
        refuse_strangers(self, above)
        if self in with_all(above, lambda step: step.above):
            raise InputError(f"{self!r} cannot build on itself. Build on other steps.")
        let_go(self)
        vars(self)["above"] = above
        hang_on(self)
        self.judge()

    def leave(self) -> None:
        """Stop what runs and let go of the steps above and beside: the end of a step."""
        self.cancel()
        self.door.do(let_go, self)

    @property
    def at_hand(self) -> bool:
        """Whether the product is fresh and in memory."""
        return self.fresh and not self.ledger.kept

    @property
    def fresh(self) -> bool:
        """Whether the product answers the settings of now, here and above."""
        now = self.ledger.up_to_date
        return now and all(step.fresh or failed_for(step, self) for step in self.above)

    def stale_because(self) -> tuple[str, ...]:
        """Name what changed since the answered request; empty unless the step is stale.

        Fields of the request that differ, dotted where a nested one differs, or the steps above
        that are not up to date.
        """
        return self.door.do(self.ledger.changes)

    def judge(self) -> None:
        """Say what the product is worth now, here and below. Behind the door."""
        for step in with_all((self,), lambda step: step.below):
            step._weigh()  # noqa: SLF001  a step like this one

    def _weigh(self) -> None:
        if self.ledger.absorbing:
            return  # judged once, when all is written
        state, error = self.ledger.verdict()
        progress = self.progress if state is State.RUNNING else None
        for name, value in (("error", error), ("progress", progress), ("state", state)):
            if getattr(self, name) is not value:
                self.set_trait(name, value)
        for wake in self.wakes:
            wake()

    def run(self, *, anew: bool = False) -> P:
        """Bring the product up to date now, or make it `anew`, above first, and return it.

        Raises
        ------
        BusyError
            Inside an observer, where waiting would block the session, or after its end.
        CancelledError
            Someone stopped it.
        """
        if self.door.mine:
            raise BusyError(f"Cannot run {type(self).__name__} inside an observer; submit() it.")
        try:
            return self.submit(anew=anew).result()
        except KeyboardInterrupt:
            self.cancel()
            raise

    def submit(self, *, anew: bool = False) -> Future[P]:
        """Do what run() does in another thread; a second call joins the first."""
        self.door.do(self._look_around)
        return self.work.submit(anew=anew).future

    def _look_around(self) -> None:
        """Notice files that were changed since they were read, here and above."""
        for step in with_all((self,), lambda step: step.above):
            step.stamps.clear()
            step.judge()

    async def start(self) -> P:
        """Do what run() does without blocking the kernel."""
        return await asyncio.wrap_future(self.submit())

    def cancel(self) -> bool:
        """Stop what runs for this step; False if nothing did."""
        return self.work.cancel()
