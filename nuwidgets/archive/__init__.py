"""HEASARC's archive: search its catalogues, list files, and bring them here."""
