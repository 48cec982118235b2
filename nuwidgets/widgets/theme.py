"""Colours that read well in the light and the dark theme, in print and to colour-blind eyes.

Hues near Okabe and Ito's (Wong 2011, Nature Methods 8, 441): at least 3:1 against both pages
(WCAG 2.1, 1.4.11), and of different lightness, so that the pair differs in grey too.
"""

from __future__ import annotations

FIRST = "#0072B2"
SECOND = "#E06C10"
"""With FIRST, the pair of colours for two instruments."""
BRUSH = "#E69F00"
QUIET = "#888888"
INK = "var(--jp-ui-font-color1)"
"""The colour of the page's own text, dark on light or light on dark."""
