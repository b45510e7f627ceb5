"""The parts of a record as people speak of them (các phần của hồ sơ). Times are FHIR texts."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Part:
    """What every part has.

    ref     `Type/id` of the record it was read from
    visit   `Encounter/id` in which it came about, or None
    at      when, a FHIR date or dateTime, or None
    """

    ref: str
    visit: str | None
    at: str | None


@dataclass(frozen=True)
class Visit(Part):
    """One visit or stay (lượt khám, đợt điều trị); `at` is its start.

    kind        FHIR class: `AMB`, `IMP`, `EMER`, `SS`, `HH`, `VR`, `FLD`
    facility    national number of the facility, or None
    place       its name when the record itself says it
    diagnoses   names, the principal first
    account     `Invoice/id` of its account, where the visit's number tells it
    """

    kind: str
    end: str | None
    facility: str | None
    place: str
    reason: str
    conclusion: str
    diagnoses: tuple[str, ...]
    outcome: str
    emergency: bool
    account: str | None = None


@dataclass(frozen=True)
class Problem(Part):
    """A disease or problem (vấn đề sức khoẻ) as one visit found it."""

    code: str
    name: str
    active: bool | None
    main: bool


@dataclass(frozen=True)
class Medicine(Part):
    """A medicine ordered (thuốc); `key` is alike for the same substance and strength."""

    key: str
    name: str
    strength: str
    dose: str
    how: str
    quantity: str
    stopped: bool


@dataclass(frozen=True)
class Range:
    """A reference range (khoảng tham chiếu); either end may be open."""

    low: Decimal | None = None
    high: Decimal | None = None
    text: str = ""
    general: bool = False  # not the laboratory's own, but the general one of `data/`

    @property
    def known(self):
        return self.low is not None or self.high is not None


@dataclass(frozen=True)
class Result(Part):
    """One measured or observed result (kết quả).

    key       alike for results of one test, so that they make a series
    number    the value when it is a number, else None
    text      the value as written
    level     `high`, `low`, `abnormal`, `normal` or "" when nobody says
    report    `DiagnosticReport/id` that lists it, or None
    """

    key: str
    name: str
    number: Decimal | None
    text: str
    unit: str
    range: Range
    level: str
    report: str | None = None
    vital: bool = False


@dataclass(frozen=True)
class Report(Part):
    """A report of tests or of an image (phiếu kết quả)."""

    name: str
    kind: str  # `LAB`, `RAD` or another section
    conclusion: str
    description: str
    results: tuple[str, ...]


@dataclass(frozen=True)
class Procedure(Part):
    """An operation or procedure (phẫu thuật, thủ thuật)."""

    name: str
    code: str


@dataclass(frozen=True)
class Section:
    """One titled piece of a paper; `html` has been cleaned by who read it."""

    title: str
    html: str


@dataclass(frozen=True)
class File:
    """One file of a document (tệp kèm theo): where its bytes are, not the bytes.

    place   its number among the files of the document, from 0
    size    in bytes, or None when nobody said
    binary  the id of the Binary that holds it, or ""
    url     an address outside, or ""; without both the bytes stand in the document, if anywhere
    """

    place: int
    title: str
    content_type: str
    size: int | None
    binary: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class Paper(Part):
    """A paper of the record (giấy tờ): discharge, summary, sick leave, referral, scan …"""

    title: str
    number: str
    author: str
    signer: str
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...]
    copy: bool = False  # a document that may be the file of a written paper
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Vaccine(Part):
    """One dose of a vaccine (mũi tiêm)."""

    name: str
    dose: str
    lot: str


@dataclass(frozen=True)
class Note(Part):
    """One note of the clinical course (diễn biến lâm sàng)."""

    text: str
    extra: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cost(Part):
    """What a visit cost (chi phí), in đồng; None when the account does not say."""

    total: Decimal | None
    insurer: Decimal | None
    patient: Decimal | None


@dataclass(frozen=True)
class Card(Part):
    """An insurance card (thẻ bảo hiểm y tế); `at` is its first day, `end` its last."""

    number: str
    end: str | None
    facility: str | None


@dataclass(frozen=True)
class Allergy(Part):
    """An allergy (dị ứng).

    standing    `present`; `over`, when somebody said so; `wrong`, of one refuted or entered in error;
                `none`, when it says that no allergy is known
    sure        False while nobody has confirmed it
    """

    name: str
    severe: bool
    standing: str
    sure: bool


@dataclass(frozen=True)
class Source(Part):
    """Where a part of the record came from (nguồn): one Provenance.

    targets   how many records it made
    message   number of the kept message, or None
    """

    sender: str
    activity: str
    message: str | None
    targets: int


@dataclass(frozen=True)
class Who:
    """The person as the Patient says (người)."""

    ref: str
    name: str
    birth_date: str | None
    sex: str | None
    deceased: str | None  # a FHIR date, "yes", or None
    numbers: tuple[tuple[str, str], ...]  # (system, value)
    phone: str
    address: str
    replaced_by: str | None
