"""gatewise: automatic differentiation of scalar expressions that can be read, seen and trusted.

>>> import autograd
>>> from autograd import Value
>>> x = Value(2.0, label="x")
>>> y = x * autograd.exp(x)
>>> y.backward()
>>> round(x.grad, 6)
22.167168
"""

from autograd import value
from autograd.drawing import draw
from autograd.functions import (
    acos,
    asin,
    atan,
    cos,
    cosh,
    erf,
    exp,
    expm1,
    log,
    log1p,
    log_sigmoid,
    relu,
    sigmoid,
    sign,
    sin,
    sinh,
    softplus,
    sqrt,
    square,
    step,
    tan,
    tanh,
)
from autograd.gates import Gate
from autograd.graph import StaleGraphError, gradient_graph, gradients, topological_order, zero_grad
from autograd.modes import NonFiniteError, Scope, no_grad, scope, strict
from autograd.operations import (
    atan2,
    clip,
    dot,
    hypot,
    leaky_relu,
    logsumexp,
    maximum,
    mean,
    minimum,
    softmax,
    sum,
    where,
)
from autograd.program import BranchError, CompiledFunction, Program, compile
from autograd.transforms import grad, hessian, hvp, jacobian, jvp, value_and_grad
from autograd.value import Constant, Value

compiled = not str(value.__file__).endswith(".py")
"""Whether the engine runs as machine code, as it does where it was built with a C compiler at hand."""

__all__ = [
    "BranchError",
    "CompiledFunction",
    "Constant",
    "Gate",
    "NonFiniteError",
    "Program",
    "Scope",
    "StaleGraphError",
    "Value",
    "acos",
    "asin",
    "atan",
    "atan2",
    "clip",
    "compile",
    "compiled",
    "cos",
    "cosh",
    "dot",
    "draw",
    "erf",
    "exp",
    "expm1",
    "grad",
    "gradient_graph",
    "gradients",
    "hessian",
    "hvp",
    "hypot",
    "jacobian",
    "jvp",
    "leaky_relu",
    "log",
    "log1p",
    "log_sigmoid",
    "logsumexp",
    "maximum",
    "mean",
    "minimum",
    "no_grad",
    "relu",
    "scope",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "sqrt",
    "square",
    "step",
    "strict",
    "sum",
    "tan",
    "tanh",
    "topological_order",
    "value_and_grad",
    "where",
    "zero_grad",
]
