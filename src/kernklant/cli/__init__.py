"""The engine from a terminal."""

from __future__ import annotations

import sys


def main() -> None:
    """Run one command; errors that a user can mend end in a sentence and an exit code."""
    from kernklant.cli.app import app
    from kernklant.cli.words import language
    from kernklant.engine.errors import UserError

    try:
        app()
    except UserError as error:
        print(error.to(language()), file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("Afgebroken." if language() == "nl" else "Stopped.", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception as error:
        from kernklant.engine.disk import failure_of

        failure = failure_of(error)
        if failure is None:
            raise
        print(failure.to(language()), file=sys.stderr)
        sys.exit(failure.exit_code)
