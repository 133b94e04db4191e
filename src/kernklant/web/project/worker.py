"""What does the jobs that people ask for: ``python -m kernklant.web.project.worker``."""

from __future__ import annotations


def main() -> None:
    """Work until SIGTERM or SIGINT; what is under way then goes back to the queue."""
    import kernklant.web.project.ready  # noqa: F401 - models can be imported after it only
    from kernklant.web.project.working import WORK, Worker

    worker = Worker(WORK)
    worker.stop_on_signals()
    worker.run()


if __name__ == "__main__":
    main()
