"""Pure functions, arrays in, arrays out: no files, no settings, no widgets."""
