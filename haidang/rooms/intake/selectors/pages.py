"""What pages get: plain values, nothing to look up in a template."""

from collections.abc import Sequence
from dataclasses import dataclass

from haidang.engines.exchange import api as exchange
from haidang.rooms.intake.selectors.words import Badge


@dataclass(frozen=True)
class Line:
    """One message in a list, or one dossier: what it is, with words for its state and origin."""

    it: object
    badge: Badge
    facility: str
    channel: str = ""


@dataclass(frozen=True)
class Tab:
    """One filter with its count."""

    label: str
    url: str
    active: bool
    count: int | str | None = None


@dataclass(frozen=True)
class Turn:
    """The links of a list that is longer than a page."""

    next_url: str = ""
    previous_url: str = ""
    total: int | None = None


@dataclass(frozen=True)
class Limits:
    """What may be sent at once: bytes of an XML file and of a zip, their MB in words, and how many."""

    file: int
    package: int
    file_mb: int
    package_mb: int
    files: int


@dataclass(frozen=True)
class Told:
    """One problem in the reader's language."""

    where: str
    field: str
    code: str
    badge: Badge
    sentence: str
    action: str


@dataclass(frozen=True)
class Monitor:
    """The first page of the room: messages, and how many stand in each state."""

    lines: Sequence[Line]
    tabs: Sequence[Tab]
    turn: Turn
    state: str
    facility: str
    facilities: Sequence[tuple[str, str]]
    failed: int | str
    is_open: bool


@dataclass(frozen=True)
class MessagePage:
    """One message: its facts, its own problems, its dossiers and, for a zip, its files.

    after   what is safe and what to do, when not all is well
    """

    line: Line
    facts: Sequence[tuple[str, str]]
    problems: Sequence[Told]
    dossiers: Sequence[Line]
    parts: Sequence[Line]
    counts: Sequence[Badge]
    is_open: bool
    signature: "SignaturePage | None" = None
    after: str = ""


@dataclass(frozen=True)
class SignaturePage:
    """The signature of a message: how it stands, a sentence, and each signer with sentences."""

    badge: Badge
    words: str
    signers: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class DossierPage:
    """One dossier: where it stands, every problem, and the other tellings of the visit."""

    line: Line
    facts: Sequence[tuple[str, str]]
    errors: Sequence[Told]
    warnings: Sequence[Told]
    tellings: Sequence[Line]
    after: str = ""


@dataclass(frozen=True)
class GroupLine:
    """Problems of one facility that break the same rule."""

    it: exchange.Group
    facility: str
    badge: Badge
    sentence: str
