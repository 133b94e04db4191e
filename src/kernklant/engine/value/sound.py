"""Is a fit believable? An optimiser that says it converged proves nothing."""

from __future__ import annotations

import numpy as np

from kernklant.engine.errors import Text

FEWEST_REPEAT_BUYERS = 10
SHAPE = (1e-3, 100.0)  # r and s: below, hardly anybody differs from nobody; above, all are alike
PURCHASES_A_WEEK = (1 / 1040, 7.0)  # r / alpha: once in twenty years, once a day
LEAVES_A_PURCHASE = (1e-4, 0.999)  # a / (a + b)
LEAVES_A_WEEK = (1e-5, 7.0)  # s / beta: 1e-5 is once in two thousand years
BETA_SHAPE = (1e-3, 1e4)  # a and b

SOUND = Text(
    "De parameters liggen binnen geloofwaardige grenzen.",
    "The parameters lie within believable bounds.",
)
NOBODY = Text("Er zijn geen klanten met een aankoop.", "There are no customers with a purchase.")
NO_TIME = Text(
    "Alle klanten kochten voor het eerst op de peildatum zelf: er is nog niets te leren.",
    "All customers bought for the first time on the as-of date itself: there is nothing to learn.",
)
NO_REPEATS = Text(
    "Niemand kocht voor een tweede keer; daaruit valt geen koopgedrag te schatten.",
    "Nobody bought a second time; no buying behaviour can be estimated from that.",
)
NO_PEAK = Text(
    "De schatting vond geen top: de gegevens passen bij heel verschillende parameters even goed.",
    "The estimate found no peak: very different parameters fit these data equally well.",
)
NO_LEAVING = Text(
    "Er is geen vertrek gevonden: het model houdt iedereen voor klant, en dat is een "
    "veronderstelling, geen waarneming.",
    "No drop-out was found: the model takes everybody for a customer, which is an assumption, "
    "not an observation.",
)
ALL_LEAVE = Text(
    "Volgens de schatting vertrekt iedereen meteen; dat is niet geloofwaardig.",
    "The estimate has everybody leave at once, which is not believable.",
)
ALIKE = Text(
    "Alle klanten kopen in hetzelfde ritme; het verschil tussen klanten is niet te schatten.",
    "All customers buy at the same rhythm; how customers differ cannot be estimated.",
)
TOO_UNLIKE = Text(
    "De schatting zegt dat bijna niemand ooit terugkomt; dat is niet geloofwaardig.",
    "The estimate says that hardly anybody ever returns, which is not believable.",
)
RATE = Text(
    "Het geschatte koopritme is niet geloofwaardig (minder dan eens in de twintig jaar of vaker "
    "dan eens per dag).",
    "The estimated buying rate is not believable (less than once in twenty years or more than "
    "once a day).",
)
LEAVING_SHAPE = Text(
    "De schatting van het vertrek ligt buiten geloofwaardige grenzen.",
    "The estimate of drop-out lies outside believable bounds.",
)


def few(repeat_buyers: int) -> Text:
    """Too few repeat buyers to tell four parameters apart."""
    buyer = ("klant kocht", "customer") if repeat_buyers == 1 else ("klanten kochten", "customers")
    return Text(
        f"Maar {repeat_buyers} {buyer[0]} vaker dan eens; nodig zijn er {FEWEST_REPEAT_BUYERS}.",
        f"Only {repeat_buyers} {buyer[1]} bought more than once; it takes {FEWEST_REPEAT_BUYERS}.",
    )


def doubt_about_data(*, customers: int, repeat_buyers: int, longest: int) -> Text | None:
    """Why no model can learn from this base; None when it can."""
    if customers == 0:
        return NOBODY
    if longest == 0:
        return NO_TIME
    if repeat_buyers == 0:
        return NO_REPEATS
    return few(repeat_buyers) if repeat_buyers < FEWEST_REPEAT_BUYERS else None


def doubt_about_fit(model: str, parameters: tuple[float, ...], *, interior: bool) -> Text | None:
    """Why these parameters are not believable; None when they are. Leaving is judged first."""
    r, alpha, third, fourth = parameters
    leaving = third / fourth if model == "pareto" else third / (third + fourth)
    low, high = LEAVES_A_WEEK if model == "pareto" else LEAVES_A_PURCHASE
    shapes = SHAPE if model == "pareto" else BETA_SHAPE
    doubts = (
        (leaving < low, NO_LEAVING),
        (leaving > high, ALL_LEAVE),
        (r > SHAPE[1], ALIKE),
        (r < SHAPE[0], TOO_UNLIKE),
        (not PURCHASES_A_WEEK[0] < r / alpha < PURCHASES_A_WEEK[1], RATE),
        (not _within(third, fourth, model=model, shapes=shapes), LEAVING_SHAPE),
        (not interior or not np.all(np.isfinite(parameters)), NO_PEAK),
    )
    return next((text for doubtful, text in doubts if doubtful), None)


def _within(third: float, fourth: float, *, model: str, shapes: tuple[float, float]) -> bool:
    judged = (third,) if model == "pareto" else (third, fourth)
    return all(shapes[0] < shape < shapes[1] for shape in judged)
