"""The command line as another process runs it, whether or not `quotedesk` is on the path."""

import sys

_RUN = "import sys; from ui.cli.main import main; sys.argv[0] = 'quotedesk'; main()"


def own_command(*arguments: str) -> list[str]:
    """What to start for `quotedesk` with these arguments."""
    return [sys.executable, "-c", _RUN, *arguments]
