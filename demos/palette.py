"""Colours of plots beside those of the circuits: for several walks in one plot, and for numbers of both signs."""

from __future__ import annotations

from matplotlib.colors import LinearSegmentedColormap

from demos.handout import BLUE, ORANGE

SERIES = (BLUE, ORANGE, "#117733", "#882255", "#7a6a00", "#555555")
"""As in plots.mplstyle, for what is drawn in one colour although it is more than one line."""
FOR_AND_AGAINST = LinearSegmentedColormap.from_list("for and against", [ORANGE, "#ffffff", BLUE])
"""From negative over zero, which is white, to positive."""
