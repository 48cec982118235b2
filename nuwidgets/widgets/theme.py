"""Colours that read well in the light and the dark theme."""

from __future__ import annotations

BRUSH = "#E69F00"
QUIET = "#888888"
INK = "var(--jp-ui-font-color1)"
"""The colour of the page's own text, dark on light or light on dark."""
