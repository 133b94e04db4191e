"""The segment of least expected loss, for whom a missed A is worse than a false one."""

from __future__ import annotations

import numpy as np

SEGMENTS = ("A", "B", "C")


def choose(
    of_a: np.ndarray,
    of_b: np.ndarray,
    of_c: np.ndarray,
    current: np.ndarray,
    *,
    missed_a: float = 5.0,
    false_a: float = 1.0,
    move: float = 0.0,
    allowed: np.ndarray,
) -> np.ndarray:
    """The segment (n,) "A", "B" or "C" with the least expected loss.

    ``of_a``, ``of_b``, ``of_c`` (n,): chances; ``current`` (n,): the segment until now, "" of a
    new customer. A true A taken for a C costs ``missed_a``, a true C taken for an A ``false_a``,
    a neighbour half of that, any change of segment ``move``. ``allowed`` (n, 3) bool. Ties go to
    the present segment, then to the higher one. Refuses (ValueError) chances that are not known,
    and customers for whom nothing is allowed.
    Source: Berger (1985), the decision of least posterior expected loss.
    """
    chances = np.column_stack([of_a, of_b, of_c])
    if np.isnan(chances).any():
        raise ValueError("a chance is not known")
    if not allowed.any(axis=1).all():
        raise ValueError("nothing is allowed for a customer")
    stays = current[:, None] == np.array(SEGMENTS)
    moves = (current != "")[:, None] & ~stays
    expected = chances @ losses(missed_a, false_a).T + move * moves
    expected = np.where(allowed, expected, np.inf)
    least = expected.min(axis=1, keepdims=True)
    # What differs by no more than a rounding error is a tie.
    tied = expected <= least + 1e-12 * np.maximum(1.0, np.abs(least))
    best = np.where((tied & stays).any(axis=1), stays.argmax(axis=1), tied.argmax(axis=1))
    return np.asarray(np.array(SEGMENTS)[best])


def losses(missed_a: float, false_a: float) -> np.ndarray:
    """What it costs (3, 3) to choose the row's segment when the column's is the true one."""
    return np.array(
        [
            [0.0, false_a / 2, false_a],
            [missed_a / 2, 0.0, false_a / 2],
            [missed_a, missed_a / 2, 0.0],
        ]
    )
