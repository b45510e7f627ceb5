"""Finding a person at the desk."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.ledger import api as ledger
from haidang.engines.people import api as people
from haidang.kernel import errors
from haidang.rooms.health_record.selectors import words

MOST = 20


def find(query, *, by):
    """Search for people (tìm người); returns {hits, more, fault}.

    The search stands in the access book without what was typed; results are masked, and opening
    one of them is another look.
    """
    query = (query or "").strip()
    if not query:
        return {"hits": [], "more": False, "fault": "", "asked": False}
    ledger.looked(by=by, about=None, what=_SEARCH, purpose="care")
    try:
        hits = people.find(query, by=by, limit=MOST + 1)
    except errors.Incorrect as why:
        return {"hits": [], "more": False, "fault": why.message, "asked": True}
    lines = [_hit(hit) for hit in hits[:MOST]]
    return {"hits": lines, "more": len(hits) > MOST, "fault": "", "asked": True}


_SEARCH = gettext_noop("Tìm người")


def _hit(hit):
    facts = (words.sex(hit.sex), hit.birth_text, hit.address, _("đã mất") if hit.deceased else "")
    numbers = [hit.masked[kind] for kind in ("citizen", "card", "social") if kind in hit.masked]
    return {
        "id": hit.id,
        "name": hit.name,
        "text": " · ".join(fact for fact in (*facts, *numbers[:1]) if fact),
        "sure": hit.score >= 90,
    }
