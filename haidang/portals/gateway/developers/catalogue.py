"""Every error that a machine can meet, read out of the code that raises it (danh mục lỗi).

A refusal carries a stable code; here each stands with its HTTP status and with the sentences that say
what to do. English comes from the translations; a test fails when a sentence has none.
"""

import re
from dataclasses import dataclass
from functools import cache

from django.utils import translation
from django.utils.translation import gettext

from haidang.engines.exchange import api as exchange
from haidang.portals.gateway.developers import raised

#: Parts of the house that a machine's request can reach.
_PLACES = (
    "kernel", "engines/access", "engines/analytics", "engines/exchange", "engines/ledger", "engines/payments", "engines/people",
    "engines/records", "engines/terminology", "portals/gateway", "config",
    "rooms/open_data/selectors/catalogue.py", "rooms/open_data/views/everybody.py",
)  # fmt: skip
#: What only people at a screen, or whoever installs the house, can meet.
_NOT_FOR_MACHINES = {
    "analytics.computation_unknown", "analytics.indicator_unknown", "analytics.period_unreadable",
    "analytics.view_engine_unknown", "analytics.view_no_spark",
    "payments.account_unreadable", "payments.amount_out_of_range", "payments.bank_unknown",
    "payments.invoice_unreadable", "payments.name_unreadable", "payments.notice_settled",
    "payments.notice_unknown", "payments.order_closed", "payments.order_differs", "payments.order_unknown",
    "payments.other_receiver", "payments.prefix_taken", "payments.purpose_unreadable",
    "payments.qr_unreadable", "payments.receiver_closed", "payments.receiver_unreadable",
    "payments.refund_too_large", "payments.statement_too_large", "payments.statement_unreadable",
    "terminology.catalogue_unreadable", "terminology.checksum_differs", "terminology.duplicate_codes",
    "terminology.manifest_incomplete", "terminology.property_type_unknown", "terminology.release_missing",
    "terminology.row_count_differs", "terminology.surprising_loss",
    "access.already_reviewed", "access.app_unfit", "access.bad_username", "access.no_session", "access.own_account",
    "access.own_opening", "access.own_role", "access.reason_too_short", "access.role_out_of_scope",
    "access.staff_only", "access.too_many_passkeys", "access.totp_exists", "access.unknown_role",
    "access.unknown_verdict", "access.username_taken", "access.weak_password", "access.wrong_code",
    "access.wrong_passkey", "access.wrong_password", "access.account_above", "access.no_account",
    "access.no_opening", "access.unknown_org",
}  # fmt: skip
_FAMILIES = {
    "access", "address", "analytics", "claims", "dates", "exchange", "fhir", "fhirjson", "gateway", "house",
    "identity", "ledger", "metrics", "open_data", "payments", "people", "records", "terminology", "validation",
}  # fmt: skip
#: Refusals of a whole message, whose words the exchange engine keeps with those of its reports.
_OF_MESSAGES = {"exchange.empty": 400, "exchange.too_large": 413}
#: What stands between the context of a sentence and the sentence (gettext).
_CONTEXT = "\4"


@dataclass(frozen=True)
class Entry:
    """One code with every status it comes with, and what to do (một mã lỗi).

    vietnamese    each sentence it comes with, with `{…}` where the facts go
    english       the same in English
    """

    code: str
    statuses: tuple[int, ...]
    vietnamese: tuple[str, ...]
    english: tuple[str, ...]

    @property
    def family(self):
        return self.code.partition(".")[0]

    @property
    def pieces(self):
        """The code in pieces, between which a narrow page may break it."""
        return re.findall(r"[^._]+[._]?", self.code)

    @property
    def status_text(self):
        return ", ".join(map(str, self.statuses))

    @property
    def what_to_do(self):
        """The sentences in the language of the page."""
        return self.english if translation.get_language() == "en" else self.vietnamese


@cache
def entries():
    """Every code that a machine can meet, in the order of its name."""
    found = {}
    for code, status, message in _raised():
        statuses, messages = found.setdefault(code, ({}, {}))
        statuses[status] = messages[message] = True
    listed = [_entry(code, *told) for code, told in found.items()]
    listed += [_of_message(code, status) for code, status in _OF_MESSAGES.items()]
    return tuple(sorted(listed, key=lambda one: one.code))


@cache
def by_code():
    """The entries by their codes."""
    return {one.code: one for one in entries()}


def gaps(sentence):
    """`%(minutes)d` as `{minutes}`: one way to show where a fact goes."""
    plain = sentence.rpartition(_CONTEXT)[2].replace("%%", "%")
    return re.sub(r"%\((\w+)\)[sd]", r"{\1}", plain)


def _entry(code, statuses, messages):
    messages = [one for one in messages if one]
    told = [_translated(one) for one in messages]
    return Entry(code, tuple(sorted(statuses)), _shown(messages), _shown(told))


def _of_message(code, status):
    vietnamese, in_english = exchange.words_of(code)
    return Entry(code, (status,), (vietnamese,), (in_english,))


def _shown(sentences):
    """Each once, as they are shown."""
    return tuple(dict.fromkeys(gaps(one) for one in sentences if one))


def _translated(message):
    """English from the catalogues, or nothing when they have none."""
    with translation.override("en"):
        found = gettext(message)
    return "" if found == message else found


@cache
def _raised():
    """(code, status, sentence) of each place that raises an error of a family."""
    return tuple(
        told
        for told in raised.raised(_PLACES, _FAMILIES)
        if told[0].partition(".")[0] in _FAMILIES and told[0] not in _NOT_FOR_MACHINES
    )
