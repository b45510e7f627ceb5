"""Who is who: rules that link two descriptions, ask a person to look, or keep them apart.

A link needs a shared number **and** nothing against it. Likeness of name and birth date alone
never links: it only asks somebody to look. A score orders the queue and explains; it decides
nothing. The source for what counts as one person is the personal number of NĐ 102/2025 (art. 6);
what the texts leave open (typing faults, partial birth dates) is chosen here and tested.
"""

from dataclasses import dataclass

from haidang.engines.people import keys, spelling

LINK, REVIEW, NONE = "link", "review", "none"
SAME, CLOSE, PART, NEAR, DIFFERENT, UNKNOWN = (
    "same",
    "close",
    "part",
    "near",
    "different",
    "unknown",
)

_WEIGHTS = {
    ("citizen", SAME): 60, ("citizen", DIFFERENT): -60,
    ("card", SAME): 45, ("old_id", SAME): 45, ("passport", SAME): 45, ("mrn", SAME): 40,
    ("name", SAME): 20, ("name", CLOSE): 12, ("name", DIFFERENT): -40,
    ("birth", SAME): 20, ("birth", PART): 10, ("birth", NEAR): 4, ("birth", DIFFERENT): -40,
    ("sex", SAME): 5, ("sex", DIFFERENT): -30,
    ("phone", SAME): 10, ("commune", SAME): 5,
}  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for or against two people being one (căn cứ)."""

    field: str
    level: str
    weight: int


@dataclass(frozen=True)
class Match:
    """What comparing two descriptions came to.

    verdict   `link`, `review` or `none`
    score     0 to 100, for order and for the eye
    rule      which rule decided, e.g. `citizen` or `citizen.contradicted`
    """

    verdict: str
    score: int
    rule: str
    evidence: tuple[Evidence, ...]

    @property
    def rank(self):
        """Better matches sort first."""
        order = ("citizen", "card", "old_id", "passport", "mrn")
        place = order.index(self.rule) if self.rule in order else len(order)
        return (place, -self.score)


def compare(left, right):
    """Compare the `Traits` of two descriptions and return the `Match`; the order is no matter."""
    levels = _levels(left, right)
    verdict, rule = _decide(levels, left, right)
    evidence = tuple(
        Evidence(field, level, _WEIGHTS[field, level])
        for field, level in levels.items()
        if (field, level) in _WEIGHTS
    )
    score = max(0, min(100, sum(one.weight for one in evidence)))
    return Match(verdict, score, rule, evidence)


def _levels(left, right):
    return {
        "citizen": _numbers(left, right, keys.CITIZEN),
        "card": _numbers(left, right, keys.CARD, keys.SOCIAL),
        "old_id": _numbers(left, right, keys.OLD_ID),
        "passport": _numbers(left, right, keys.PASSPORT),
        "mrn": _numbers(left, right, keys.MRN),
        "name": name_level(left.folded, right.folded),
        "birth": birth_level(left.birth_date, right.birth_date),
        "sex": _sex_level(left.sex, right.sex),
        "phone": _plain(left.phone, right.phone),
        "commune": _plain(left.commune, right.commune),
    }


def _decide(levels, left, right):
    if levels["citizen"] == SAME:
        return _by_number("citizen", _contradicted(levels))
    shared = [f for f in ("card", "old_id", "passport", "mrn") if levels[f] == SAME]
    if levels["citizen"] == DIFFERENT:
        return _two_citizens(levels, shared)
    for rule in shared:
        against = _contradicted(levels) if rule == "mrn" else not _agrees_well(levels)
        if not against:
            return LINK, rule
    if shared:
        return REVIEW, f"{shared[0]}.contradicted"
    return _by_likeness(levels, left, right)


def _by_number(rule, against):
    return (REVIEW, f"{rule}.contradicted") if against else (LINK, rule)


def _contradicted(levels):
    """Somebody else's number: name, birth year or sex says another person."""
    return DIFFERENT in (levels["name"], levels["birth"], levels["sex"])


def _agrees_well(levels):
    """Cards are lent and mistyped, so they link only when the birth date agrees as well."""
    if _contradicted(levels) or levels["birth"] == NEAR:
        return False
    known_birth = levels["birth"] in (SAME, PART)
    return levels["name"] == SAME or (levels["name"] == CLOSE and known_birth)


def _two_citizens(levels, shared):
    """Two personal numbers are two people, unless a card says one: then somebody must look."""
    cards = [rule for rule in shared if rule != "mrn"]
    if cards and _agrees_well(levels):
        return REVIEW, "citizen.two_numbers"
    return NONE, "citizen.different"


def _by_likeness(levels, left, right):
    if levels["sex"] == DIFFERENT or levels["name"] not in (SAME, CLOSE):
        return NONE, "unlike"
    full_birth = levels["birth"] == SAME and not _placeholder(left.birth_date)
    if full_birth and (levels["name"] == SAME or levels["phone"] == SAME):
        return REVIEW, "likeness"
    # A birth date of 1 January often stands for an unknown day: then something more must agree.
    like_birth = levels["birth"] in (SAME, PART)
    if like_birth and levels["name"] == SAME and SAME in (levels["phone"], levels["commune"]):
        return REVIEW, "likeness"
    return NONE, "unlike"


def _placeholder(birth_date):
    return birth_date.endswith("-01-01")


def _numbers(left, right, *kinds):
    ours, theirs = left.values(*kinds), right.values(*kinds)
    if not ours or not theirs:
        return UNKNOWN
    return SAME if ours & theirs else DIFFERENT


def _plain(left, right):
    return SAME if left and left == right else UNKNOWN


def _sex_level(left, right):
    known = {"male", "female"}
    if left not in known or right not in known:
        return UNKNOWN
    return SAME if left == right else DIFFERENT


def birth_level(left, right):
    """Compare two FHIR dates, perhaps partial.

    `same` both full and equal; `part` equal as far as both are known; `near` the same year and
    another day, as typing faults and swapped day and month make; `different` another year.
    """
    if not left or not right:
        return UNKNOWN
    if left[:4] != right[:4]:
        return DIFFERENT
    known = min(len(left), len(right))
    if left[:known] != right[:known]:
        return NEAR
    return SAME if known == 10 else PART


def name_level(left, right):
    """Compare two folded names.

    `close` is one typing fault, words in another order, or middle names left out between the
    same first and last word; anything further is `different`.
    """
    if not left or not right:
        return UNKNOWN
    if left == right:
        return SAME
    ours, theirs = left.split(), right.split()
    if sorted(ours) == sorted(theirs) or _shortened(ours, theirs) or _one_fault(left, right):
        return CLOSE
    return DIFFERENT


def _shortened(ours, theirs):
    short, long = sorted((ours, theirs), key=len)
    if len(short) < 2 or len(short) == len(long):
        return False
    rest = iter(long)
    return short[0] == long[0] and short[-1] == long[-1] and all(word in rest for word in short)


def _one_fault(left, right):
    """One letter too many, missing, changed, or two neighbours swapped, in a name of 8 or more.

    The given name of a short name decides who is meant (`An`, `Ân`, `Anh`), so a fault in the
    last word is forgiven only when that word is long.
    """
    if min(len(left), len(right)) < 8:
        return False
    last_left, last_right = left.split()[-1], right.split()[-1]
    if last_left != last_right and min(len(last_left), len(last_right)) < 5:
        return False
    return spelling.one_letter_apart(left, right)
