"""Which observations are fitted, as a hand ticks them in a table or a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from nuwidgets.session import Session


def tick(session: Session, wanted: Collection[str]) -> None:
    """Fit these datasets in the order of the session; one that was chosen by hand stays.

    Parameters
    ----------
    session : Session
        Its datasets are meant.
    wanted : collection of str
        Their names, in any order.
    """
    before = session.used
    usual = before == tuple(name for name in session.names if name in before)
    kept = () if usual else tuple(name for name in before if name in wanted)
    session.use(*kept, *(name for name in session.names if name in wanted))
