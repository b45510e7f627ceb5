"""Taking messages in: kept durably before the sender hears "received", once per content."""

from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from haidang.engines.exchange import faults, models, packages, problems, vault
from haidang.engines.ledger import api as ledger
from haidang.kernel import actor, errors, ids

CHANNEL = "exchange_received"
_STEP = 256 * 1024
_AT_ONCE = 200
_IN_MEMORY = 32 * 1024 * 1024  # bytes of a zip's files that are held before they are kept
_MEGABYTE = 1024 * 1024

State = models.Message.State


@dataclass(frozen=True)
class Receipt:
    """What the sender is told (biên nhận).

    message_id  asks for the report later
    duplicate   the same bytes came before from the same organisation; nothing was done again
    """

    message_id: str
    state: str
    duplicate: bool


class Limits(NamedTuple):
    """The most bytes that one XML file and one zip may have."""

    file: int
    package: int


def limits():
    """The Limits of this installation."""
    return Limits(
        settings.HAIDANG_CLAIMS_FILE_MB * _MEGABYTE, settings.HAIDANG_CLAIMS_PACKAGE_MB * _MEGABYTE
    )


def limit_of(content):
    """The most bytes that a message beginning like this may have."""
    return limits().package if packages.is_package(content) else limits().file


def read_limited(stream):
    """The bytes of a stream, which is let go as soon as it passes its limit.

    Raises    TooLarge `exchange.too_large` (facts: limit)
    """
    parts, size, limit = [], 0, None
    while part := stream.read(_STEP):
        limit = limit or limit_of(part)
        size += len(part)
        if size > limit:
            raise too_large(limit)
        parts.append(part)
    return b"".join(parts)


def read_file(path):
    """The bytes of a file on disk, read no further than the limit.

    Raises    Incorrect `exchange.unreadable`, `exchange.empty`; TooLarge `exchange.too_large`
              (facts: limit); FileNotFoundError when somebody took it away
    """
    try:
        with path.open("rb") as stream:
            content = read_limited(stream)
    except FileNotFoundError:
        raise
    except OSError as why:
        raise faults.refusal("exchange.unreadable") from why
    check_size(content)
    return content


def name_of(filename):
    """A file's name as it can be kept and shown: the end of it, without what is not text.

    Names on disk may be in an encoding of long ago, and a sender may put anything into his.
    """
    return filename.encode("utf-8", "replace").decode().replace("\0", "")[-255:]


def too_large(limit):
    return faults.refusal("exchange.too_large", errors.TooLarge, limit=f"{limit // _MEGABYTE} MB")


def receive(content, *, filename, by, channel, org=None):
    """Keep one message (tiếp nhận thông điệp) and return its Receipt. It is processed later.

    content   bytes of one XML file or of a zip of them
    channel   `upload`, `folder`, `gateway` or `console`
    org       organisation sent for; the actor's own when left out, "" for the whole city

    The answer is given after the commit: what is acknowledged survives a crash. A zip that
    plays tricks is kept and refused whole; its report says why.

    Raises    Incorrect `exchange.empty`, TooLarge `exchange.too_large` (facts: limit)
    Records   event `exchange.message.received`, once for each new message
    """
    return receive_many([(filename, content)], by=by, channel=channel, org=org)[0]


def receive_many(files, *, by, channel, org=None):
    """Keep many messages, pairs (file name, bytes), with one commit; a Receipt for each.

    One that is empty or too large refuses them all, before anything is kept.
    """
    files = [File(name, content) for name, content in files]
    for file in files:
        check_size(file.content)
    sending = Sending(by, channel, (by.org if org is None else org) or "")
    with transaction.atomic(durable=True):
        kept = _keep(files, sending)
        new = [message for message, is_new in kept if is_new]
        ledger.record_many([_entry(message) for message in new], by=by)
        _unpack_packages(dict.fromkeys(new), files, sending)
        call_the_worker()
    return [Receipt(message.receipt, message.state, not is_new) for message, is_new in kept]


class File(NamedTuple):
    """One file as it came."""

    name: str
    content: bytes


class Sending(NamedTuple):
    """Who sends, by which channel, and for which organisation ("" for the whole city)."""

    by: actor.Actor
    channel: str
    org: str


def check_size(content):
    """Raises    Incorrect `exchange.empty`, TooLarge `exchange.too_large` (facts: limit)"""
    if not content:
        raise faults.refusal("exchange.empty")
    if len(content) > (limit := limit_of(content)):
        raise too_large(limit)


def _keep(files, sending, package=None):
    """Pairs (message, is it new) for files, in their order; the same bytes are one message."""
    hashes = vault.keep([file.content for file in files])
    named = dict(zip(hashes, (file.name for file in files), strict=True))
    made = [_message(sha256, name, sending, package) for sha256, name in named.items()]
    models.Message.objects.bulk_create(made, ignore_conflicts=True)
    stored = models.Message.objects.filter(content__in=named, org=sending.org)
    rows = {message.content_id: message for message in stored}
    ours = {message.receipt for message in made}
    first = set()
    kept = []
    for sha256 in hashes:
        is_new = rows[sha256].receipt in ours and sha256 not in first
        first.add(sha256)
        kept.append((rows[sha256], is_new))
    return kept


def _message(sha256, filename, sending, package):
    return models.Message(
        receipt=ids.new_id(),
        content_id=sha256,
        package=package,
        org=sending.org,
        filename=name_of(filename or ""),
        channel=sending.channel,
        by_ref=sending.by.ref,
        by_name=sending.by.name,
        received_at=timezone.now(),
    )


def _entry(message):
    facts = {"message": message.receipt, "channel": message.channel}
    return ledger.Entry("exchange.message.received", org=message.org or None, facts=facts)


def _unpack_packages(new, files, sending):
    contents = {vault.digest(file.content): file.content for file in files}
    for message in new:
        if packages.is_package(contents[message.content_id]):
            _unpack(message, contents[message.content_id], sending)


def _unpack(package, content, sending):
    _one_package_at_a_time(sending.org)
    try:
        with transaction.atomic():
            package.total = _take_entries(package, content, sending)
            package.state = State.UNPACKED
    except errors.HaidangError as why:
        package.state, package.fault, package.total = State.REFUSED, why.code, 0
        problems.keep_of_messages([(package, [faults.told_by(why)])])
    package.processed_at = timezone.now()
    package.save()


def _take_entries(package, content, sending):
    count, pile, size = 0, [], 0
    for entry in packages.open_package(content):
        count += 1
        pile.append(File(entry.name, entry.content))
        size += len(entry.content)
        if len(pile) == _AT_ONCE or size >= _IN_MEMORY:
            _keep(pile, sending, package)
            pile, size = [], 0
    if pile:
        _keep(pile, sending, package)
    return count


def _one_package_at_a_time(org):
    """Two zips with the same files in another order would otherwise wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"package {org}"])


def call_the_worker():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
