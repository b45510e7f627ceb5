"""Finds numbers that lead to a person: identity, insurance, phone, bank account, mailboxes.

A number is known by its check rules and shape where those are enough, and otherwise by the word before it.
Digits may stand apart by spaces, dots and dashes. Every pattern is bounded, so that a cell costs what it is long.
"""

import re

from haidang.kernel import errors, identity
from haidang.rooms.open_data.domain.names import Found
from haidang.rooms.open_data.domain.phrases import after, forms_of

_GAP = r"[^\d\n;]{0,24}?"
_EMAIL = re.compile(
    r"[\w.+-]{1,64} ?(?:@|\((?:a|at)\)|\[(?:a|at)\]) ?[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,24}(?!\w)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.,])\(?(?:\+ ?84|0084|84|[0oO])\)?(?:[ .()-]{0,2}\d){8,10}?(?!\w|[.,]\d)")  # fmt: skip
_TWELVE = re.compile(r"(?<![\d.,])0\d{2}[ .-]?\d{3}[ .-]?\d{3}[ .-]?\d{3}(?![.,]?\d)")
_CARD = re.compile(r"(?<!\w)[a-z]{2}[ .-]?\d(?:[ .-]?\d){12}(?!\w)", re.IGNORECASE)
#: Nine digits that begin with 0: no amount does, old identity cards of a third of the provinces do.
_NINE = re.compile(r"(?<![\w.,/-])(?<!\d )0[1-9]\d[ .-]?\d{3}[ .-]?\d{3}(?!\w|[ .,/-]\d)")
_IDENTITY_CUE = after(
    "cmnd, cmtnd, cmt, chứng minh, chứng minh thư, cccd, căn cước, định danh, giấy tờ tùy thân",
    rf"{_GAP}(\d(?:[ .-]?\d){{8,11}})(?!\d)",
)
_INSURANCE_CUE = after(
    "bhxh, bảo hiểm xã hội, số sổ, bhyt, thẻ bảo hiểm, mã thẻ, thẻ bh",
    rf"{_GAP}(\d(?:[ .-]?\d){{9}})(?!\w|[ .,-]\d)",
)
_ACCOUNT_CUE = after(
    "stk, số tài khoản, số tk, tk ngân hàng, tk số, tài khoản, account",
    rf"{_GAP}(\d(?:[ .-]?\d){{5,18}})(?!\w|[.,]\d)",
)
_PASSPORT_CUE = after(
    "hộ chiếu, passport",
    r"\W{0,3}(?:(?:số|so|no)\W{0,3})?([a-z]\d{7,8})(?!\w)",
)
_PATIENT_CUE = after(
    "mã bn, mã bệnh nhân, mã người bệnh, số bệnh án, mã bệnh án, số ba",
    r"\W{0,4}([a-z]{0,4}[ ./-]?\d[\d./-]{2,14})",
)
#: A text without six digits together has none of the numbers; without one of these words, none that needs a word.
_LONG = re.compile(r"\d(?:[ .()-]{0,2}\d){5}")
_CUES = forms_of(
    "cmnd, cmtnd, cmt, chứng, cccd, căn, định, giấy, bhxh, bhyt, hiểm, sổ, số, thẻ, stk, tk, tài, account, hộ, passport"
)
_RECORDS, _NUMBERED = forms_of("bn, bệnh, ba, án"), forms_of("mã, số")
#: Amounts: thousands apart by dots, or the currency behind.
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+\Z")
_MONEY = re.compile(r"\s{0,2}(?:đ(?:ồng)?|vnđ|vnd|dong|triệu|tỷ|usd)(?!\w)", re.IGNORECASE)
_OFFICE_LINE = re.compile(r"02\d{8,9}\Z|1[89]00\d{4,6}\Z")


def find(seen, said):
    """The numbers of people in a text: names.Found of kind citizen_id, id_card, insurance, phone, email, account, passport, patient.

    said    the words of the text in small letters
    """
    found = list(_addresses(seen))
    if _LONG.search(seen):
        found += _by_shape(seen)
        found += [] if _CUES.isdisjoint(said) else _by_cue(seen)
    if not (_RECORDS.isdisjoint(said) or _NUMBERED.isdisjoint(said)):
        found += [Found("patient", *one.span(1), True) for one in _PATIENT_CUE.finditer(seen)]
    return found


def _addresses(seen):
    if "@" in seen or "(a" in seen.lower() or "[a" in seen.lower():
        for one in _EMAIL.finditer(seen):
            yield Found("email", *one.span(), True)


def _by_shape(seen):
    for one in _TWELVE.finditer(seen):
        yield Found("citizen_id", *one.span(), True)
    for one in _CARD.finditer(seen):
        if _is_card(one.group()):
            yield Found("insurance", *one.span(), True)
    for one in _PHONE.finditer(seen):
        if is_mobile(one.group()):
            yield Found("phone", *one.span(), True)
    for one in _NINE.finditer(seen):
        yield Found("id_card", *one.span(), False)


def _by_cue(seen):
    for one in _IDENTITY_CUE.finditer(seen):
        count = len(identity.compact(one.group(1)))
        if count in (9, 12) and not _is_amount(seen, one, grouped=False):
            yield Found("id_card" if count == 9 else "citizen_id", *one.span(1), True)
    for one in _INSURANCE_CUE.finditer(seen):
        if not _is_amount(seen, one) and not _OFFICE_LINE.match(identity.compact(one.group(1))):
            yield Found("insurance", *one.span(1), True)
    for one in _ACCOUNT_CUE.finditer(seen):
        if not _is_amount(seen, one):
            yield Found("account", *one.span(1), False)
    for one in _PASSPORT_CUE.finditer(seen):
        yield Found("passport", *one.span(1), True)


def _is_amount(seen, match, *, grouped=True):
    if _MONEY.match(seen, match.end(1)):
        return True
    return grouped and bool(_GROUPED.match(match.group(1)))


def is_mobile(number):
    """Whether a number is a mobile phone's, in any spelling; lines of offices are no person's."""
    plain = re.sub(r"[oO]", "0", number)
    found = identity.phone(plain)
    return bool(found) and found[1] in "35789"


def _is_card(number):
    try:
        identity.InsuranceCard.parse(number)
    except errors.Incorrect:
        return False
    return True


def is_tax_code(number):
    """Whether ten digits are a tax code (mã số thuế), by its check digit."""
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    total = sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))
    return len(number) == 10 and 10 - total % 11 == int(number[9])
