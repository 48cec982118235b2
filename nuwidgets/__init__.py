"""Jupyter-native, composable panels for X-ray astronomy."""

__version__ = "0.1.0"
