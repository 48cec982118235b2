"""One file per step: its settings and its request, nothing else."""
