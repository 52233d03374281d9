"""The command line: `python -m autograd "c*(a + 2*b)" a=3 b=1 c=-2` prints every value and every gradient."""

from __future__ import annotations

import argparse
import codecs
import inspect
import io
import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, get_args

from autograd.drawing import Drawing, EngineError, draw
from autograd.drawing.engines import available
from autograd.drawing.heading import Mode
from autograd.drawing.picture import ThemeName
from autograd.drawing.text import in_ascii, table, text_drawing
from autograd.drawing.tracing import trace
from autograd.expression import ExpressionError, parse
from autograd.testing import GradientCheckError, check_gradients
from autograd.value import Value

_OPTIONS = ("draw", "steps", "mode", "theme", "unfold", "check", "engines")


class _Parser(argparse.ArgumentParser):
    """Errors in one line, with exit status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. The exit status: 0; 1 if a check failed; 2 if something was wrong with what was asked."""
    parser = _parser()
    words = sys.argv[1:] if arguments is None else arguments
    options = parser.parse_intermixed_args([_shielded(word) for word in words])
    if options.engines:
        print(_engines())
        return 0
    return _evaluate(options, parser)


def _parser() -> _Parser:
    parser = _Parser(
        prog="python -m autograd",
        description="Evaluate an expression; print the value and the gradient of everything in it, and draw it.",
        epilog='example: python -m autograd "c*(a + 2*b)" a=3 b=1 c=-2 --draw L.svg --mode backward',
        allow_abbrev=False,
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="EXPRESSION NAME=NUMBER",
        help="an expression such as 'sigmoid(w*x + b)' of numbers, names, + - * / ** and functions; then a value for "
        "each of its names",
    )
    parser.add_argument("--draw", metavar="FILE", help="write the picture: .svg, .png, .pdf, .dot or .txt")
    parser.add_argument(
        "--steps",
        metavar="FILE_OR_FOLDER",
        help="write the passes gate by gate: one moving picture into a file that ends in .svg, or a picture of every "
        "step into a folder",
    )
    parser.add_argument(
        "--mode",
        choices=get_args(Mode),
        default="both",
        help="what to show: values and gradients, values alone, or the backward pass as a circuit of its own "
        "(default: both)",
    )
    parser.add_argument(
        "--theme",
        choices=get_args(ThemeName),
        default="auto",
        help="the picture's colours; auto follows the reader's own theme (default: auto)",
    )
    parser.add_argument(
        "--unfold",
        metavar="GATE",
        action="append",
        help="show a gate such as sigmoid or mean as the simpler gates that it is made of; may be given several times",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="hold each gradient against finite differences; exit status 1 if one is wrong, or none can be judged",
    )
    parser.add_argument("--engines", action="store_true", help="print what can draw pictures here, and nothing else")
    return parser


def _shielded(word: str) -> str:
    """An expression may begin with minus signs; argparse takes a word with a space in it for no option."""
    is_option = word.partition("=")[0] in ("--", "-h", "--help", *(f"--{option}" for option in _OPTIONS))
    return f" {word}" if word.startswith("-") and not is_option else word


def _engines() -> str:
    rows = [(e.name, e.version or ("yes" if e.found else "no"), " ".join(e.formats), e.place) for e in available()]
    return "\n".join(table([("engine", "found", "draws", "where"), *rows]))


def _evaluate(options: argparse.Namespace, parser: _Parser) -> int:
    expression, *words = [word.strip() for word in options.words] or [""]
    unfold = [name.strip() for name in options.unfold or ()]
    try:
        inputs = _inputs(words)
        root = parse(expression, inputs)
        root.backward()
        drawing = draw(root, limit=None, mode=options.mode, theme=options.theme, unfold=unfold)
        shown = text_drawing(trace(root, unfold=unfold), f"{expression} = {root.data!r}", options.mode, number=repr)
        check, is_right = _check(expression, inputs) if options.check else ("", True)
        written = [*_steps(drawing, options.steps), *_picture(drawing, options.draw)]
    except EngineError as error:  # the text drawing needs no engine
        print(shown)
        parser.error(str(error))
    except (ValueError, OSError) as error:
        parser.error(str(error))
    print("\n\n".join(filter(None, [shown, check, "\n".join(written)])))
    return 0 if is_right else 1


def _check(expression: str, inputs: Mapping[str, float]) -> tuple[str, bool]:
    """What the gradient checker says, and whether it found nothing wrong."""
    if not inputs:
        raise ExpressionError("an expression without inputs has no gradients to check")

    def function(*values: Any) -> Value:
        return parse(expression, dict(zip(inputs, values, strict=True)))

    names = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in inputs]
    function.__signature__ = inspect.Signature(names)  # type: ignore[attr-defined]  # the names in the checker's report
    try:
        return str(check_gradients(function, *inputs.values())), True
    except GradientCheckError as error:
        return str(error), False


def _picture(drawing: Drawing, path: str | None) -> list[str]:
    return [] if path is None else [f"wrote {drawing.render(path.strip())}"]


def _steps(drawing: Drawing, path: str | None) -> list[str]:
    if path is None:
        return []
    target = Path(path.strip())
    if target.suffix and not target.is_dir():
        if target.suffix.lower() != ".svg":
            raise ValueError(f"--steps takes a file that ends in .svg, or a folder, not {path.strip()!r}")
        return [f"wrote {drawing.steps().render(target)}"]
    return [f"wrote {len(drawing.steps().render_frames(target))} pictures into {target}"]


def _inputs(words: Sequence[str]) -> dict[str, float]:
    inputs: dict[str, float] = {}
    for word in words:
        name, sign, text = word.partition("=")
        name = unicodedata.normalize("NFKC", name)  # as Python reads names
        if not (name.isidentifier() and sign):
            raise ExpressionError(f"{word!r} is no input: write NAME=NUMBER, such as a=3")
        if name in inputs:
            raise ExpressionError(f"{name} is given twice")
        try:
            inputs[name] = float(text)
        except ValueError:
            raise ExpressionError(f"{text!r} is no number: write {name}=1.5") from None
    return inputs


def _run() -> int:
    """`main`, for a terminal or a file that may not take what is printed."""
    try:
        status = main()
        print(end="", flush=True)
        return status
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        status = 0
    except OSError as error:  # such as a disk that is full
        print(f"python -m autograd: error: {error}", file=sys.stderr)
        status = 2
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


if __name__ == "__main__":
    codecs.register_error("in_ascii", in_ascii)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="in_ascii")  # a terminal that has no × shows *
    sys.exit(_run())
