"""Spectral models that reproduce XSPEC: components, expressions, parameters, evaluation."""
