"""Numbers and cards by which people are known: citizen id, insurance card, their QR codes, phones.

Source    `claims-xml.md`, section 10 (cards and identity): NĐ 137/2015 and NĐ 70/2024 for the
          personal number, QĐ 1351/QĐ-BHXH for the insurance card. No check digit is published for
          any of these numbers, so only shape is checked; what a number says of sex and birth year
          is a hint, because records get corrected while the number stays.
"""

import re
from dataclasses import dataclass
from datetime import date

from haidang.kernel import errors, systems, text

_CITIZEN_ID = re.compile(r"\d{12}\Z", re.ASCII)
_OLD_ID_CARD = re.compile(r"\d{9}\Z", re.ASCII)
_PASSPORT = re.compile(r"[A-Z]\d{7,8}\Z", re.ASCII)
_SOCIAL = re.compile(r"(?!0{10})\d{10}\Z", re.ASCII)
_CARD = re.compile(r"([A-Z]{2})([1-5])(\d\d)(\d{10})\Z", re.ASCII)
# The portal gives a newborn ten characters of its own, not always digits.
_NEWBORN_CARD = re.compile(r"(TE)(1)(\d\d)([0-9A-Z]{10})\Z", re.ASCII)
_FACILITY = re.compile(r"\d\d[0-9A-Z]{3}\Z", re.ASCII)
_NOISE = re.compile(r"[\s.\-]+")
_SEXES = {"nam": "male", "nu": "female", "1": "male", "2": "female"}
MALE, FEMALE = "male", "female"


@dataclass(frozen=True)
class CitizenId:
    """A personal identification number (số định danh cá nhân): 12 digits, for life.

    province    three digits: province or country where the birth was registered
    """

    value: str

    @classmethod
    def parse(cls, value):
        """Read the number; spaces and dots are passed over.

        Raises    Incorrect `identity.citizen_id`
        """
        bare = compact(value)
        if not _CITIZEN_ID.match(bare):
            raise errors.Incorrect(
                "identity.citizen_id",
                "Số định danh cá nhân gồm đúng 12 chữ số; hãy xem lại số trên thẻ căn cước.",
            )
        return cls(bare)

    @property
    def province(self):
        return self.value[:3]

    @property
    def sex(self):
        return FEMALE if int(self.value[3]) % 2 else MALE

    @property
    def birth_year(self):
        return 1900 + 100 * (int(self.value[3]) // 2) + int(self.value[4:6])

    def agrees(self, *, birth_date=None, sex=None):
        """Whether a record's birth date and sex are those that the number tells of."""
        year_differs = bool(birth_date) and int(birth_date[:4]) != self.birth_year
        return not year_differs and sex in (None, "", "unknown", "other", self.sex)


@dataclass(frozen=True)
class InsuranceCard:
    """An insurance card number (mã thẻ BHYT): 15 characters, or the 10 digits of newer cards.

    value               as printed, in capitals
    group, benefit      `GD`, `4`: who pays and how much; None on a 10-digit card
    social_insurance    10 digits that stay when the card changes; None on a newborn's card
                        whose tail is not a number
    """

    value: str
    group: str | None = None
    benefit: str | None = None
    province: str | None = None
    social_insurance: str | None = None

    @classmethod
    def parse(cls, value):
        """Read a card number; a keyboard scan of card and facility (20 characters) is cut.

        Raises    Incorrect `identity.insurance_card`
        """
        bare = compact(value)
        if len(bare) == 20 and _FACILITY.match(bare[15:]):
            bare = bare[:15]
        if _SOCIAL.match(bare):
            return cls(bare, social_insurance=bare)
        found = _CARD.match(bare) or _NEWBORN_CARD.match(bare)
        if not found:
            raise errors.Incorrect(
                "identity.insurance_card",
                "Mã thẻ bảo hiểm y tế gồm 15 ký tự (ví dụ GD4310000000001) hoặc 10 chữ số.",
            )
        group, benefit, province, tail = found.groups()
        return cls(bare, group, benefit, province, tail if _SOCIAL.match(tail) else None)

    @property
    def identifiers(self):
        """(system, value) pairs that this card proves."""
        whole = [(systems.INSURANCE_CARD, self.value)] if len(self.value) == 15 else []
        if self.social_insurance:
            whole.append((systems.SOCIAL_INSURANCE, self.social_insurance))
        return whole


@dataclass(frozen=True)
class CitizenCard:
    """What the QR code of a citizen card (thẻ căn cước) says; dates are FHIR dates, maybe partial."""

    number: CitizenId
    name: str
    birth_date: str | None
    sex: str | None
    address: str = ""
    old_number: str | None = None
    issued_on: str | None = None

    @property
    def identifiers(self):
        own = [(systems.CITIZEN_ID, self.number.value)]
        return own + ([(systems.OLD_ID_CARD, self.old_number)] if self.old_number else [])


@dataclass(frozen=True)
class InsuranceCardScan:
    """What the QR code of an insurance card says; the insurer's gateway has the last word."""

    number: InsuranceCard
    name: str
    birth_date: str | None
    sex: str | None
    address: str = ""
    facility: str = ""
    valid_from: str | None = None
    valid_to: str | None = None
    issued_on: str | None = None
    parent: str = ""
    five_years_on: str | None = None

    @property
    def identifiers(self):
        return self.number.identifiers


def read_qr(value):
    """Read the QR text of a citizen card or an insurance card.

    Raises    Incorrect `identity.qr_unknown` when it is neither, `identity.qr_broken` when a part
              of it cannot be read
    """
    parts = [part.strip() for part in text.tidy(value or "").split("|")]
    first = compact(parts[0])
    if len(parts) >= 7 and _CITIZEN_ID.match(first):
        return _citizen_card(parts)
    if len(parts) >= 13 and (_SOCIAL.match(first) or len(first) == 15):
        return _insurance_card(parts)
    raise errors.Incorrect(
        "identity.qr_unknown",
        "Mã QR này không phải của thẻ căn cước hoặc thẻ bảo hiểm y tế.",
    )


def _citizen_card(parts):
    old = compact(parts[1])
    return CitizenCard(
        number=CitizenId.parse(parts[0]),
        old_number=old if _OLD_ID_CARD.match(old) else None,
        name=parts[2],
        birth_date=_date(parts[3]),
        sex=sex(parts[4]),
        address=parts[5],
        issued_on=_date(parts[6]),
    )


def _insurance_card(parts):
    scan = InsuranceCardScan(
        number=InsuranceCard.parse(parts[0]),
        name=_from_hex(parts[1]),
        birth_date=_date(parts[2]),
        sex=sex(parts[3]),
        address=_from_hex(parts[4]),
        facility=_facility(parts[5]),
        valid_from=_date(parts[6]),
        valid_to=_date(parts[7]),
        issued_on=_date(parts[8]),
        parent=_from_hex(parts[10]),
        five_years_on=_date(parts[12]),
    )
    if scan.valid_from and scan.valid_to and scan.valid_from > scan.valid_to:
        raise _broken()
    return scan


def _facility(part):
    bare = compact(part)
    return bare if _FACILITY.match(bare) else ""


def _from_hex(part):
    """Text of a hex part; `-` is empty, and some old cards hold UTF-16 instead of UTF-8."""
    if part in ("", "-"):
        return ""
    try:
        raw = bytes.fromhex(part)
        two_bytes_each = len(raw) % 2 == 0 and raw[::2].count(0) > len(raw) // 4
        return text.tidy(raw.decode("utf-16-be" if two_bytes_each else "utf-8"))
    except ValueError as why:
        raise _broken() from why


def _date(part):
    """A FHIR date from `ddmmyyyy`, `dd/mm/yyyy`, `mmyyyy` or `yyyy`; None from `-` or nothing."""
    digits = part.replace("/", "").strip()
    if digits in ("", "-"):
        return None
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (4, 6, 8):
        raise _broken()
    year, month, day = digits[-4:], digits[-6:-4], digits[-8:-6]
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError as why:
        raise _broken() from why
    return "-".join(piece for piece in (year, month, day) if piece)


def _broken():
    return errors.Incorrect(
        "identity.qr_broken",
        "Mã QR đọc chưa đủ; hãy lau mặt thẻ và quét lại, hoặc gõ số trên thẻ.",
    )


def sex(value):
    """`male` or `female` from `Nam`, `Nữ`, `1`, `2`; None for anything else."""
    return _SEXES.get(text.fold(value or ""))


def recognise(value):
    """What a typed number can be, as (system, value) pairs; empty when it is no known number.

    A number of ten digits that is no phone is a social-insurance number; fifteen characters are
    an insurance card and, when its tail is one, a social-insurance number as well.
    """
    bare = compact(value)
    if _CITIZEN_ID.match(bare):
        return [(systems.CITIZEN_ID, bare)]
    if _OLD_ID_CARD.match(bare):
        return [(systems.OLD_ID_CARD, bare)]
    if _PASSPORT.match(bare):
        return [(systems.PASSPORT, bare)]
    try:
        return InsuranceCard.parse(bare).identifiers
    except errors.Incorrect:
        return []


def compact(value):
    """A number without the spaces, dots and hyphens that people type, in capitals."""
    return _NOISE.sub("", value or "").upper()


def mask(value):
    """A number with all but its last four characters hidden."""
    return "•" * max(len(value) - 4, 0) + value[-4:] if len(value) > 4 else "•" * len(value)


# Prefixes of eleven-digit mobile numbers and what they became in 2018 (Bộ TTTT, Kế hoạch 798/KH).
_MOVED = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036",
    "0167": "037", "0168": "038", "0169": "039", "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip
_PHONE_NOISE = re.compile(r"[\s.\-()]+")
_MOBILE = re.compile(r"0[35789]\d{8}\Z", re.ASCII)
_LANDLINE = re.compile(r"02\d{8,9}\Z", re.ASCII)


def phone(value):
    """A Vietnamese phone number in its one national form, `0912345678`; None when it is none.

    `+84`, `0084` and `84` become `0`; eleven-digit mobile numbers of before 2018 become today's.
    """
    bare = _PHONE_NOISE.sub("", value or "")
    for prefix in ("+84", "0084", "84"):
        if bare.startswith(prefix) and len(bare) - len(prefix) >= 9:
            bare = "0" + bare[len(prefix) :].removeprefix("0")
            break
    if len(bare) == 11 and bare[:4] in _MOVED:
        bare = _MOVED[bare[:4]] + bare[4:]
    return bare if _MOBILE.match(bare) or _LANDLINE.match(bare) else None
