"""Figures for the paper and the command line: the one room that knows matplotlib.

Figures are made without pyplot, so they change no global state and need no screen.
"""

from nuwidgets.figures.contours import figure_contours
from nuwidgets.figures.corner import figure_corner
from nuwidgets.figures.hardness import figure_hardness
from nuwidgets.figures.image import figure_image
from nuwidgets.figures.image_grid import figure_image_grid
from nuwidgets.figures.lightcurve import figure_lightcurve
from nuwidgets.figures.longterm import figure_longterm
from nuwidgets.figures.parameter_time import figure_evolution
from nuwidgets.figures.profile import figure_profile
from nuwidgets.figures.save import figure_bytes, save_figure
from nuwidgets.figures.spectrum import figure_spectrum
from nuwidgets.figures.spectrum_grid import figure_spectrum_grid
from nuwidgets.figures.timing import figure_period, figure_power

__all__ = [
    "figure_bytes",
    "figure_contours",
    "figure_corner",
    "figure_evolution",
    "figure_hardness",
    "figure_image",
    "figure_image_grid",
    "figure_lightcurve",
    "figure_longterm",
    "figure_period",
    "figure_power",
    "figure_profile",
    "figure_spectrum",
    "figure_spectrum_grid",
    "save_figure",
]
