"""The segment that costs least when we may be wrong: a missed A weighs more than a false one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kernklant.engine.errors import Text
from kernklant.engine.segments.wording import percent

SEGMENTS = ("A", "B", "C")
MISSED_A, FALSE_A = 5.0, 1.0
NOISE = 1e-12  # of the largest loss: losses that differ less are a tie, not a preference
ROUNDING = 1e-6  # chances that add up to 1 but for this are taken to add up


@dataclass(frozen=True, slots=True)
class CutOffs:
    """Chances from which a segment pays, and the same in a sentence.

    ``enter``: a new customer is A from this P(A), and at least B from this P(A) + P(B).
    ``become``: above this P(A) a B is better off as an A. ``stay``: down to this P(A) an A is
    not better off as a B.
    """

    enter: float
    become: float
    stay: float
    words: Text


def choose(
    of_a: np.ndarray,
    of_b: np.ndarray,
    of_c: np.ndarray,
    current: np.ndarray,
    *,
    allowed: np.ndarray,
    missed_a: float = MISSED_A,
    false_a: float = FALSE_A,
    move: float = 0.0,
) -> np.ndarray:
    """The segment (n,) with the least expected loss, plus ``move`` where it is not ``current``.

    ``of_a``, ``of_b``, ``of_c`` (n,) are chances of what the customer truly is and add up to 1;
    ``current`` (n,) is A, B, C or "" for a new customer; ``allowed`` (n, 3) bool says who may be
    A, B, C. An A treated as C costs ``missed_a``, a C treated as A ``false_a``, neighbours half.
    Ties go to the present segment, else to the higher one. Refuses (ValueError) chances that are
    not known or do not add up, losses below 0, and a customer who may be nothing.
    Source: Berger (1985), Statistical Decision Theory, ch. 4: least posterior expected loss.
    """
    _check_losses(missed_a, false_a, move)
    _check_customers((of_a, of_b, of_c), current, allowed)
    up, down = missed_a / 2, false_a / 2  # one step too low, one too high
    expected = (
        down * of_b + 2 * down * of_c,
        up * of_a + down * of_c,
        2 * up * of_a + up * of_b,
    )
    present = np.array([current == name for name in SEGMENTS])
    loss = np.where(allowed.T, np.array(expected) + move * ~present, np.inf)
    least = loss <= loss.min(axis=0) + NOISE * max(missed_a, false_a, move)
    stays = least & present
    chosen = np.where(stays.any(axis=0), stays.argmax(axis=0), least.argmax(axis=0))
    return np.asarray(np.array(SEGMENTS)[chosen])


def _check_losses(missed_a: float, false_a: float, move: float) -> None:
    losses = np.array([missed_a, false_a, move])
    if not np.isfinite(losses).all() or (losses < 0).any():
        raise ValueError("losses are finite and none is below 0")


def _check_customers(
    chances: tuple[np.ndarray, ...], current: np.ndarray, allowed: np.ndarray
) -> None:
    shapes = {chance.shape for chance in chances} | {current.shape}
    if shapes != {(len(current),)} or allowed.shape != (len(current), len(SEGMENTS)):
        raise ValueError("three chances, a present segment and three permissions a customer")
    # Asked this way round because a chance that is NaN compares as False.
    if not all(((chance >= 0) & (chance <= 1)).all() for chance in chances):
        raise ValueError("a chance lies from 0 to 1 and is known")
    if (abs(chances[0] + chances[1] + chances[2] - 1) > ROUNDING).any():
        raise ValueError("the chances of A, B and C add up to 1")
    if not np.isin(current, ("", *SEGMENTS)).all():
        raise ValueError('the present segment is A, B, C or "" for a new customer')
    if not allowed.any(axis=1).all():
        raise ValueError("every customer may be something")


def cut_offs(*, missed_a: float = MISSED_A, false_a: float = FALSE_A, move: float = 0.0) -> CutOffs:
    """What the losses mean as chances of A (0 to 1), in numbers and in words.

    With losses in proportion to the steps between segments, one step up pays from the same chance
    of belonging there at least: false / (missed + false). Refuses (ValueError) what ``choose``
    refuses, and losses that are both 0: then no chance is better than another.
    Source: the critical ratio of Arrow, Harris & Marschak (1951), step by step.
    """
    _check_losses(missed_a, false_a, move)
    if missed_a + false_a == 0:
        raise ValueError("a missed A or a false one costs something")
    enter = false_a / (missed_a + false_a)
    margin = 2 * move / (missed_a + false_a)
    become, stay = min(enter + margin, 1.0), max(enter - margin, 0.0)
    return CutOffs(enter, become, stay, _words(enter, become, stay))


def _words(enter: float, become: float, stay: float) -> Text:
    chance, most, least = (percent(round(share, 3)) for share in (enter, become, stay))
    words = Text(
        f"Een nieuwe klant wordt A vanaf {chance.nl} kans op A, en minstens B vanaf {chance.nl} "
        "kans op A of B samen.",
        f"A new customer becomes A from a {chance.en} chance of A, and at least B from a "
        f"{chance.en} chance of A or B together.",
    )
    if become == stay:
        return words
    return Text(
        f"{words.nl} Een B wordt pas A boven {most.nl}, een A wordt pas B onder {least.nl}.",
        f"{words.en} A B becomes A only above {most.en}, an A becomes B only below {least.en}.",
    )
