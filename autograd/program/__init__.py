"""Programs: a recorded function as a flat list of instructions, replayed by one of several backends."""

from autograd.program.compiling import CompiledFunction, compile
from autograd.program.program import Program
from autograd.program.tracing import BranchError

__all__ = ["BranchError", "CompiledFunction", "Program", "compile"]
