"""Engines: a request and the products above in, a product out; no traits, no widgets."""
