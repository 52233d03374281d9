"""Module: something with parameters. Parameter: a Value that training changes."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from itertools import repeat
from typing import Any, Self

import autograd
from autograd import Value
from autograd.conversion import to_float
from nn.state import State, Stateful, numbers_of


class Parameter(Value):
    """A leaf that an optimizer changes; pictures tell it apart from an input.

    >>> Parameter(0.5, label="w")
    Parameter(data=0.5, grad=0.0, label='w')
    """

    __slots__ = ()
    kind = "parameter"


class Module(Stateful):
    """The base of everything that has parameters: its own, and those of the modules it is made of.

    Parameters and modules are found in attributes, and in the lists, tuples and dicts there. Calling a module calls its
    `forward`, in an `autograd.scope` of the module's name, so that pictures draw it as a box.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Parameter(2.0), Parameter(1.0)
    ...     def forward(self, x):
    ...         return self.slope * x + self.offset
    >>> line = Line()
    >>> [name for name, parameter in line.named_parameters()]
    ['slope', 'offset']
    >>> y = line(3.0); y.data, y.scope.name
    (7.0, 'line')
    """

    training: bool = True
    """Whether the module is being trained; `train()` and `eval()` switch it."""

    name: str = "module"
    """What pictures call it; by default the name of its class, in words."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "name" not in vars(cls):
            cls.name = _in_words(cls.__name__)

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """What the module computes; every module defines its own."""
        raise NotImplementedError(f"{type(self).__name__} computes nothing: define forward(self, x)")

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """`forward`, in the module's scope."""
        if not _opens_scopes.get():
            return self.forward(*inputs, **options)
        with autograd.scope(self.name):
            return self.forward(*inputs, **options)

    def scope(self) -> AbstractContextManager[None]:
        """A context for what the module computes besides `forward`: what is recorded inside belongs to the module."""
        return autograd.scope(self.name) if _opens_scopes.get() else _NO_SCOPE

    # --- parameters ---------------------------------------------------------------------------------------------------

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter with its path, such as `neuron.weights.0`; a shared one comes once, by its first path."""
        return ((path, found) for path, found in _walk(self) if isinstance(found, Parameter))

    def parameters(self) -> list[Parameter]:
        """Every parameter once, in the order of `named_parameters`."""
        return [parameter for _, parameter in self.named_parameters()]

    def modules(self) -> list[Module]:
        """This module and every module in it, each once."""
        return [found for _, found in _walk(self) if isinstance(found, Module)]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        autograd.zero_grad(self.parameters())

    def state_dict(self) -> State:
        """The data of every parameter by its path.

        >>> import nn
        >>> nn.LogisticRegression(2).state_dict()
        {'neuron.weights.0': 0.0, 'neuron.weights.1': 0.0, 'neuron.bias': 0.0}

        Raises:
            ValueError: two parameters have the same path.
        """
        parameters = self._parameters_by_path()
        return {path: to_float(parameter.data, f"the data of {path}") for path, parameter in parameters.items()}

    def load_state_dict(self, state: State) -> Self:
        """Set the data of every parameter to that of a `state_dict()`; returns the module.

        Raises:
            ValueError: names are missing, or are there that this module has not, or two parameters have the same path;
                nothing has changed then.
            TypeError: the state is no dict, or what stands by a name is no number; nothing has changed then.
        """
        parameters = self._parameters_by_path()
        set_data(list(parameters.values()), numbers_of(state, list(parameters), type(self).__name__))
        return self

    def _parameters_by_path(self) -> dict[str, Parameter]:
        parameters = dict(self.named_parameters())
        if len(parameters) < len(self.parameters()):
            raise ValueError(f"{type(self).__name__} has two parameters of the same path: rename a key of its dicts")
        return parameters

    # --- training and use ---------------------------------------------------------------------------------------------

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all in it to training; returns it."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch this module and all in it to use; returns it."""
        return self.train(False)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """A context in which this module and all in it are switched to use, and nothing is recorded."""
        with self.switched(training=False), autograd.no_grad(), without_scopes():
            yield

    @contextmanager
    def switched(self, training: bool) -> Iterator[None]:
        """A context in which this module and all in it are switched to training, or to use."""
        modes = [(module, module.training) for module in self.modules()]
        try:
            self.train(training)
            yield
        finally:
            for module, mode in modes:
                module.training = mode


_opens_scopes: ContextVar[bool] = ContextVar("gatewise.nn.scopes", default=True)
_NO_SCOPE = nullcontext()


@contextmanager
def without_scopes() -> Iterator[None]:
    """A context in which modules open no scopes: for graphs that nobody draws, which take a third less time so."""
    token = _opens_scopes.set(False)
    try:
        yield
    finally:
        _opens_scopes.reset(token)


def set_data(parameters: list[Parameter], numbers: list[float]) -> None:
    """Set the data of all the parameters; an interrupt finds all of them changed or none."""
    deque(map(setattr, parameters, repeat("data"), numbers), maxlen=0)  # in C: no interrupt gets in between


def _walk(root: Module) -> Iterator[tuple[str, Parameter | Module]]:
    """A module and every module and parameter in it, each once, with its first path, in the order of the attributes."""
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = [("", root)]
    while waiting:
        path, found = waiting.pop()
        if not isinstance(found, _WALKED) or id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, Parameter | Module):
            yield path, found
        prefix = f"{path}." if path else ""
        waiting += [(f"{prefix}{key}", part) for key, part in reversed(_parts(found))]


def _parts(found: Any) -> list[tuple[Any, Any]]:
    """What an attribute holds, each part with its key."""
    if isinstance(found, Parameter):
        return []
    if isinstance(found, list | tuple):
        return list(enumerate(found))
    return list((vars(found) if isinstance(found, Module) else found).items())


_WALKED = (Parameter, Module, list, tuple, dict)


def _in_words(class_name: str) -> str:
    """
    >>> _in_words("LogisticRegression"), _in_words("MLP")
    ('logistic regression', 'MLP')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", class_name).split()
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)
