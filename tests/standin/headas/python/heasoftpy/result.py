"""What a task gave back."""


class HSPResult:
    def __init__(self, returncode, stdout, stderr=None, params=None, custom=None):
        self.returncode, self.stdout, self.stderr = returncode, stdout, stderr
        self.params, self.custom = params, custom

    @property
    def output(self):
        return self.stdout.split("\n")

    def __str__(self):
        lines = ["-" * 21, ":: Execution Result ::", "-" * 21, f"> Return Code: {self.returncode}"]
        lines += [
            f"> Output:\n{self.stdout}",
            f"> Errors: {self.stderr or '(None)'}",
            "> Parameters:",
        ]
        lines += [f"\t{name:<10}: {value}" for name, value in (self.params or {}).items()]
        return "\n".join(lines)
