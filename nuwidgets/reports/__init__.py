"""A session as a paper needs it: tables, figures, a methods paragraph; made of its record alone."""

from nuwidgets.reports.report import Report, write_report

__all__ = ["Report", "write_report"]
