"""Finding a person by whatever the desk has: a name without marks, a number, a phone, a QR code.

Results are masked: they are enough to recognise somebody who stands at the desk, not a record.
The index answers alone, so a search needs no care relationship and opens no record.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.engines.people import index, keys, spelling
from haidang.kernel import dates, errors, identity, text

_DAY = re.compile(r"\b(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
SHORTEST = 2


@dataclass(frozen=True)
class PersonHit:
    """One person found, masked (kết quả tìm người).

    masked   the identifiers by kind with all but the last four characters hidden
    address  commune and province only
    score    0 to 100: how well it answers the question
    """

    ref: str
    rid: int
    name: str
    birth_date: str | None
    sex: str | None
    masked: dict[str, str]
    address: str
    deceased: bool
    score: int

    @property
    def id(self):
        return self.ref.partition("/")[2]

    @property
    def birth_text(self):
        return dates.show(self.birth_date)


def find(query, *, by, limit=20):
    """Return people who answer a query, the best first (tìm người).

    query   a name with or without marks, perhaps with a year or day of birth; a citizen id, an
            insurance card, a passport, an old identity card; a phone; the text of a card's QR
    by      the Actor; the caller has checked the permission and notes the search

    Raises    Incorrect `people.query_too_short`, `identity.qr_broken`
    """
    query = text.tidy(query or "")
    if len(query) < SHORTEST:
        raise errors.Incorrect(
            "people.query_too_short",
            _("Hãy gõ ít nhất 2 chữ cái của tên, hoặc một số giấy tờ, hoặc số điện thoại."),
        )
    if "|" in query:
        return _by_card(identity.read_qr(query), limit)
    found = _by_numbers(identity.recognise(query), limit) or _by_phone(query, limit)
    return found or ([] if _is_number(query) else _by_name(query, limit))


def named(name, birth_date, *, limit):
    """People of a name, or of one like it, born on a FHIR date or in its year if one is given."""
    folded, words = text.fold(name), sorted(set(text.words(name)))
    if not words:
        return []
    near = _of_name(folded, words, birth_date, limit)
    year = birth_date[:4] if birth_date else None
    # A day that was mistyped still has its year.
    return (
        near
        if year in (None, birth_date)
        else _joined(near, _of_name(folded, words, year, limit), limit)
    )


def _is_number(query):
    return not re.search(r"[^\W\d_]", query) and not _DAY.search(query)


def _by_card(card, limit):
    """By the numbers of a card; when nobody has them, people of that name and birth date."""
    found = _by_numbers(card.identifiers, limit)
    return found or _by_name(f"{card.name} {dates.show(card.birth_date)}", limit)


def _by_numbers(identifiers, limit):
    values = [key.value for key in keys.keys_of(identifiers)]
    if not values:
        return []
    return _hits(
        "SELECT coalesce(h.merged_into, h.rid) AS rid, 100 AS score"
        " FROM people_number n JOIN people_person h ON h.rid = n.rid WHERE n.value = ANY(%s)",
        [values],
        limit,
    )


def _by_phone(query, limit):
    phone = identity.phone(query)
    if phone is None:
        return []
    return _hits(
        "SELECT coalesce(merged_into, rid) AS rid, 90 AS score FROM people_person WHERE phone = %s",
        [phone],
        limit,
    )


def _by_name(query, limit):
    """Whole names first, then beginnings, then any order of words, then what is like it."""
    name, born = _birth_in(query)
    folded, words = text.fold(name), sorted(set(text.words(name)))
    return _of_name(folded, words, born, limit) if words else []


def _of_name(folded, words, born, limit):
    where, parameters = _born(born)
    exact = _hits(_BEGINS.format(where), [folded, *_begins(folded), *parameters], limit)
    if len(exact) >= limit:
        return exact
    more = _hits(_HAS_WORDS + where, [words, *parameters], limit)
    found = _joined(exact, more, limit)
    return found or _alike(folded, born, where, parameters, limit)


def _alike(folded, born, where, parameters, limit):
    """People whose name is like one that nobody has, looked for on the shortest way."""
    words, known = folded.split(), spelling.syllables()
    unknown = [word for word in words if word not in known]
    if not (born and len(born) == 10):
        if len(unknown) == len(words) > 1 or not known:
            return []
        kept = [word for word in words if word not in unknown] if unknown else [words[0], words[-1]]
        meant = [spelling.near(word, known) for word in unknown]
        where = " AND words @> %s::text[]" + " AND words && %s::text[]" * len(meant) + where
        parameters = [kept, *meant, *parameters]
    return _hits(_LIKE.format(where), [folded, *parameters, folded, LIKE_ENOUGH], limit)


_BEGINS = (
    "SELECT rid, CASE WHEN folded = %s THEN 85 ELSE 75 END AS score FROM people_person"
    " WHERE merged_into IS NULL AND folded ~>=~ %s AND folded ~<~ %s{} ORDER BY folded USING ~<~"
)
_HAS_WORDS = (
    "SELECT rid, 65 AS score FROM people_person WHERE merged_into IS NULL AND words @> %s::text[]"
)
_LIKE = (
    "SELECT rid, (60 * similarity(folded, %s))::int AS score FROM (SELECT rid, folded"
    " FROM people_person WHERE merged_into IS NULL{} LIMIT 3000) q"
    " WHERE similarity(folded, %s) >= %s ORDER BY score DESC"
)
LIKE_ENOUGH = 0.35


def _begins(folded):
    """The half-open range of texts that begin so; `~>=~` compares byte by byte, as the index."""
    return folded, folded[:-1] + chr(ord(folded[-1]) + 1)


def _birth_in(query):
    """A query without its birth date, and the FHIR date or year that stood in it."""
    day = _DAY.search(query)
    if day:
        d, m, y = day.groups()
        return _DAY.sub(" ", query), f"{y}-{int(m):02d}-{int(d):02d}"
    year = _YEAR.search(query)
    return (_YEAR.sub(" ", query), year.group()) if year else (query, None)


def _born(born):
    """SQL for a birth date or year; a person of whom only the year is known still matches."""
    if born is None:
        return "", []
    if len(born) == 4:
        return " AND birth_year = %s", [int(born)]
    return " AND birth_date IN (%s, %s, %s)", [born, born[:7], born[:4]]


def _joined(first, second, limit):
    seen = {hit.rid for hit in first}
    return (first + [hit for hit in second if hit.rid not in seen])[:limit]


_SHOW = """
    WITH found AS (SELECT rid, max(score) AS score FROM ({}{}) q GROUP BY rid)
    SELECT p.id, p.rid, p.name, p.birth_date, p.sex, p.address, p.deceased, f.score,
        (SELECT coalesce(json_object_agg(n.kind, n.tail), '{{}}') FROM people_number n
         WHERE n.rid = p.rid AND n.tail <> '')
    FROM found f JOIN people_person p ON p.rid = f.rid AND NOT p.retired
    ORDER BY f.score DESC, p.folded, p.birth_date NULLS LAST, p.rid LIMIT {}
"""
#: A name like `Nguyễn` fits a third of the city; so many are looked through, no more.
_LOOKED_THROUGH = 400


def _hits(inner, parameters, limit):
    bound = f" LIMIT {_LOOKED_THROUGH}"
    return [_hit(row) for row in index.query(_SHOW.format(inner, bound, int(limit)), parameters)]


def _hit(row):
    patient_id, rid, name, birth, sex, address, deceased, score, tails = row
    ordered = sorted(dict(tails).items(), key=lambda pair: _PLACES.get(pair[0], len(_PLACES)))
    masked = {kind: "•" * WIDTHS.get(kind, 4) + tail for kind, tail in ordered}
    return PersonHit(
        f"Patient/{patient_id}", rid, name, birth, sex, masked, vicinity(address), deceased, score
    )


WIDTHS = {keys.CITIZEN: 8, keys.OLD_ID: 5, keys.PASSPORT: 4, keys.CARD: 11, keys.SOCIAL: 6}
_PLACES = {kind: place for place, kind in enumerate(WIDTHS)}


def vicinity(address):
    """The commune and province of an address: enough to tell namesakes apart, no house."""
    return ", ".join(part.strip() for part in address.split(",")[-2:] if part.strip())
