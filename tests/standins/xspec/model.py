"""STAND-IN: AllModels, Model, components and parameters, numbered as XSPEC numbers them."""

import re
from typing import ClassVar

from standin_calls import record

from nuwidgets.science.models.expression import Expression
from xspec.data import AllData
from xspec.settings import Restricted

LIMITS = ("delta", "hard_lo", "soft_lo", "soft_hi", "hard_hi")


class Source:
    """The model of one source: its expression, data groups, and the parameters of all groups."""

    def __init__(self, name, number, expression, groups):
        self.name, self.number, self.expression, self.groups = name, number, expression, groups
        first = expression.parameters(1)
        tied = f"{name}:p" if name else "p"
        self.parameters = [
            Parameter(self, p, place * len(first) + p.number, f"{tied}{p.number}" if place else "")
            for place in range(len(groups))
            for p in first
        ]


class Loaded:
    """The models that are loaded, by name."""

    models: ClassVar = {}
    fitted = False


class Parameter(Restricted):
    """One parameter."""

    _known = ("values", "frozen", "link")

    def __init__(self, source, made_from, number, tied):
        self.__dict__.update(name=made_from.name, unit=made_from.unit)
        self._source, self._number = source, number
        self._now = {n: getattr(made_from, n) for n in ("value", *LIMITS)}
        self._frozen = made_from.frozen and not tied
        self._link = tied
        self._error = (0.0, 0.0, "FFFFFFFFF")

    @property
    def index(self):
        return (self._number - 1) % self._source.expression.n_parameters + 1

    @property
    def error(self):
        return self._error

    @property
    def values(self):
        return [self._now[n] for n in ("value", *LIMITS)]

    @values.setter
    def values(self, given):
        new = dict(self._now)
        if isinstance(given, str):
            words = given.split(",")
            if len(words) > 6:
                raise Exception("Error: Cannot apply new parameter settings.")
            new |= dict(zip(("value", *LIMITS), map(float, words), strict=False))
            self._frozen = new["delta"] < 0
        elif isinstance(given, bool) or not isinstance(given, int | float):
            raise Exception("Error: Cannot apply new parameter settings.")
        else:
            new["value"] = float(given)
            self._frozen = self._frozen and not self._link
        if not new["hard_lo"] <= new["value"] <= new["hard_hi"]:
            raise Exception(f"***Error: Desired Value {new['value']} is outside hard range")
        self._now, self._link, Loaded.fitted = new, "", False

    @property
    def frozen(self):
        return self._frozen

    @frozen.setter
    def frozen(self, value):
        if not isinstance(value, bool):
            raise Exception("Error: frozen is a bool")
        if self._link and value:
            raise Exception("Error: a linked parameter cannot be frozen")
        self._frozen, Loaded.fitted = value, False

    @property
    def link(self):
        return f"= {self._link}" if self._link else ""

    @link.setter
    def link(self, text):
        """Take a formula; a bare whole number in it would be a parameter's."""
        if re.search(r"(?<![\w.])\d+(?![\w.])", text) or text.startswith("="):
            raise Exception(f"Error: {text!r}: XSPEC would take the number for a parameter's")
        for name, number in re.findall(r"(?:\b(\w+):)?\bp(\d+)\b", text):
            known = Loaded.models.get(name)
            there = known is not None and 1 <= int(number) <= len(known.parameters)
            if not there or known.parameters[int(number) - 1] is self:
                raise Exception(f"Error: cannot link to {text!r}; XSPEC would only print so")
        self._link, self._frozen, Loaded.fitted = text, False, False

    def untie(self):
        self._link, Loaded.fitted = "", False


class Component(Restricted):
    """A component: its parameters are attributes, and take numbers."""

    def __init__(self, name, parameters):
        self.__dict__.update(name=name, parameterNames=list(parameters))
        self.__dict__["_parameters"] = parameters

    def __getattr__(self, name):
        found = self.__dict__.get("_parameters", {}).get(name)
        if found is None:
            raise AttributeError(f"'Component' object has no attribute {name!r}")
        return found

    def __setattr__(self, name, value):
        if name in self._parameters:
            self._parameters[name].values = value
        else:
            super().__setattr__(name, value)


class GroupModel(Restricted):
    """The model of one data group."""

    def __init__(self, source, group):
        size = source.expression.n_parameters
        place = source.groups.index(group)
        own = source.parameters[place * size : (place + 1) * size]
        self.__dict__.update(
            expression=source.expression.text, nParameters=size, startParIndex=own[0]._number
        )
        self.__dict__["_own"] = own
        components, taken, at = {}, [], 0
        for number, component in enumerate(source.expression.components, start=1):
            name = f"{component.name}_{number}" if component.name in taken else component.name
            mine = own[at : at + len(component.parameters)]
            components[name] = Component(name, {p.name: p for p in mine})
            taken.append(component.name)
            at += len(mine)
        self.__dict__.update(components, componentNames=list(components))

    def __call__(self, index):
        if not isinstance(index, int):
            raise Exception("Error: Argument must be an integer.")
        if not 1 <= index <= len(self._own):
            raise Exception(f"Error: Valid range of parameters for this object: 1-{len(self._own)}")
        return self._own[index - 1]


def Model(expression, modName="", sourceNum=1):
    """Load a model for all data groups that see its source; later ones are tied to the first."""
    try:
        read = Expression.parse(expression)
    except Exception as error:
        raise Exception(f"Model Command Error: {error}") from error
    if (sourceNum > 1 and not modName) or len(modName) == 1:
        raise Exception("Model Command Error: Model name must be at least two characters")
    Loaded.models = {n: m for n, m in Loaded.models.items() if m.number != sourceNum}
    source = Source(modName, sourceNum, read, AllData.groups(sourceNum))
    Loaded.models[modName], Loaded.fitted = source, False
    named = {"name": modName, "source": sourceNum} if modName else {}
    record("Model", expression=expression, **named)
    return GroupModel(source, source.groups[0])


def drawn(words):
    """Take "err number level" off the end."""
    if len(words) > 3 and words[-3] == "err":
        return words[:-3], (int(words[-2]), float(words[-1]))
    return words, None


class ModelManager(Restricted):
    """AllModels."""

    def __call__(self, group, name=""):
        if name not in Loaded.models:
            raise Exception("Error: Model is not currently loaded in XSPEC.")
        if group not in Loaded.models[name].groups:
            raise Exception(f"Error: No model object exists for model {name!r}, data group {group}")
        return GroupModel(Loaded.models[name], group)

    def clear(self):
        Loaded.models, Loaded.fitted = {}, False
        record("AllModels.clear")

    def calcFlux(self, limits):
        words = limits.split()
        words, _ = drawn(words)
        if not Loaded.models or len(words) != 2 or not float(words[0]) < float(words[1]):
            raise Exception("Flux Command Error")
        for number in range(1, AllData.nSpectra + 1):
            AllData(number).__dict__["flux"] = (1e-11, 0.0, 0.0, 1e-3, 0.0, 0.0)
        record("AllModels.calcFlux", limits=limits)

    def calcLumin(self, limits):
        words, _ = drawn(limits.split())
        if not Loaded.models or len(words) != 3 or not float(words[0]) < float(words[1]):
            raise Exception("Lumin Command Error")
        for number in range(1, AllData.nSpectra + 1):
            AllData(number).__dict__["lumin"] = (1e-4, 0.0, 0.0, 1e-3, 0.0, 0.0)
        record("AllModels.calcLumin", limits=limits)

    def eqwidth(self, text):
        words, _ = drawn(text.split())
        if not Loaded.models or not words or not words[0].isdigit() or len(words) > 2:
            raise Exception("Eqwidth Command Error")
        for number in range(1, AllData.nSpectra + 1):
            AllData(number).__dict__["eqwidth"] = (0.1, 0.0, 0.0)
        record("AllModels.eqwidth", text=text)


AllModels = ModelManager()
