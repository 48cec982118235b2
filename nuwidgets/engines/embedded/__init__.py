"""The engine that is always there: one file per noun, from events to a fit."""
