"""From the outputs of a run to results: means, and numbers in the shape of what they are a gradient of."""

from __future__ import annotations

from typing import Any

from autograd.program.arguments import Shape


def all_finite(outputs: Any) -> bool:
    """Whether no number of the outputs is nan or infinite.

    >>> all_finite([1.0, [2.0, 3.0]]), all_finite([1.0, [2.0, float("inf")]])
    (True, False)
    """
    if hasattr(outputs, "dtype"):
        import numpy as np

        return bool(np.count_nonzero(np.isfinite(outputs)) == outputs.size)
    return all(map(_is_finite, outputs))


def _is_finite(x: Any) -> bool:
    if isinstance(x, list) or getattr(x, "ndim", None):
        return all_finite(x)
    return bool(x - x == 0)


def divided(outputs: Any, count: int) -> Any:
    """Every number of the outputs divided by the number of rows.

    >>> divided([1.0, [2.0, 3.0]], 2)
    [0.5, [1.0, 1.5]]
    """
    return [divided(x, count) for x in outputs] if isinstance(outputs, list) else outputs / count


def column(output: Any, count: int, array: bool) -> Any:
    """One number for each row, also where all rows have the same."""
    if isinstance(output, list) or getattr(output, "ndim", None):
        return output
    if array:
        import numpy as np

        return np.full(count, output)
    return [output] * count


def shaped(numbers: Any, shape: Shape, array: bool) -> Any:
    """Numbers in the shape of an argument.

    >>> shaped([1.0, 2.0, 3.0, 4.0], (2, 2), array=False)
    [[1.0, 2.0], [3.0, 4.0]]
    """
    if not shape:
        return numbers[0]
    if hasattr(numbers, "reshape"):
        return numbers.reshape(shape)
    if array:
        import numpy as np

        return np.array(numbers).reshape(shape)
    if len(shape) == 1:
        return list(numbers)
    step = len(numbers) // shape[0]
    return [shaped(numbers[i * step : (i + 1) * step], shape[1:], array) for i in range(shape[0])]


def shaped_columns(lines: list[Any], shape: Shape, array: bool) -> Any:
    """For each number of an example one for every example, in the shape of an argument whose last axis they are.

    >>> shaped_columns([[1.0, 2.0], [3.0, 4.0]], (2,), array=False)
    [[1.0, 2.0], [3.0, 4.0]]
    """
    if array:
        import numpy as np

        found = np.array(lines)
        return found.reshape(*shape, found.shape[1])
    return shaped(lines, shape, array)


def shaped_rows(columns: list[Any], shape: Shape, array: bool) -> Any:
    """Columns of numbers as rows in the shape of an argument.

    >>> shaped_rows([[1.0, 2.0], [3.0, 4.0]], (2,), array=False)
    [[1.0, 3.0], [2.0, 4.0]]
    """
    if array:
        import numpy as np

        rows = np.ascontiguousarray(np.array(columns).T)
        return rows.reshape(len(rows), *shape)
    return [shaped(list(row), shape, array) for row in zip(*columns, strict=True)]
