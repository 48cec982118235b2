"""STAND-IN for astroquery: see README.md beside it."""
