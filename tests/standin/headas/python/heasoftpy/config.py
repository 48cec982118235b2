"""What holds for all calls."""


class Config:
    allow_failure = None
