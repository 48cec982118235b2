"""Models and parameters of a request put into XSPEC, and read back. Runs in its process."""

from __future__ import annotations

import math
import re
from typing import Any

from nuwidgets.errors import EngineFailedError

SAME = 1e-6
"""Values that XSPEC has may differ by this part from what it was given."""
FORMULA_SAME = 1e-5
_NUMBER = re.compile(r"\bp(\d+)\b")


class Model:
    """The models of a request as XSPEC holds them, one for each source.

    Parameters
    ----------
    xs : module
        PyXspec, the data loaded.
    payload : dict
        What `payload.payload_of` gives.

    Raises
    ------
    EngineFailedError
        XSPEC did not take something of it.
    """

    def __init__(self, xs: Any, payload: dict[str, Any]) -> None:
        self.xs, self.payload = xs, payload
        self.warnings: list[str] = []
        self.objects: dict[int, Any] = {}
        """XSPEC's parameters by our number; those without a spectrum are not there."""
        self.places: dict[int, tuple[str, int]] = {}
        """Name of the model and number in it, as XSPEC counts, by our number."""
        self._models()
        self._systematic()
        self._parameters()

    def _models(self) -> None:
        for one in self.payload["models"]:
            name, source = one["name"], one["source"]
            if name:
                self.xs.Model(one["expression"], name, source)
            else:
                self.xs.Model(one["expression"])

    def _systematic(self) -> None:
        wanted = self.payload["systematic"]
        self.xs.AllModels.systematic = wanted
        if not math.isclose(float(self.xs.AllModels.systematic), wanted, rel_tol=SAME):
            raise EngineFailedError(f"XSPEC did not take a systematic error of {wanted!r}.")

    def object(self, name: str, group: int) -> Any:
        """Give a model's object of a data group; None where the group has no such source."""
        try:
            return self.xs.AllModels(group, name) if name else self.xs.AllModels(group)
        except Exception as error:
            if name:
                return None  # no spectrum of this group has a response for it
            raise EngineFailedError(f"XSPEC has no model for data group {group}.") from error

    def _parameters(self) -> None:
        """Set all parameters: those that stand alone, then those that are linked."""
        for (name, group), rows in self._by_model().items():
            self._find(name, group, rows)
        linked = [row for row in self.rows() if row["link"]]
        alone = [row for row in self.rows() if not row["link"]]
        for row in alone:
            self._set(self.objects[row["number"]], row)
        for row in linked:
            self._link(self.objects[row["number"]], row)
        for row in self.rows():
            self._check(row)

    def rows(self) -> list[dict[str, Any]]:
        """Give the parameters that are there, as they were asked for."""
        return [row for row in self.payload["parameters"] if row["number"] in self.objects]

    def _by_model(self) -> dict[tuple[str, int], list[dict[str, Any]]]:
        found: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for row in self.payload["parameters"]:
            found.setdefault((row["model"], row["group"]), []).append(row)
        return found

    def _find(self, name: str, group: int, rows: list[dict[str, Any]]) -> None:
        model = self.object(name, group)
        if model is None:
            return
        if model.nParameters != len(rows):
            raise EngineFailedError(
                f"XSPEC's {model.expression} has {model.nParameters} parameters, {len(rows)} were"
                " expected: its version has other components. Choose the embedded engine."
            )
        for local, row in enumerate(rows, start=1):
            one = model(local)
            if one.name.lower() != row["name"].lower():
                self.warnings.append(
                    f"Parameter {row['number']} is {row['name']} here and {one.name} in XSPEC."
                )
            self.objects[row["number"]] = one
            self.places[row["number"]] = name, model.startParIndex + local - 1

    def _set(self, one: Any, row: dict[str, Any]) -> None:
        if one.link:
            one.untie()
        if len(one.values) == len(row["values"]):
            one.values = ",".join(repr(float(number)) for number in row["values"])
            one.frozen = row["frozen"]
        else:  # a switch has a value alone
            one.values = float(row["values"][0])

    def _link(self, one: Any, row: dict[str, Any]) -> None:
        def there(match: re.Match[str]) -> str:
            number = int(match[1])
            if number not in self.places:
                raise EngineFailedError(
                    f"XSPEC cannot link parameter {row['number']} to {number}, which no spectrum"
                    " has a response for. Untie it."
                )
            name, index = self.places[number]
            return f"{name}:p{index}" if name else f"p{index}"

        one.link = _NUMBER.sub(there, row["link"])
        if not one.link:
            raise EngineFailedError(
                f"XSPEC did not take {row['link']!r} as link of parameter {row['number']}"
                f" ({row['name']})."
            )

    def _check(self, row: dict[str, Any]) -> None:
        one, wanted = self.objects[row["number"]], float(row["values"][0])
        value = float(one.values[0])
        near = FORMULA_SAME if row["link"] else SAME
        if not math.isclose(value, wanted, rel_tol=near, abs_tol=1e-30):
            raise EngineFailedError(
                f"XSPEC has {value!r} for parameter {row['number']} ({row['name']}), not"
                f" {wanted!r} as it was told. Its limits there may be narrower, or it reads the"
                " link another way."
            )
        switch = len(one.values) != len(row["values"])
        if not row["link"] and not switch and bool(one.frozen) is not row["frozen"]:
            raise EngineFailedError(
                f"XSPEC did not {'freeze' if row['frozen'] else 'thaw'} parameter"
                f" {row['number']} ({row['name']})."
            )

    @property
    def free(self) -> list[int]:
        """Numbers of the parameters that a fit moves."""
        return [row["number"] for row in self.rows() if not (row["frozen"] or row["link"])]

    def spoken(self, number: int) -> str:
        """Give what XSPEC's commands call a parameter."""
        name, index = self.places[number]
        return f"{name}:{index}" if name else str(index)
