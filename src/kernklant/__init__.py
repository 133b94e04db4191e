"""Kernklant: give attention to the customers who matter."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kernklant.library import Evaluation, evaluate

__version__ = "0.1.0"
__all__ = ["Evaluation", "__version__", "evaluate"]


def __getattr__(name: str) -> Any:
    """The library loads when it is asked for, so that the terminal starts quickly."""
    if name in {"Evaluation", "evaluate"}:
        from kernklant import library

        return getattr(library, name)
    raise AttributeError(name)
