"""The commands of the command line: one file each, between its parser and the session."""
