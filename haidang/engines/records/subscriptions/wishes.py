"""What a subscription asks for, read from the R4 resource and checked at once.

Source    Subscriptions R5 Backport 1.1: `criteria` is the topic, its extensions the filters; channel extensions.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from haidang.engines.records.subscriptions import criteria, topics
from haidang.kernel import dates, errors

_IG = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition"
FILTER = f"{_IG}/backport-filter-criteria"
CONTENT = f"{_IG}/backport-payload-content"
HEARTBEAT = f"{_IG}/backport-heartbeat-period"
TIMEOUT = f"{_IG}/backport-timeout"
MOST = f"{_IG}/backport-max-count"
CONTENTS = ("empty", "id-only", "full-resource")
MASK = "***"
_FORMATS = ("", "application/fhir+json", "application/json")
_BLOCKED = {"host", "content-length", "transfer-encoding", "connection", "content-type"}


@dataclass(frozen=True)
class Wish:
    """A subscription's wish. `filters` are [type, [[name, value], …]]; times in seconds."""

    topic: str
    filters: list
    endpoint: str
    content: str
    heartbeat: int | None
    timeout: int
    most: int
    ends_at: str | None


def read(resource):
    """The Wish and the headers of a Subscription.

    Raises    Incorrect or RuleBroken `records.subscription_unfit` (facts: expression)
    """
    if not isinstance(resource, dict):
        raise _unfit("Subscription", _("Giá trị không đọc được."))
    channel = resource.get("channel")
    if not isinstance(channel, dict) or channel.get("type") != "rest-hook":
        raise _unfit("Subscription.channel.type", _("Chỉ nhận kênh rest-hook."))
    if channel.get("payload", "") not in _FORMATS:
        raise _unfit("Subscription.channel.payload", _("Chỉ gửi application/fhir+json."))
    topic = topics.topics().get(str(resource.get("criteria")))
    if topic is None:
        raise _unfit("Subscription.criteria", _("Không có chủ đề này."))
    numbers = _extensions(channel)
    wish = Wish(
        topic=topic.url,
        filters=[
            _filter(topic, one) for one in _extension_values(resource.get("_criteria"), FILTER)
        ],
        endpoint=_endpoint(channel.get("endpoint")),
        content=_content(channel),
        heartbeat=_number(numbers.get(HEARTBEAT), "heartbeatPeriod", 10, 86_400, None),
        timeout=_number(numbers.get(TIMEOUT), "timeout", 1, 30, 10),
        most=_number(numbers.get(MOST), "maxCount", 1, 200, 50),
        ends_at=_moment(resource.get("end")),
    )
    return wish, _headers(channel.get("header") or [])


def masked(resource):
    """The resource as it is kept and shown: the values of headers are secret."""
    channel = resource["channel"]
    if not channel.get("header"):
        return resource
    shown = [f"{line.partition(':')[0]}: {MASK}" for line in channel["header"]]
    return resource | {"channel": channel | {"header": shown}}


def _extension_values(element, url):
    listed = element.get("extension") if isinstance(element, dict) else None
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("url") == url:
            yield next((v for k, v in each.items() if k.startswith("value")), None)


def _extensions(channel):
    return {url: v for url in (HEARTBEAT, TIMEOUT, MOST) for v in _extension_values(channel, url)}


def _filter(topic, text):
    type, mark, query = text.partition("?") if isinstance(text, str) else ("", "", "")
    pairs = parse_qsl(query, keep_blank_values=True)
    names = {name.partition(":")[0] for name, _value in pairs}
    if not mark or not pairs or not topic.allows(type) or not names <= topic.filters:
        raise _unfit(
            "Subscription.criteria.extension",
            _("Điều kiện lọc phải có dạng Loại?tham-số=giá-trị, với tham số mà chủ đề cho phép."),
        )
    criteria.compiled(type, pairs)
    return [type, [list(pair) for pair in pairs]]


def _endpoint(text):
    """An address that may be called by its looks; where it leads is looked at when it is called."""
    try:
        parts = urlsplit(text) if isinstance(text, str) else urlsplit("")
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    local = settings.HAIDANG_HOOKS_TO_LOOPBACK and host in ("localhost", "127.0.0.1", "::1")
    if parts.username or not (
        host and (parts.scheme == "https" or (local and parts.scheme == "http"))
    ):
        raise _unfit("Subscription.channel.endpoint", _("Địa chỉ nhận phải là https."))
    if not local and (host == "localhost" or not _global(host)):
        raise _unfit("Subscription.channel.endpoint", _("Không gửi đến địa chỉ nội bộ."))
    return text


def _global(host):
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host  # a name: what it leads to is looked at when it is called


def _content(channel):
    found = next(_extension_values(channel.get("_payload"), CONTENT), None)
    found = found or ("id-only" if channel.get("payload") else "empty")
    if found not in CONTENTS:
        raise _unfit(
            "Subscription.channel.payload.extension",
            _("Nội dung gửi phải là empty, id-only hoặc full-resource."),
        )
    return found


def _number(value, name, least, most, otherwise):
    if value is None:
        return otherwise
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _unfit(
            "Subscription.channel.extension",
            _("{name} phải từ {least} đến {most}.").format(name=name, least=least, most=most),
        )
    return value


def _moment(text):
    return dates.parse_fhir(text)[1].isoformat() if text else None


def _headers(lines):
    found = []
    for line in lines if isinstance(lines, list) else [None]:
        name, mark, value = line.partition(":") if isinstance(line, str) else ("", "", "")
        plain = line.isascii() and line.isprintable() if isinstance(line, str) else False
        if not (mark and plain and name.replace("-", "").isalnum()) or name.lower() in _BLOCKED:
            raise _unfit("Subscription.channel.header", _("Tiêu đề phải có dạng Tên: giá trị."))
        found.append([name.strip(), value.strip()])
    return found


def _unfit(expression, why):
    return errors.RuleBroken("records.subscription_unfit", why, expression=expression)
