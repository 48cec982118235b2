"""One file per panel: a view of steps, without science and without state that matters."""
