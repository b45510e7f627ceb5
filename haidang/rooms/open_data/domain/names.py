"""Finds names of people in running Vietnamese text (họ tên trong văn bản).

A name is a family name and one to four syllables behind it. How sure we are is a sum: how seldom the
family name begins anything else, `Thị` and `Văn`, a known given name, and who is announced before it.
What a street, school or commune carries is no person's name. Every step goes over the text once.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from haidang.kernel import text, yamlfile

_DATA = yamlfile.read(Path(__file__).resolve().parents[1] / "data" / "people.yaml")
_WORD = re.compile(r"[^\W\d_]+")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ch|th|tr|ph|qu|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?\Z"
)
_ENOUGH = 3
#: What may stand between an announcement and the name, and between the names of a list.
_JOINED = frozenset(["", ":", ".", "-", "(", '"', "“", "«", ": -"])
_LISTED = frozenset([",", ";", "-", "–", "và", "/", "va"])
_BORN = re.compile(
    r"\W{0,3}(?:sinh(?: ngày| năm)?|sn|ns|năm sinh|nam sinh)?\W{0,3}(?:\d{1,2}[/.-]\d{1,2}[/.-])?(?:19|20)\d\d(?!\d)"
    r"|\W{0,3}\d{1,3} ?(?:tuổi|tuoi)(?!\w)"
)


@dataclass(frozen=True)
class Found:
    """Where something of a person stands in a text, and whether there is no doubt about it."""

    kind: str
    start: int
    end: int
    sure: bool


@lru_cache(maxsize=65536)
def settled(word):
    """A word in small letters with its tone where today's spelling has it: `Hoà` and `hòa` are one."""
    word = word.lower()
    for old, new in zip(_OLD, _NEW, strict=True):
        word = word.replace(old, new)
    return word


_OLD = ("oà", "oá", "oả", "oã", "oạ", "uỳ", "uý", "uỷ", "uỹ", "uỵ")
_NEW = ("òa", "óa", "ỏa", "õa", "ọa", "ùy", "úy", "ủy", "ũy", "ụy")


@dataclass(frozen=True)
class _Words:
    """A list of words or phrases, with marks and, for texts that have none, without."""

    marked: frozenset
    bare: frozenset

    def has(self, said, marked):
        return said in self.marked or (not marked and said in self.bare)


def _words(given, *, but="", apart=None):
    """A list from the data file; `but` are forms that without marks are too many other things."""
    marked = frozenset(" ".join(map(settled, one.split())) for one in given.split(apart))
    return _Words(marked, frozenset(map(text.fold, marked)) - frozenset(but.split()))


_WEIGHTS = {"weak": 0, "common": 1, "strong": 2}
_FAMILIES = {settled(w): n for kind, n in _WEIGHTS.items() for w in _DATA["families"][kind].split()}
_WEAKER = frozenset(_DATA["families"]["weaker_without_marks"].split())
_BARE_FAMILIES = {
    text.fold(w): 1 if text.fold(w) in _WEAKER else n
    for w, n in sorted(_FAMILIES.items(), key=lambda one: one[1])
}
_SPELLED = {*" ".join(_DATA["families"][kind] for kind in _WEIGHTS).split(), *_FAMILIES, *_BARE_FAMILIES}  # fmt: skip
#: A text without any of these holds no name: family names as they are written, or the `thị` of one in
#: small letters. In small letters without marks rarer family names count too.
_SIGNS = frozenset(
    [
        *(form for w in _SPELLED for form in (w.capitalize(), w.upper())),
        *(w for w in _SPELLED if _FAMILIES.get(settled(w)) == 2 or _BARE_FAMILIES.get(w) == 2),
        *("thị", "thi"),
    ]
)
_BARE_SIGNS = _SIGNS | {w for w, n in _BARE_FAMILIES.items() if n}
_SURE_MIDDLES = _words(_DATA["middles"]["sure"])
_MIDDLES = _words(_DATA["middles"]["sure"] + " " + _DATA["middles"]["common"])
_GIVEN = _words(_DATA["given"])
_PERSON = _words(_DATA["cues"]["person"], apart=",")
_ROLE = _words(_DATA["cues"]["role"], apart=",")
_PLACES = _words(_DATA["places"], but=_DATA["places_with_marks_only"], apart=",")
_FAMOUS = _words(_DATA["famous"], apart=",")
_STOPS = _words(_DATA["stops"])
_UNSURE = frozenset(_DATA["cues"]["unsure_without_marks"].split())


def find(seen):
    """The names of people in a text, in order.

    seen    the text in NFC, spaces single
    """
    # Nearly every cell ends here, in one step of the set.
    signs = _BARE_SIGNS if seen.isascii() else _SIGNS
    if signs.isdisjoint(_WORD.findall(seen)):
        return []
    return list(_Reading(seen).names())


class _Reading:
    """One text as words with their places, read from left to right."""

    def __init__(self, seen):
        self.seen = seen
        self.words = list(_WORD.finditer(seen))
        self.low = [settled(one.group()) for one in self.words]
        self.marked = not seen.isascii()

    def names(self):
        at, place_end = 0, -1
        while at < len(self.words):
            length = self._length(at)
            if not length:
                at += 1
                continue
            start, end = self.words[at].start(), self.words[at + length - 1].end()
            if self._is_place(at, length, place_end):
                place_end = end
            elif (sure := self._judged(at, length)) is not None:
                yield Found("name", start, end, sure)
            else:
                length = 1
            at += length

    def _has(self, among, said):
        return among.has(said, self.marked)

    def _gap(self, at):
        """What stands between a word and the one before it."""
        return self.seen[self.words[at - 1].end() : self.words[at].start()]

    def _weight(self, at):
        word = self.low[at]
        if word in _FAMILIES and not (not self.marked and word in _WEAKER):
            return _FAMILIES[word]
        return _BARE_FAMILIES.get(word) if word.isascii() else None

    def _behind(self, at):
        """The words that may belong to a family name: joined by one space, written as it is."""
        capital, found = self.seen[self.words[at].start()].isupper(), []
        for next in range(at + 1, min(at + 6, len(self.words))):
            word = self.low[next]
            if self._gap(next) != " " or (self._has(_STOPS, word) and not self._has(_GIVEN, word)):
                break
            if capital and not self.seen[self.words[next].start()].isupper():
                break
            if not _SYLLABLE.match(text.fold(word)):
                break
            found.append(word)
        return found

    def _length(self, at):
        """How many words a name has that begins here; 0 when none does."""
        if self._weight(at) is None:
            return 0
        behind = self._behind(at)
        if not behind:
            return 0
        sure = self._has(_SURE_MIDDLES, behind[0])
        most = min(4 if sure else 3, len(behind))
        for count in range(most, 1 if sure else 0, -1):
            if self._has(_GIVEN, behind[count - 1]):
                return count + 1
        announced = self._cue(at, _PERSON) or (sure and len(behind) > 1)
        whole = announced and len(behind) <= most and len(behind[-1]) > 1
        return len(behind) + 1 if whole else 0

    def _cue(self, at, among):
        """The words of a list that stand right before a name, three at most; empty when none do."""
        said = ""
        for back in range(1, min(3, at) + 1):
            if self._gap(at - back + 1).strip() not in _JOINED:
                break
            said = f"{self.low[at - back]} {said}".strip()
            if self._has(among, said):
                return said
        return ""

    def _is_place(self, at, length, place_end):
        if self._cue(at, _PERSON):
            return False
        whole = " ".join(self.low[at : at + length])
        listed = place_end >= 0 and self.seen[place_end : self.words[at].start()].strip() in _LISTED
        return listed or bool(self._cue(at, _PLACES)) or self._is_famous(at, whole)

    def _is_famous(self, at, whole):
        longer = " ".join(self.low[at : at + len(whole.split()) + 1])
        return self._has(_FAMOUS, whole) or self._has(_FAMOUS, longer)

    def _judged(self, at, length):
        """Whether a name stands here beyond doubt; None when too little speaks for a name at all."""
        words = self.low[at : at + length]
        person, role = self._cue(at, _PERSON), self._cue(at, _ROLE)
        sure_middle = length > 2 and self._has(_SURE_MIDDLES, words[1])
        middle = length > 2 and any(self._has(_MIDDLES, word) for word in words[1:-1])
        given = self._has(_GIVEN, words[-1])
        score = self._weight(at) + 2 * sure_middle + middle + given + 2 * bool(person) + bool(role)
        capital = self.seen[self.words[at].start()].isupper()
        cut = len(self._behind(at)) > length - 1
        if score < _ENOUGH + (not capital) or not (capital or person or role or sure_middle):
            return None
        if cut and not (person or role or middle):
            return None
        return self._is_certain(at, length, person, role, seldom=self._weight(at) + middle > 0)

    def _is_certain(self, at, length, person, role, *, seldom):
        end = self.words[at + length - 1].end()
        if _BORN.match(self.seen[end : end + 40].lower()):
            return True
        if role or not person or not seldom or (not self.marked and person in _UNSURE):
            return False
        after = self.low[at + length : at + length + 3]
        pairs = [*after, *(" ".join(after[n : n + 2]) for n in range(len(after) - 1))]
        return not any(self._has(_ROLE, one) for one in pairs)


def may_be(cell):
    """Whether a whole cell reads as a name, or as a family name alone."""
    words = text.fold(cell).split()
    if not words or _BARE_FAMILIES.get(words[0], 0) < 1 or any(mark.isdigit() for mark in cell):
        return False
    return len(words) <= 5
