"""What the API says of customers, and what it takes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Field, Schema

from kernklant.web.base.bearer import Strict

Segment = Literal["A", "B", "C", "exit"]
Moved = Literal["up", "down", "new"]
BIGGEST = 2**63 - 1
# One line of text: no control characters, which a database or a spreadsheet may choke on.
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]


class Money(Schema):
    """Amounts in the company's currency; null is not known."""

    currency: str
    lifetime_value: Decimal | None = Field(description="what the customer will bring")
    lifetime_value_low: Decimal | None
    lifetime_value_high: Decimal | None
    contribution_12m: Decimal | None
    revenue_12m: Decimal | None
    cost_to_serve_12m: Decimal | None
    potential_a_year: Decimal | None
    at_risk: Decimal | None


class CustomerOut(Schema):
    """A customer in the newest evaluation; ``value`` is null for who may see no amounts."""

    number: int = Field(description="Kernklant's own number")
    customer_id: str = Field(description="the number in the system it came from")
    name: str
    kind: str = Field(
        description="business, consumer, unknown (may be one) or empty: told of nobody"
    )
    prospect: bool
    city: str
    sector: str
    region: str
    manager: str | None
    segment: Segment | None = Field(description="the segment in force; null of a prospect")
    computed_segment: Segment | None = Field(description="what the evaluation worked out")
    segment_since: date | None
    moved: Moved | None
    exit_proposed: bool
    insolvent: bool
    score: int | None = Field(description="0 to 100")
    score_low: float | None
    score_high: float | None
    evidence: float | None = Field(description="0 to 1: how well known")
    chance_of_a: float | None
    hours_12m: float | None
    last_order_on: date | None
    satisfaction: float | None = Field(description="0 to 10")
    value: Money | None


class Customers(Schema):
    """A page; ``next`` is the value of ``after`` for the next one, null at the end."""

    as_of: date | None = Field(description="the day the evaluation looks back from")
    run: int | None
    customers: list[CustomerOut]
    next: int | None


class Points(Schema):
    """What one criterion gave; null where his value is not known."""

    criterion: str
    words: str
    points: int | None
    most: int | None


class Reasons(CustomerOut):
    """One customer with why he stands where he stands."""

    as_of: date | None
    run: int | None
    because: str
    moved_because: str
    points: list[Points]
    would_change: list[str]


class Brief(Schema):
    """What somebody sees of another's customer."""

    number: int
    customer_id: str
    name: str
    city: str
    manager: str | None


class Which(Strict):
    """Which customers; all filters hold at once, and one that is not known is refused."""

    kind: Literal["customers", "prospects"] = "customers"
    segment: list[Segment] = Field(default_factory=list, max_length=4)
    manager: int | None = Field(None, ge=1, le=BIGGEST, description="number of a member")
    sector: Line | None = Field(None, max_length=100)
    region: Line | None = Field(None, max_length=100)
    moved: Moved | None = None
    value_from: int | None = Field(None, ge=0, le=10**15)
    value_to: int | None = Field(None, ge=0, le=10**15)
    customer_id: Line | None = Field(None, max_length=200, description="of the source")


class PageOf(Which):
    """A page of them, by number."""

    after: int = Field(0, ge=0, le=BIGGEST, description="the ``next`` of the page before")
    limit: int = Field(50, ge=1, le=200)


class RatingIn(Strict):
    """A mark of 0 to 4; null takes one's own back."""

    score: int | None = Field(ge=0, le=4)


class NoteIn(Strict):
    """A note to keep."""

    text: str = Field(min_length=1, max_length=5000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")


class NoteOut(Schema):
    """A note that is kept."""

    id: int
    by: str
    at: datetime
    text: str


class ContactIn(Strict):
    """A contact person to keep."""

    name: Line = Field(min_length=1, max_length=200)
    function: Line = Field("", max_length=100)
    email: Line = Field("", max_length=254)
    phone: Line = Field("", max_length=50)
    remark: Line = Field("", max_length=300)


class ContactOut(Schema):
    """A contact person that is kept."""

    id: int
    name: str
    function: str
    email: str
    phone: str
    remark: str
