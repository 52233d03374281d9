"""Synthetic images of 64 × 64 pixels: the faces of cats, and balls, boxes and bears."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from demos.landscape import Array

SIDE = 64
OTHERS = ("ball", "box", "bear")
WANDER = 0.15
"""How far a shape may lie from the middle, each way."""
NOISE = 0.1

Mask = NDArray[np.bool_]
_DOWN, _ACROSS = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]


class Place(NamedTuple):
    """Where a shape is and how large, in a plane from -1 to 1, left to right and top to bottom."""

    x: float
    y: float
    size: float


def images(count: int, seed: int) -> tuple[Array, Array]:
    """So many images, [image, row, column, colour] from 0 to 1, and whether each is a cat (1, every other one) or not.

    >>> pictures, is_cat = images(4, seed=0)
    >>> pictures.shape, is_cat.tolist()
    ((4, 64, 64, 3), [0.0, 1.0, 0.0, 1.0])
    """
    random = np.random.default_rng(seed)
    kinds = ["cat" if i % 2 else str(random.choice(OTHERS)) for i in range(count)]
    return np.array([draw(kind, random) for kind in kinds]), np.array([float(kind == "cat") for kind in kinds])


def draw(kind: str, random: np.random.Generator) -> Array:
    """One image: a dark shape at a random place on a light background, with noise."""
    image = _background(random)
    x, y = random.uniform(-WANDER, WANDER, 2)
    place = Place(x, y + 0.12, random.uniform(0.42, 0.58))
    body, details = _KINDS[kind]
    image[body(place)] = random.uniform(0.15, 0.55) * np.array(
        [1.0, random.uniform(0.6, 0.9), random.uniform(0.3, 0.8)]
    )
    for mask, colour in details(place):
        image[mask] = colour
    return np.clip(image + random.normal(0.0, NOISE, image.shape), 0.0, 1.0)


def _background(random: np.random.Generator) -> Array:
    """A light colour that becomes darker to the bottom."""
    colour = random.uniform(0.6, 1.0) * random.uniform(0.75, 1.0, 3)
    shade = 1.0 - random.uniform(0.0, 0.25) * (_DOWN + 1.0) / 2.0
    return colour * shade[:, :, np.newaxis]  # type: ignore[no-any-return]


# --- shapes -----------------------------------------------------------------------------------------------------------

Details = list[tuple[Mask, tuple[float, float, float]]]
BLACK, WHITE, BEIGE = (0.05, 0.05, 0.05), (0.95, 0.95, 0.95), (0.85, 0.75, 0.6)
PINK, GREEN = (0.9, 0.5, 0.5), (0.75, 0.9, 0.3)


def _ellipse(place: Place, x: float, y: float, width: float, height: float) -> Mask:
    """An ellipse by its half axes; offsets and axes are in units of the shape's size."""
    across, down = _from(place, x, y)
    return (across / width) ** 2 + (down / height) ** 2 <= 1.0


def _from(place: Place, x: float, y: float) -> tuple[Array, Array]:
    return (_ACROSS - place.x) / place.size - x, (_DOWN - place.y) / place.size - y


def _head(place: Place) -> Mask:
    return _ellipse(place, 0.0, 0.0, 1.0, 0.88)


def _box(place: Place) -> Mask:
    across, down = _from(place, 0.0, 0.0)
    return (abs(across) <= 0.9) & (abs(down) <= 0.9)


def _pointed_ear(place: Place, side: int) -> Mask:
    across, below_tip = _from(place, side * 0.62, -1.15)
    return (below_tip >= 0.0) & (below_tip <= 1.0) & (abs(across) <= 0.5 * below_tip)


def _cat(place: Place) -> Mask:
    return _head(place) | _pointed_ear(place, -1) | _pointed_ear(place, 1)


def _bear(place: Place) -> Mask:
    return _head(place) | _ellipse(place, -0.7, -0.7, 0.33, 0.33) | _ellipse(place, 0.7, -0.7, 0.33, 0.33)


def _whiskers(place: Place) -> Mask:
    across, down = _from(place, 0.0, 0.3)
    on_a_line = [abs(down - slope * abs(across)) < 0.04 for slope in (-0.25, 0.0, 0.25)]
    return np.any(on_a_line, axis=0) & (abs(across) > 0.2) & (abs(across) < 1.15)  # type: ignore[no-any-return]


def _cats_face(place: Place) -> Details:
    eyes = [_ellipse(place, side * 0.38, -0.15, 0.17, 0.14) for side in (-1, 1)]
    pupils = [_ellipse(place, side * 0.38, -0.15, 0.05, 0.14) for side in (-1, 1)]
    nose = _ellipse(place, 0.0, 0.22, 0.12, 0.08)
    return [(eyes[0] | eyes[1], GREEN), (pupils[0] | pupils[1], BLACK), (nose, PINK), (_whiskers(place), WHITE)]


def _bears_face(place: Place) -> Details:
    eyes = [_ellipse(place, side * 0.38, -0.15, 0.12, 0.12) for side in (-1, 1)]
    snout, nose = _ellipse(place, 0.0, 0.35, 0.5, 0.35), _ellipse(place, 0.0, 0.22, 0.2, 0.14)
    return [(snout, BEIGE), (eyes[0] | eyes[1] | nose, BLACK)]


def _stripe(place: Place) -> Details:
    across, down = _from(place, 0.0, 0.0)
    return [(_head(place) & (abs(across + 0.3 * down) < 0.12), WHITE)]


def _nothing(place: Place) -> Details:
    return []


_KINDS: dict[str, tuple[Callable[[Place], Mask], Callable[[Place], Details]]] = {
    "cat": (_cat, _cats_face),
    "ball": (_head, _stripe),
    "box": (_box, _nothing),
    "bear": (_bear, _bears_face),
}
