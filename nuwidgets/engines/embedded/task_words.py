"""Parameters of the embedded tasks, as HEASoft's: same names, types and defaults.

Those of HEASoft that mean nothing here are known too: their usual value is passed over, another one
is refused where it would change the product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nuwidgets.domain.task import OUT, TaskRequest
from nuwidgets.errors import InputError
from nuwidgets.files.par_file import ParFile, ParParameter

if TYPE_CHECKING:
    from nuwidgets.domain.task import Plain

HARMLESS = ("chatter", "cleanup", "history", "mode", "plotdevice", "initseed", "cmprmf", "cutmaps")
"""Parameters of HEASoft that change nothing in the numbers."""


def words(task: str, *rows: tuple[Any, ...]) -> ParFile:
    """Give the parameters of a task.

    Parameters
    ----------
    task : str
    rows : tuple
        Name, kind, mode, default, prompt and, where there are any, limits or choices.
    """
    made = []
    for name, kind, mode, default, prompt, *rest in rows:
        limits: tuple[Any, ...] = rest[0] if rest else (None, None)
        choices = tuple(map(str, limits)) if isinstance(limits[0], str) else ()
        lo, hi = (None, None) if choices else limits
        made.append(ParParameter(name, kind, mode, default, lo, hi, choices, prompt))
    return ParFile(task, tuple(made))


def checked(request: TaskRequest, known: ParFile, elsewhere: dict[str, Plain]) -> dict[str, Plain]:
    """Give all parameters of a run by name.

    Parameters
    ----------
    request : TaskRequest
    known : ParFile
        The parameters of the task.
    elsewhere : dict
        Parameters that HEASoft's task has besides, with the only value that is possible here;
        None where any is, because what it belongs to is not done.

    Raises
    ------
    InputError
        If a parameter is not known, may not be that, or asks for what only HEASoft can do.
    """
    given = {name: value for name, value in request.parameters if name not in elsewhere}
    for name, value in request.parameters:
        usual = elsewhere.get(name, value)
        if usual is None or name in HARMLESS or _as_word(value) == _as_word(usual):
            continue
        raise InputError(
            f"Cannot run {request.task} with {name}={value!r} here: the embedded engine knows only"
            f" {name}={usual!r}. Leave it out, or let HEASoft do it (engine 'heasoft')."
        )
    for name, value in given.items():
        if OUT in str(value):
            raise InputError(
                f"Cannot run {request.task} with {name}={value!r}: {OUT} stands for a folder that"
                " is not known here. Give the folder."
            )
    return {p.name: p.default for p in known.parameters} | dict(known.check(given))


def _as_word(value: Plain) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value).strip().lower()
    return {"true": "yes", "false": "no", "default": "", "none": "", "caldb": ""}.get(text, text)
