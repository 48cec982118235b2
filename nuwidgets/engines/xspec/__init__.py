"""XSPEC itself, through PyXspec in a process of its own."""
