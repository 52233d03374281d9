"""Codes on LLVM: one example's instructions over several rows at once, a row in every SIMD lane.

The rows come in blocks as wide as the machine's vectors. What varies is a vector in every instruction, what does not is
computed once and spread over the lanes where it is needed. Sums over the rows are kept lane by lane and added up at the
end; a last block that is not full has lanes whose sums are left out. Workspaces hold a few thousand rows at most, so
that larger batches run piece by piece, in several threads if wanted.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import llvmlite.binding as llvm
import numpy as np

from autograd.program.arguments import fill
from autograd.program.instructions import Code
from autograd.program.llvm_text import Layout, module
from autograd.program.schedule import Schedule

Array: TypeAlias = Any
Arrays: TypeAlias = Sequence[Array]

LINE = 64
"""Bytes of a cache line, at which workspaces are aligned."""
OPTIMISATION = 1
"""LLVM's level for its code generator; the text comes optimised. Level 2 takes twice as long, for a gain of 3 %."""
LONG = 1 << 23
"""Texts with more characters than this are compiled at level 0, in a fifth of the time."""

_lock = threading.Lock()


def _machine(level: int) -> Any:
    """A target machine for the processor that this runs on. An execution engine takes it over."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=level, jit=True)


def lanes() -> int:
    """How many doubles are computed at once on this machine."""
    return 8 if llvm.get_host_cpu_features().get("avx512f", False) else 4


class InLLVM:
    """A code that runs as machine code."""

    name = "llvm"
    takes_arrays = True

    def __init__(self, code: Code, *, exact: bool, threads: int = 1) -> None:
        self.code = code
        self.exact = exact
        self.threads = 1 if exact else threads
        schedule = Schedule(code, exact=exact)
        self.layout = Layout(schedule, lanes())
        self.function = _compiled(module(schedule, self.layout))
        self._idle: list[_Workspace] = []
        self._by_row = schedule.by_row

    def __call__(self, columns: Arrays, shared: Arrays, parameters: Sequence[float], count: int) -> Any:
        """The outputs: an array if all are single numbers; else a list, with an array for each one that varies.

        Args:
            columns: arrays with a line for each input that varies and a column for each row.
            shared: arrays of the other inputs.
            parameters: the parameters.
            count: the number of rows.
        """
        if count <= self.layout.rows:
            workspace = self._taken()
            workspace.give(shared, parameters)
            by_row = workspace.run(columns, 0, count, True, count)
            sums = workspace.sums.copy()
            self._idle.append(workspace)
        else:
            sums, by_row = self._piecewise(columns, shared, parameters, count)
        return sums if by_row is None else self._mixed(sums, by_row)

    def _mixed(self, sums: Array, by_row: Array) -> list[Any]:
        results: list[Any] = sums.tolist()
        for i, column in zip(self._by_row, by_row, strict=True):
            results[i] = column
        return results

    def _taken(self) -> _Workspace:
        """A workspace for this call alone."""
        try:
            return self._idle.pop()
        except IndexError:
            return _Workspace(self.layout, self.function)

    def _piecewise(
        self, columns: Arrays, shared: Arrays, parameters: Sequence[float], count: int
    ) -> tuple[Array, Array | None]:
        """Many rows, in pieces of as many as a workspace holds; every thread runs a stretch of them."""
        by_row = np.empty((len(self._by_row), count)) if self._by_row else None
        pieces = -(-count // self.layout.rows)
        threads = min(self.threads, pieces)
        edges = [min(count, pieces * i // threads * self.layout.rows) for i in range(threads + 1)]

        def run(start: int, stop: int) -> Array:
            workspace = self._taken()
            workspace.give(shared, parameters)
            sums = self._stretch(workspace, columns, range(start, stop), by_row)
            self._idle.append(workspace)
            return sums

        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(run, edges[:-1], edges[1:])) if threads > 1 else [run(0, count)]
        sums, adds = found[0], np.array(self.code.summed)
        for other in found[1:]:
            sums[adds] += other[adds]
        return sums, by_row

    def _stretch(self, workspace: _Workspace, columns: Arrays, rows: range, by_row: Array | None) -> Array:
        """The sums over some rows; what every row has its own of goes to `by_row`."""
        for start in rows[:: self.layout.rows]:
            stop = min(start + self.layout.rows, rows.stop)
            total = len(rows) if stop == rows.stop else 0
            found = workspace.run(columns, start, stop, start == rows.start, total)
            if by_row is not None:
                by_row[:, start:stop] = found
        return workspace.sums.copy()

    def __getstate__(self) -> tuple[Code, bool, int]:
        return self.code, self.exact, self.threads

    def __setstate__(self, state: tuple[Code, bool, int]) -> None:
        self.__init__(state[0], exact=state[1], threads=state[2])  # type: ignore[misc]


def _compiled(text: str) -> Callable[[int, int, int, int], None]:
    """The function `run` of a module."""
    with _lock:
        parsed = llvm.parse_assembly(text)
        engine = llvm.create_mcjit_compiler(parsed, _machine(OPTIMISATION if len(text) < LONG else 0))
        engine.finalize_object()
    prototype = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64)
    function = prototype(engine.get_function_address("run"))
    function.engine = engine  # type: ignore[attr-defined]  # its memory lives as long as the function
    return function


class _Workspace:
    """The memory of one run at a time."""

    def __init__(self, layout: Layout, function: Callable[[int, int, int, int], None]) -> None:
        self.layout = layout
        self.function = function
        self._memory = np.zeros(layout.size // 8 + LINE // 8)
        start = -self._memory.ctypes.data % LINE // 8
        self.address = self._memory.ctypes.data + 8 * start
        memory = self._memory[start:]

        def part(offset: int, count: int) -> Array:
            return memory[offset // 8 : offset // 8 + count]

        rows = layout.rows
        self.columns = part(layout.columns, layout.count_columns * rows).reshape(layout.count_columns, rows)
        self.by_row = part(layout.by_row, layout.count_by_row * rows).reshape(layout.count_by_row, rows)
        self.shared = part(layout.shared, layout.count_shared)
        self.parameters = part(layout.parameters, layout.count_parameters)
        part(layout.constants, len(layout.constant_numbers))[...] = layout.constant_numbers
        self.sums = part(layout.sums, layout.count_sums)

    def give(self, shared: Arrays, parameters: Sequence[float]) -> None:
        """Take the numbers that do not vary."""
        if self.layout.count_shared:
            fill(self.shared, shared)
        if self.layout.count_parameters:
            self.parameters[...] = parameters

    def run(self, columns: Arrays, start: int, stop: int, is_first: bool, total: int) -> Array | None:
        """Run on some rows; the sums are complete when a `total` of rows is given. What varies is returned."""
        count = stop - start
        if self.layout.count_columns:
            is_all = count == columns[0].shape[1]
            fill(self.columns[:, :count], columns if is_all else [array[:, start:stop] for array in columns])
        self.function(self.address, count, is_first, total)
        return self.by_row[:, :count].copy() if self.layout.count_by_row else None
