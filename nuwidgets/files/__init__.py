"""FITS files and DS9 region files, in and out."""
