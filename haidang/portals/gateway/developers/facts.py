"""What the reference page tells: operations, scopes, limits, profiles, addresses; read from what is served."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from haidang.engines.access import api as access
from haidang.engines.records import api as records
from haidang.kernel import actor, fhirjson, systems
from haidang.portals.gateway import payments
from haidang.portals.gateway.developers import openapi, sandbox
from haidang.portals.gateway.fhir import bundles, negotiation, operations
from haidang.portals.gateway.smart import endpoints
from haidang.rooms.open_data import api as open_data

_MOST_PROFILES = 200
#: What each operation is for; one that is not named here stands with its name alone.
_PURPOSES = {
    "docref": gettext_noop("Giấy tờ của một người, cùng bản tóm tắt lập khi hỏi"),
    "events": gettext_noop("Những việc đã xảy ra, hỏi lại theo số thứ tự"),
    "everything": gettext_noop("Toàn bộ hồ sơ của một người, theo trang"),
    "expand": gettext_noop("Các mã trong một bộ giá trị"),
    "export": gettext_noop("Xuất hàng loạt dạng NDJSON, lấy kết quả sau"),
    "import": gettext_noop("Nhập hàng loạt từ các tệp NDJSON"),
    "lookup": gettext_noop("Tên và thuộc tính của một mã"),
    "match": gettext_noop("Người này đã có hồ sơ chưa: chấm điểm và giải thích"),
    "merge": gettext_noop("Gộp hai hồ sơ của một người; có xem trước"),
    "purge": gettext_noop("Xoá vĩnh viễn hồ sơ của một người, có lý do"),
    "reindex": gettext_noop("Lập lại chỉ mục cho tham số tìm kiếm mới"),
    "restart": gettext_noop("Bắt tay lại và gửi tiếp, hoặc gửi lại từ một số thứ tự"),
    "sql-export": gettext_noop("Xuất kết quả của khung nhìn và câu SQL ra tệp, lấy sau"),
    "sql-run": gettext_noop("Chạy một khung nhìn hoặc một câu SQL trên dữ liệu thành phố"),
    "status": gettext_noop("Đăng ký nhận tin đang ra sao, vì sao lỗi"),
    "subsumes": gettext_noop("Mã này có bao hàm mã kia không"),
    "summary": gettext_noop("Bản tóm tắt sức khoẻ (International Patient Summary)"),
    "topics": gettext_noop("Các chủ đề có thể đăng ký nhận tin"),
    "translate": gettext_noop("Đổi mã từ danh mục này sang danh mục khác"),
    "unmerge": gettext_noop("Tách lại hai hồ sơ đã gộp, trả lại đúng phần đã chuyển"),
    "validate": gettext_noop("Kiểm tra một tài nguyên và giải thích từng lỗi"),
    "validate-code": gettext_noop("Mã này có thuộc bộ giá trị không"),
}
#: What each address beside FHIR is for, by its name.
_DEEDS = {
    "action": gettext_noop("Hỏi danh mục dữ liệu mở theo cách của CKAN"),
    "action_bare": gettext_noop("Như vậy, không ghi phiên bản trong địa chỉ"),
    "alive": gettext_noop("Máy chủ có trả lời không"),
    "authorize_app": gettext_noop("Mở trang để một người cho phép ứng dụng"),
    "catalogue": gettext_noop("Danh mục dữ liệu mở: trang, hoặc DCAT-AP khi hỏi JSON-LD"),
    "catalogue_graph": gettext_noop("Danh mục dữ liệu mở theo DCAT-AP"),
    "dataset_graph": gettext_noop("Một bộ dữ liệu mở theo DCAT-AP"),
    "download": gettext_noop("Tải một tệp của một bản phát hành dữ liệu mở"),
    "download_newest": gettext_noop("Tải một tệp của bản phát hành mới nhất"),
    "get_sample_dossier": gettext_noop("Lấy một hồ sơ mẫu để gửi thử"),
    "get_sandbox": gettext_noop("Lấy mã để thử"),
    "metrics": gettext_noop("Số đo cho Prometheus"),
    "notice_of_payment": gettext_noop("Ngân hàng báo tiền đã về"),
    "oauth_introspect": gettext_noop("Hỏi một mã truy cập của mình còn mở được gì"),
    "oauth_keys": gettext_noop("Khoá công khai để kiểm tra mã nhận dạng (ID token)"),
    "oauth_revoke": gettext_noop("Bỏ một mã truy cập"),
    "oauth_token": gettext_noop("Đổi lấy mã truy cập"),
    "openapi": gettext_noop("Bản mô tả OpenAPI này"),
    "openid_configuration": gettext_noop("Các địa chỉ và khả năng của /oauth theo OpenID Connect"),
    "ready": gettext_noop("Có gửi việc đến đây được không"),
    "see_claims": gettext_noop("Xem hồ sơ giám định đã gửi ra sao"),
    "see_dataset": gettext_noop("Một bộ dữ liệu mở: trang, hoặc DCAT-AP khi hỏi JSON-LD"),
    "send_claims": gettext_noop("Gửi hồ sơ giám định"),
    "smart_configuration": gettext_noop("Các địa chỉ và khả năng của /oauth theo SMART"),
    "version": gettext_noop("Phiên bản của API dữ liệu mở"),
}
SCOPES = (
    ("gateway.use_fhir", gettext_noop("Vào được /fhir; cần cho mọi kết nối FHIR")),
    ("system/*.rs", gettext_noop("Đọc (r) và tìm (s) mọi loại tài nguyên")),
    ("system/Observation.cruds", gettext_noop("Tạo, đọc, sửa, xoá, tìm một loại tài nguyên")),
    ("gateway.merge_people", gettext_noop("Gộp và tách hồ sơ bằng $merge và $unmerge")),
    ("gateway.see_whole_city", gettext_noop("Thấy mọi người của thành phố; chỉ cấp cho hệ thống của thành phố")),
    ("intake.send_claims", gettext_noop("Gửi hồ sơ giám định vào /gateway/claims")),
)  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """One StructureDefinition that the server publishes (hồ sơ chuẩn).

    address    where it can be read, or nothing when it is not stored as a record
    """

    url: str
    title: str
    text: str
    type: str
    address: str


def served():
    """Every operation once, with all places where it can be asked."""
    found = {}
    for one in operations.served():
        found.setdefault(one.name, []).append(one)
    return [
        {
            "name": f"${name}",
            "places": [_place(where, name) for one in several for where in one.on],
            "purpose": _(_PURPOSES[name]) if name in _PURPOSES else several[0].definition,
        }
        for name, several in found.items()
    ]


def _place(where, name):
    kind, _slash, instance = where.partition("/")
    start = {"system": "/fhir", "*": "/fhir/<type>"}.get(kind, f"/fhir/{kind}")
    return f"{start}/<id>/${name}" if instance else f"{start}/${name}"


def addresses():
    """(methods, path, what it is for) of every address beside FHIR."""
    return [
        (", ".join(methods), path, _(_DEEDS[name])) for methods, path, name in openapi.addresses()
    ]


def scopes():
    return [(scope, _(text)) for scope, text in SCOPES]


def limits():
    """(what, how much) of every limit that a system may meet."""
    return [*_rates(), *_sizes()]


def _rates():
    """How often; beyond it the answer is 429."""
    per_minute, per_hour = _("%(n)s lần một phút"), _("%(n)s lần một giờ")
    tries = {"n": endpoints.TRIES, "minutes": endpoints.PER // timedelta(minutes=1)}
    return [
        (_("Hồ sơ giám định gửi vào"), per_minute % {"n": settings.HAIDANG_GATEWAY_CLAIMS_PER_MINUTE}),
        (_("Hỏi $match"), per_minute % {"n": settings.HAIDANG_MATCHES_PER_MINUTE}),
        (_("Xuất và nhập hàng loạt"), per_hour % {"n": settings.HAIDANG_BULK_JOBS_PER_HOUR}),
        (_("Lấy mã thử từ một địa chỉ mạng"), per_hour % {"n": sandbox.PER_HOUR}),
        (_("Gọi /oauth từ một địa chỉ mạng"), _("%(n)s lần trong %(minutes)s phút") % tries),
        (_("Báo tiền về cho một tài khoản nhận"), per_minute % {"n": payments.PER_MINUTE}),
        (_("Gọi API dữ liệu mở từ một địa chỉ mạng"), per_minute % {"n": open_data.LIMITS["api"]}),
        (_("Tải tệp dữ liệu mở từ một địa chỉ mạng"), per_minute % {"n": open_data.LIMITS["file"]}),
    ]  # fmt: skip


def _sizes():
    """How much at once; beyond it the answer is 413, and a page of a history ends."""
    megabytes = _("%(n)s MB")
    return [
        (_("Nội dung FHIR gửi lên"), megabytes % {"n": negotiation.LARGEST_BODY // (1024 * 1024)}),
        (_("Tệp hồ sơ giám định"), megabytes % {"n": settings.HAIDANG_CLAIMS_FILE_MB}),
        (_("Gói zip nhiều hồ sơ"), megabytes % {"n": settings.HAIDANG_CLAIMS_PACKAGE_MB}),
        (_("Tin báo tiền về"), _("%(n)s KB") % {"n": payments.LARGEST // 1024}),
        (_("Tham số của một lần tìm"), negotiation.MOST_PARAMETERS),
        (_("Mục của một gói gọi thao tác, hỏi lịch sử hoặc ngăn hồ sơ"), bundles.MOST_ASKED),
        (_("Phiên bản trên một trang lịch sử"), negotiation.MOST_VERSIONS),
    ]  # fmt: skip


def profiles():
    """The StructureDefinitions that the server publishes, and those that are stored as records."""
    with access.reach(actor.SYSTEM):
        page = records.search("StructureDefinition", [("_count", str(_MOST_PROFILES))])
    stored = {one.resource.get("url"): (one.ref, one.resource) for one in page.matches}
    found = {each["url"]: ("", each) for each in records.validation.published()} | stored
    shown = [
        _profile(url, *pair) for url, pair in found.items() if url and url.startswith(systems.BASE)
    ]
    return sorted(shown, key=lambda one: (one.type, one.title))


def _profile(url, ref, resource):
    language = translation.get_language()
    title, text = (
        fhirjson.in_language(resource, name, language) for name in ("title", "description")
    )
    title = title or resource.get("name", "")
    return Profile(url, title, text, resource.get("type", ""), f"/fhir/{ref}" if ref else "")
