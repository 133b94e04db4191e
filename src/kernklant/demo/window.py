"""The days of the company: the three years in the files and the two that only the truth sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from kernklant.demo.assumptions import HOLIDAYS, NUMBERS, QUIET_WEEKS, SEASON, WEEKDAYS
from kernklant.demo.rng import Floats, Ints

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Window:
    """Days are counted from ``first`` = 0; ``last`` closes the files, ``end`` the truth."""

    first: date
    last: int
    end: int

    @property
    def days(self) -> Ints:
        """Every day, past and future."""
        return np.arange(self.end + 1)

    def day(self, when: date) -> int:
        """A calendar date as a day of the window."""
        return (when - self.first).days

    def date(self, day: int) -> date:
        """A day of the window as a calendar date."""
        return self.first + timedelta(days=int(day))


def window(last_day: date) -> Window:
    """The window whose files end on ``last_day``."""
    first = _shifted(last_day, -int(NUMBERS.history_years)) + timedelta(days=1)
    end = _shifted(last_day, int(NUMBERS.future_years))
    return Window(first, (last_day - first).days, (end - first).days)


def _shifted(day: date, years: int) -> date:
    """The same day in another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def season(span: Window) -> Floats:
    """How busy each day is, 1 on average: month, quiet week, weekday, no holidays."""
    dates = [span.date(day) for day in span.days.tolist()]
    busy = np.array(
        [
            SEASON[day.month - 1]
            * QUIET_WEEKS.get(day.isocalendar().week, 1.0)
            * WEEKDAYS[day.weekday()]
            * ((day.month, day.day) not in HOLIDAYS)
            for day in dates
        ]
    )
    return np.asarray(busy / busy.mean())


def workday(span: Window, days: Ints) -> Ints:
    """Days moved from weekends and holidays to the first working day after."""
    return _next_workday(span)[days]


@lru_cache(maxsize=4)
def _next_workday(span: Window) -> Ints:
    """For each day until a year past the window, itself or the first working day after."""
    dates = [span.date(day) for day in range(span.end + 366)]
    works = [day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS for day in dates]
    open_days = np.flatnonzero(works)
    return np.asarray(open_days[np.searchsorted(open_days, np.arange(open_days[-1] + 1))])


def calendar_year(span: Window, days: Ints) -> Ints:
    """The calendar year of each day."""
    first_of_year = np.array(
        [span.day(date(span.first.year + ahead, 1, 1)) for ahead in range(1, 8)]
    )
    return np.asarray(span.first.year + np.searchsorted(first_of_year, days, side="right"))
