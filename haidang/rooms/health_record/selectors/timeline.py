"""The life by episodes, as `ui/components/timeline.html` draws it."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from haidang.kernel import errors, money
from haidang.rooms.health_record import fhir
from haidang.rooms.health_record.domain import parts, summaries
from haidang.rooms.health_record.domain import timeline as rules
from haidang.rooms.health_record.domain.results import HIGH
from haidang.rooms.health_record.selectors import words

AT_ONCE = 15
#: Results told in one line of a report; the rest stand on the results page.
_IN_A_LINE = 12
_SHOWN = tuple(
    t for t in fhir.TYPES if t not in ("Patient", "Coverage", "Provenance", "Observation")
)


_PAPERS = ("Composition", "DocumentReference")


def of(record, urls, *, kind="", start=0):
    """One page of the timeline: episodes, filters, and the address of what comes before.

    urls    an object with `kind(code)`, `more(start)`, `paper(ref)` and `visit(ref)` addresses
    """
    whole = rules.episodes(record.of("Encounter"), _others(record))
    counts = rules.counts(whole)
    shown = rules.only(whole, kind) if kind in counts else whole
    page = shown[start : start + AT_ONCE]
    results = {result.ref: result for result in record.results}
    rest = start + AT_ONCE < len(shown)
    told = [
        _episode(record, one, results, urls, place == 0 and not start)
        for place, one in enumerate(page)
    ]
    return {
        "episodes": _without_year(told, shown[start - 1].day[:4]) if start and page else told,
        "kinds": _kinds(counts, kind, urls),
        "more_url": urls.more(start + AT_ONCE) if rest else "",
        "total": len(whole),
    }


def _without_year(told, year):
    """Leave out the heading of a year that the page before has opened."""
    return [one | {"year": ""} if one["year"] == year else one for one in told]


def _others(record):
    kept = [t for t in _SHOWN if t not in ("Encounter", *_PAPERS)]
    return record.of(*kept) + summaries.papers(record.of(*_PAPERS)) + record.results


def _kinds(counts, kind, urls):
    if len(counts) < 2:
        return []
    every = {"label": _("Tất cả"), "count": sum(counts.values()), "url": urls.kind("")}
    chips = [every | {"active": kind not in counts}]
    for code, count in counts.items():
        chip = {"label": words.word(words.KINDS, code), "icon": words.ICONS[code], "count": count}
        chips.append(chip | {"url": urls.kind(code), "active": code == kind})
    return chips


def _episode(record, episode, results, urls, is_open):
    visit = episode.visit
    told = [
        _ENTRIES[kind](part, results, urls) for kind in rules.KINDS for part in episode.of(kind)
    ]
    shared = {
        "year": episode.day[:4],
        "count": len(told),
        "entries": told,
        "open": is_open,
    }
    if visit is None:
        icon = words.ICONS[next(iter(episode.parts), "note")]
        title = _("Ngoài lượt khám")
        return shared | {"title": title, "when": words.day(episode.day), "icon": icon}
    return shared | {
        "title": words.visit_title(visit),
        "when": words.when(visit),
        "place": record.place(visit),
        "icon": "ambulance" if visit.emergency else "bed" if visit.kind == "IMP" else "stethoscope",
        "tone": "bad" if visit.emergency else "warn" if visit.kind == "IMP" else "info",
        "text": _outcome(visit),
        "url": urls.visit(visit.ref),
    }


def _outcome(visit):
    reason = _("Lý do: %(reason)s") % {"reason": visit.reason} if visit.reason else ""
    return words.short(" · ".join(part for part in (reason, visit.outcome) if part))


def _problem(part, results, urls):
    code = f"{part.code} " if part.code and part.code not in part.name else ""
    return {"icon": "stethoscope", "title": code + part.name}


def _note(part, results, urls):
    return {"icon": "notebook-pen", "title": words.short(part.text), "when": words.day(part.at)}


def _result(part, results, urls):
    if isinstance(part, parts.Report):
        return _report(part, results)
    kind, label = words.level(part)
    entry = {"icon": "activity" if part.vital else "flask-conical", "when": words.day(part.at)}
    return entry | {"title": f"{part.name} {part.text}", "badge_kind": kind, "badge_label": label}


def _report(part, results):
    listed = [results[ref] for ref in part.results if ref in results]
    line = " · ".join(f"{one.name} {one.text}" for one in listed[:_IN_A_LINE])
    more = len(listed) - _IN_A_LINE
    line += _(" và %(n)d chỉ số khác") % {"n": more} if more > 0 else ""
    out = [one for one in listed if words.level(one)[0]]
    entry = {
        "icon": "scan" if part.kind == "RAD" else "flask-conical",
        "title": part.name,
        "when": words.day(part.at),
        "text": line or words.short(part.conclusion or part.description),
    }
    if out:
        label = ngettext("%(n)d ngoài khoảng", "%(n)d ngoài khoảng", len(out)) % {"n": len(out)}
        high = any(one.level == HIGH for one in out)
        entry |= {"badge_kind": "bad" if high else "warn", "badge_label": label}
    return entry


def _procedure(part, results, urls):
    return {"icon": "clipboard-check", "title": part.name, "when": words.day(part.at)}


def _medicine(part, results, urls):
    told = (part.dose, part.how, part.quantity)
    return {
        "icon": "pill",
        "title": words.medicine(part),
        "text": ", ".join(dict.fromkeys(one for one in told if one)),
    }


def _vaccine(part, results, urls):
    dose = _("mũi %(dose)s") % {"dose": part.dose} if part.dose else ""
    return {
        "icon": "syringe",
        "title": ", ".join(filter(None, (part.name, dose))),
        "when": words.day(part.at),
    }


def _paper(part, results, urls):
    return {
        "icon": "file-text",
        "title": part.title or _("Giấy tờ"),
        "when": words.day(part.at),
        "url": urls.paper(part.ref),
    }


def _cost(part, results, urls):
    split = (
        (_("bảo hiểm trả %(amount)s"), part.insurer),
        (_("người bệnh trả %(amount)s"), part.patient),
    )
    shown = [text % {"amount": money.show(amount)} for text, amount in split if amount is not None]
    total = money.show(part.total) if part.total is not None else "–"
    return {
        "icon": "receipt",
        "title": _("Chi phí %(total)s") % {"total": total},
        "text": ", ".join(shown),
    }


_ENTRIES = {
    "problem": _problem, "note": _note, "result": _result, "procedure": _procedure,
    "medicine": _medicine, "vaccine": _vaccine, "paper": _paper, "cost": _cost,
}  # fmt: skip


def one(record, urls, ref):
    """One visit with everything in it.

    Raises    NotFound `health_record.no_visit`
    """
    whole = rules.episodes(record.of("Encounter"), _others(record))
    found = next((e for e in whole if e.visit and e.visit.ref == ref), None)
    if found is None:
        raise errors.NotFound("health_record.no_visit", _("Hồ sơ này không có lượt khám đó."))
    results = {result.ref: result for result in record.results}
    episode = _episode(record, found, results, urls, True)
    return {"episodes": [episode | {"url": ""}], "title": episode["title"]}
