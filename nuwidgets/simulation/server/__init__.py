"""A small HEASARC: the archive's own protocol, served on this machine for demo and tests."""
