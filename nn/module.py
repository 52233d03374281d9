"""Module: something with parameters. Parameter: a Value that training changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

import autograd
from autograd import Value


class Parameter(Value):
    """A leaf that an optimizer changes; pictures tell it apart from an input.

    >>> Parameter(0.5, label="w")
    Parameter(data=0.5, grad=0.0, label='w')
    """

    __slots__ = ()
    kind = "parameter"


class Module:
    """The base of everything that has parameters: its own, and those of the modules it is made of.

    Parameters and modules are found in attributes, and in the lists, tuples and dicts there.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.offset = Parameter(2.0), Parameter(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.offset
    >>> line = Line()
    >>> [name for name, parameter in line.named_parameters()]
    ['slope', 'offset']
    >>> line(3.0).data
    7.0
    """

    training: bool = True
    """Whether the module is being trained; `train()` and `eval()` switch it."""

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter with its path, such as `neuron.weights.0`; a shared one comes once, by its first path."""
        seen: set[Parameter] = set()
        for path, found in self._walk():
            if isinstance(found, Parameter) and found not in seen:
                seen.add(found)
                yield path, found

    def parameters(self) -> list[Parameter]:
        """Every parameter once, in the order of `named_parameters`."""
        return [parameter for _, parameter in self.named_parameters()]

    def modules(self) -> list[Module]:
        """This module and every module in it."""
        return [self, *[found for _, found in self._walk() if isinstance(found, Module)]]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        autograd.zero_grad(self.parameters())

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all in it to training; returns it."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch this module and all in it to use; returns it."""
        return self.train(False)

    def _walk(self) -> Iterator[tuple[str, Parameter | Module]]:
        return _found("", vars(self), {id(self)})


def _found(path: str, attribute: Any, seen: set[int]) -> Iterator[tuple[str, Parameter | Module]]:
    """The parameters and modules in an attribute, each with its path; modules that hold each other are entered once."""
    if isinstance(attribute, Parameter):
        yield path, attribute
    if isinstance(attribute, Module) and id(attribute) not in seen:
        yield path, attribute
        yield from _found(path, vars(attribute), seen | {id(attribute)})
    elif isinstance(attribute, list | tuple | dict):
        items = attribute.items() if isinstance(attribute, dict) else enumerate(attribute)
        for key, item in items:
            yield from _found(f"{path}.{key}" if path else str(key), item, seen)
