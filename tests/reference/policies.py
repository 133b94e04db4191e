"""Policies at random: any criteria, rules, bounds and rates that a policy may hold."""

from __future__ import annotations

from random import Random

from kernklant.engine.segments.policy import Policy, read_policy

CRITERIA = ("past bij ons", "Ziet_ons", "ziet ons")  # as files call them
AUTO = '"bounded", from = "auto", to = "auto"'
SHAPES = {
    "clv": (
        AUTO,
        '"bounded", from = 100, to = 5000',
        '"threshold", steps = [[10, 5], [900, 10]]',
        '"linear", from = 0, to = 3000',
    ),
    "contribution_12m": (
        AUTO,
        '"linear", from = -500, to = "auto"',
        '"bounded", from = 0, to = 1500',
    ),
    "revenue_12m": (AUTO, '"threshold", steps = [[0, 0], [500, 9]]'),
    "potential": (AUTO, '"bounded", from = 0, to = 9000'),
    "referrals": ('"threshold", steps = [[0, 0], [1, 4], [3, 7]]',),
    "price_realised": ('"bounded", from = 0.7, to = 1.0',),
    "profile": ("",),
    "rating": ("",),
}
VETOES = ("[]", '["insolvent"]', '["insolvent"]')
PROFILES = (
    '{ sector = ["43", "bouw"] }',
    '{ employees = [5, 100], region = ["Gelderland"] }',
    "{}",
)


def policy_of(dice: Random) -> Policy:
    """Any policy that may be: criteria, rules, bounds and rates at random."""
    criteria, rated = _criteria(dice)
    on = dice.choice(("score", "score", "clv", "contribution_12m"))
    text = [
        f"horizon_years = {dice.choice((1, 2.5, 3, 3, 5))}",
        f"discount_per_year = {dice.choice((0, 0.1, 0.1, 0.25))}",
        f"default_margin = {dice.choice((0, 0.3, 0.3, 1))}",
        "[lifetime]",
        f'model = "{dice.choices(("mbg", "bg", "pareto"), (6, 2, 1))[0]}"',
        f"level = {dice.choice((0.8, 0.9, 0.9))}",
        *criteria,
        "[segments]",
        f'segment_on = "{on}"',
        f"a = {{ {_a_rule(dice, on)} }}",
        f"b = {{ {_b_rule(dice, rated)} }}",
        f"exit_proposal = {{ chance_contribution_negative = {dice.choice((0.5, 0.9))}, "
        f"months = {dice.choice((6, 24))} }}",
        f"never_a = {dice.choice(VETOES)}",
        f'decide_on = "{dice.choice(("customer", "customer", "group"))}"',
        *_losses(dice),
        "[potential]",
        f"quantile = {dice.choice((0.5, 0.8, 0.9))}",
        f"won = {dice.choice((0, 0.35, 1))}",
        "[hysteresis]",
        f"move_if_chance_of_current_below = {dice.choice((0.4, 0.6))}",
        f"at_once_below = {dice.choice((0, 0.2, 0.4))}",
        f"minimum_stay_months = {dice.choice((0, 6))}",
        "[rates]",
        f"hour = {dice.choice((0, 65, 250))}",
        "minutes = { visit = 150, call = 15, ticket = 20, order_line = 2 }",
    ]
    return read_policy("\n".join(text), name="random.toml")


def _criteria(dice: Random) -> tuple[list[str], list[str]]:
    """Their text, and the names of those that people rate; the weights make 100."""
    sources = dice.sample([*SHAPES], dice.randint(1, len(SHAPES)))
    cuts = sorted(dice.randint(0, 90) for _ in sources[1:])
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    text, rated = [], []
    for source, weight in zip(sources, weights, strict=True):
        shape = dice.choice(SHAPES[source])
        if "threshold" in shape:
            shape = shape if weight >= 10 else '"bounded", from = 0, to = 5'
        text += [f"[criteria.{source}_x]", f'source = "{source}"', f"weight = {weight}"]
        text += _parts(shape)
        if source in ("profile", "rating"):
            rated.append(f"{source}_x")
            text.append(f'rated_as = "{dice.choice(CRITERIA)}"')
        if source == "profile":
            text.append(f"profile = {dice.choice(PROFILES)}")
    return text, rated


def _parts(shape: str) -> list[str]:
    """A shape and its keys, one a line."""
    name, _, rest = shape.partition(", ")
    keys = rest.replace(", to =", "\nto =").split("\n") if rest else []
    return [f"shape = {name}", *keys] if name else []


def _a_rule(dice: Random, on: str) -> str:
    rules = [
        f"top_share = {dice.choice((0, 0.15, 0.15, 0.5, 1))}",
        f"top_customers = {dice.choice((1, 3, 20))}",
        f"at_least = {dice.choice((0, 40, 70))}",
    ]
    if on != "score":
        paid = f"cost_per_year = {dice.choice((0, 50, 900))}, lift = 0.1"
        rules.append(f"cumulative_share = {dice.choice((0.3, 0.8, 1))}")
        rules.append(f"break_even = {{ {paid} }}")
    return dice.choice(rules)


def _b_rule(dice: Random, rated: list[str]) -> str:
    rules = [f"chance_of_a = {dice.choice((0, 0.3, 0.3, 0.7))}",
             f"potential = {dice.choice((100, 5000))}"]  # fmt: skip
    if rated:
        rules.append(f'rating = "{dice.choice(rated)}", at_least = {dice.choice((1, 3))}')
    return dice.choice(rules)


def _losses(dice: Random) -> list[str]:
    if dice.random() < 0.75:
        return []
    return ["[segments.losses]", f"missed_a = {dice.choice((1, 5))}", "false_a = 1",
            f"move = {dice.choice((0, 0.5, 2))}"]  # fmt: skip
