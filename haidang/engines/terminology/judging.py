"""Whether a code, as somebody wrote it, is right, and the sentence that says what is wrong.

A display is right when it is the Vietnamese, the English or the value set's own words for the code,
whatever the case and spacing; marks count. What else R4 leaves open: docs/decisions/0007.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from haidang.engines.terminology import choosing, lookups
from haidang.kernel import text


@dataclass(frozen=True)
class Coding:
    """A code as it was sent; what was not sent is empty."""

    system: str
    code: str
    version: str = ""
    display: str = ""


@dataclass(frozen=True)
class Verdict:
    """What was found. `message` says what is wrong, or, with a result of True, what to heed."""

    result: bool
    coding: Coding
    reason: str = ""
    message: str = ""
    display: str = ""
    system: str = ""
    version: str = ""
    inactive: bool = False


@dataclass(frozen=True)
class Known:
    """What is loaded of the codes asked for: concepts by (system, code), and systems by URL."""

    concepts: Mapping[tuple[str, str], lookups.Concept]
    systems: Mapping[str, choosing.System]


def concepts(codings, *, version=None, on=None):
    """What is loaded of some codings, in two queries."""
    pairs = [(lookups.clean(c.system), lookups.clean(c.code)) for c in codings if c.system]
    urls = {system for system, _code in pairs}
    rows = choosing.versions_of(urls) if urls else []
    day = on or choosing.today()
    chosen = {url: choosing.choose(rows, url, version, day) for url in urls}
    return Known(
        lookups.lookup_many(pairs, version=version, on=day),
        {url: found for url, found in chosen.items() if found},
    )


def why_unknown(coding, known):
    """Why a code is not to be found at all: a reason, or None when its system has it."""
    if not coding.system or (coding.system, coding.code) in known.concepts:
        return None
    system = known.systems.get(coding.system)
    if system is None:
        return "system"
    return "unknown" if system.complete else "perhaps"


def judge(coding, found, *, abstract, language):
    """Judge a coding against its concept or member (with `words`, `inactive`, `abstract`)."""
    if found.abstract and not abstract:
        return wrong(coding, "abstract", found=found, language=language)
    if coding.display and found.words and not _says(coding.display, found.words.values()):
        return wrong(coding, "display", found=found, language=language)
    reason = "inactive" if found.inactive else ""
    return _verdict(True, coding, reason, found, language)


def wrong(coding, reason, *, found=None, language="vi", **facts):
    """The verdict that a coding is wrong."""
    return _verdict(False, coding, reason, found, language, **facts)


def best(verdicts):
    """Of the verdicts about the codings of one concept the one that tells most."""
    right = [v for v in verdicts if v.result]
    return right[0] if right else max(verdicts, key=lambda v: bool(v.display))


def told(verdict, language):
    """What a reader of a language is told about a verdict; empty when there is nothing to say."""
    if not verdict.reason:
        return ""
    with translation.override("en" if language.startswith("en") else "vi"):
        facts = {
            "code": verdict.coding.code,
            "system": verdict.coding.system,
            "said": verdict.coding.display,
            "display": verdict.display,
            "version": verdict.version,
        }
        return _sentences()[verdict.reason].format(**facts)


def _sentences():
    return {
        "system": _("Danh mục {system} chưa được nạp ở đây, nên không kiểm tra được mã {code}."),
        "unknown": _("Mã {code} không có trong danh mục {system}."),
        "perhaps": _("Không thấy mã {code}; danh mục {system} ở đây chỉ có một phần."),
        "outside": _("Mã {code} không thuộc tập mã này."),
        "ambiguous": _("Mã {code} có trong nhiều danh mục của tập mã này; hãy nêu system."),
        "version": _("Tập mã này dùng phiên bản {version} của danh mục {system}."),
        "other_version": _(
            "Đang kiểm tra theo phiên bản {version} của danh mục {system}, còn mã {code} được nêu"
            " theo phiên bản khác."
        ),
        "abstract": _("Mã {code} là tiêu đề nhóm, không dùng để ghi; hãy chọn mã cụ thể hơn."),
        "display": _("“{said}” không phải tên của mã {code}; tên đúng là “{display}”."),
        "inactive": _("Mã {code} không còn dùng."),
    }


def _verdict(result, coding, reason, found, language, version=""):
    from haidang.engines.terminology.valuesets import expanding

    return Verdict(
        result=result,
        coding=coding,
        reason=reason,
        display=expanding.shown(found.words, coding.code, language) if found else "",
        system=found.system if found else coding.system,
        version=found.version if found else version,
        inactive=bool(found and found.inactive),
    )


def _says(display, words):
    wanted = text.tidy(display).casefold()
    return any(text.tidy(each).casefold() == wanted for each in words)
