"""Laboratory values of one person over the years (chỉ số xét nghiệm theo thời gian).

Each person has a level of their own for every indicator; diseases shift it, some more with each year, treatment brings
it back part of the way; each measurement scatters a little.
"""

from datetime import date
from math import exp
from random import Random

from simulators.his import catalogue
from simulators.his.people import Person

# disease: indicator: (shift when it begins, drift a year, share that treatment takes away)
SHIFTS = {
    "diabetes": {
        "glucose": (4.6, 0.15, 0.6), "hba1c": (3.4, 0.1, 0.6), "cholesterol": (0.9, 0, 0.5),
        "triglycerid": (1.3, 0, 0.4), "ldl-c": (0.9, 0, 0.6), "hdl-c": (-0.25, 0, 0), "creatinin": (4, 3, 0),
    },
    "hypertension": {"creatinin": (5, 2, 0), "cholesterol": (0.4, 0, 0), "ldl-c": (0.3, 0, 0)},
    "lipid_disorder": {
        "cholesterol": (1.9, 0, 0.6), "ldl-c": (1.6, 0, 0.6), "triglycerid": (1.6, 0, 0.4), "hdl-c": (-0.2, 0, 0),
    },
    "kidney_disease": {
        "creatinin": (75, 11, 0), "ure": (5, 0.8, 0), "hb": (-18, -3, 0), "k-plus": (0.5, 0.05, 0.4),
    },
    "heart_failure": {"na-plus": (-4, 0, 0), "creatinin": (18, 0, 0)},
    "anaemia": {"hb": (-34, 0, 0), "hct": (-0.09, 0, 0), "ferritin": (-52, 0, 0)},
    "dengue": {"plt": (-170, 0, 0), "wbc": (-4.2, 0, 0), "hct": (0.05, 0, 0), "alt": (60, 0, 0), "ast": (80, 0, 0)},
    "pneumonia": {"wbc": (7, 0, 0), "crp": (85, 0, 0)},
    "appendicitis": {"wbc": (7.5, 0, 0), "crp": (48, 0, 0)},
    "influenza": {"crp": (14, 0, 0)},
    "gallstones": {"alt": (30, 0, 0)},
    "stroke": {"glucose": (1.2, 0, 0), "ldl-c": (1.0, 0, 0)},
    "hiv": {"alt": (12, 0, 0), "wbc": (-1.2, 0, 0)},
}  # fmt: skip
_MONTHS_TO_WORK = 0.5  # years until treatment has done most of what it does


class Body:
    """The indicators of a person; values depend on seed, person, indicator and day only."""

    def __init__(self, seed: int, person: Person, begun: dict[str, date]):
        self._seed = f"{seed}/body/{person.uid}"
        self._begun = begun

    def value(self, code: str, healthy, on: date, disease: str, places: int) -> str:
        """One result as a laboratory prints it; `healthy` is middle and spread of a healthy adult."""
        middle, spread = healthy[0], healthy[1]
        own = Random(f"{self._seed}/{code}").gauss(0, 0.8)
        today = Random(f"{self._seed}/{code}/{on}").gauss(0, 0.35)
        found = middle + spread * (own + today) + self._shift(code, on, disease)
        return f"{max(found, middle * 0.15):.{places}f}"

    def _shift(self, code, on, disease):
        total = 0.0
        for name in {disease, *self._begun}:
            start, drift, treated = SHIFTS.get(name, {}).get(code, (0, 0, 0))
            years = max((on - self._begun[name]).days / 365.25, 0) if name in self._begun else 0
            effect = 1 - treated * (1 - exp(-years / _MONTHS_TO_WORK))
            total += start * effect + drift * years
        return total


def indicators(panel: catalogue.Panel) -> list[tuple[catalogue.Indicator, tuple, int]]:
    """Indicators of a panel with their healthy level and decimals."""
    return [
        (catalogue.indicator(code), level, level[2]) for code, level in panel.indicators.items()
    ]
