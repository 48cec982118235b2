"""STAND-IN: what a task gives back, and how it fails."""

from dataclasses import dataclass, field


class HSPTaskException(Exception):
    """What heasoftpy raises where allow_failure is False."""


class Config:
    """Global settings."""

    allow_failure = None


@dataclass
class HSPResult:
    """What a task gives back."""

    returncode: int
    stdout: str
    stderr: str | None = None
    params: dict = field(default_factory=dict)
    custom: dict | None = None

    @property
    def output(self):
        return self.stdout.split("\n")
