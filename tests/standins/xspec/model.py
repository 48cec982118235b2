"""STAND-IN: AllModels, Model, components and parameters, numbered as XSPEC numbers them."""

from standin_calls import record

from nuwidgets.science.models.expression import Expression
from xspec.data import AllData
from xspec.settings import Restricted

LIMITS = ("delta", "hard_lo", "soft_lo", "soft_hi", "hard_hi")


class Loaded:
    """The model that is loaded: its expression and the parameters of all groups."""

    expression = None
    parameters = ()
    fitted = False


class Parameter(Restricted):
    """One parameter."""

    _known = ("values", "frozen", "link")

    def __init__(self, made_from, number, group, tied):
        self.__dict__.update(name=made_from.name, unit=made_from.unit)
        self._number, self._group = number, group
        self._now = {n: getattr(made_from, n) for n in ("value", *LIMITS)}
        self._frozen = made_from.frozen and not tied
        self._link = tied
        self._error = (0.0, 0.0, "FFFFFFFFF")

    @property
    def index(self):
        return self._number - (self._group - 1) * Loaded.expression.n_parameters

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
        self._now, self._link, Loaded.fitted = new, None, False

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
        return f"= p{self._link}" if self._link else ""

    @link.setter
    def link(self, text):
        number = int(text.removeprefix("p")) if text.removeprefix("p").isdigit() else 0
        if not 1 <= number <= len(Loaded.parameters) or number == self._number:
            raise Exception(f"Error: cannot link to {text!r}; XSPEC would only print so")
        self._link, self._frozen, Loaded.fitted = number, False, False

    def untie(self):
        self._link, Loaded.fitted = None, False


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

    def __init__(self, group):
        size = Loaded.expression.n_parameters
        own = Loaded.parameters[(group - 1) * size : group * size]
        self.__dict__.update(
            expression=Loaded.expression.text, nParameters=size, startParIndex=own[0]._number
        )
        self.__dict__["_own"] = own
        components, taken, at = {}, [], 0
        for number, component in enumerate(Loaded.expression.components, start=1):
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


def Model(expression):
    """Load a model for all data groups; later ones are tied to the first."""
    try:
        read = Expression.parse(expression)
    except Exception as error:
        raise Exception(f"Model Command Error: {error}") from error
    first = read.parameters(1)
    Loaded.expression, Loaded.fitted = read, False
    Loaded.parameters = [
        Parameter(p, (group - 1) * len(first) + p.number, group, p.number if group > 1 else None)
        for group in range(1, AllData.nGroups + 1)
        for p in first
    ]
    record("Model", expression=expression)
    return GroupModel(1)


class ModelManager(Restricted):
    """AllModels."""

    def __call__(self, group):
        if Loaded.expression is None:
            raise Exception("Error: Model is not currently loaded in XSPEC.")
        if not 1 <= group <= AllData.nGroups:
            raise Exception(f"Error: No model object exists for unnamed model, data group {group}")
        return GroupModel(group)

    def clear(self):
        Loaded.expression, Loaded.parameters, Loaded.fitted = None, (), False
        record("AllModels.clear")

    def calcFlux(self, limits):
        words = limits.split()
        if Loaded.expression is None or len(words) != 2 or not float(words[0]) < float(words[1]):
            raise Exception("Flux Command Error")
        for number in range(1, AllData.nSpectra + 1):
            AllData(number).__dict__["flux"] = (1e-11, 0.0, 0.0, 1e-3, 0.0, 0.0)
        record("AllModels.calcFlux", limits=limits)


AllModels = ModelManager()
