"""Checking gradients: numerical derivatives with error bounds, and verdicts that name the gate at fault.

The hypothesis strategies stand in `autograd.testing.strategies`; nothing here imports hypothesis or pytest.
"""

from autograd.testing.checking import (
    GradientCheck,
    GradientCheckError,
    InconclusiveCheckError,
    InputCheck,
    check_gradients,
)
from autograd.testing.derivative import Derivative, derivative
from autograd.testing.expressions import Expression
from autograd.testing.fault import Fault, find_fault

__all__ = [
    "Derivative",
    "Expression",
    "Fault",
    "GradientCheck",
    "GradientCheckError",
    "InconclusiveCheckError",
    "InputCheck",
    "check_gradients",
    "derivative",
    "find_fault",
]
