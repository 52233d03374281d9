"""The colours, by role. All texts pass WCAG contrast (4.5 : 1) and stay apart for colour-blind readers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Role = Literal["ink", "value", "gradient", "muted", "blocked"]


@dataclass(frozen=True, slots=True)
class Theme:
    """Lower case, as Graphviz writes them: the style sheet finds them again in the SVG."""

    ink: str
    value: str
    gradient: str
    muted: str
    blocked: str
    background: str
    gate: str

    def colour(self, role: Role) -> str:
        return str(getattr(self, role))


LIGHT = Theme("#1f2937", "#005a9c", "#b34700", "#4b5563", "#868d99", background="#ffffff", gate="#fffffe")
DARK = Theme("#e5e7eb", "#7cc4ff", "#ffb066", "#9ca3af", "#6b7280", background="#111827", gate="#1f2937")


def dark_style(identity: str) -> str:
    """The rules that turn the light picture of this class dark where the reader's own theme is dark."""
    rules = [
        f'.{identity} [{paint}="{getattr(LIGHT, role.name)}"]{{{paint}:{getattr(DARK, role.name)}}}'
        for role in fields(Theme)
        for paint in ("fill", "stroke")
    ]
    return "@media (prefers-color-scheme: dark){" + "".join(rules) + "}"
