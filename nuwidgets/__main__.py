"""``python -m nuwidgets`` is the command ``nuwidgets``."""

import sys

from nuwidgets.cli import main

if __name__ == "__main__":
    sys.exit(main())
