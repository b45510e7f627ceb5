"""Sentences of `kernel.dates` and `kernel.fhirjson`, which know no Django: here so that the catalogue has their English."""

from django.utils.translation import gettext_noop as _

READING = (
    _("Ngày giờ không đúng dạng; ví dụ đúng: 2026-11-25."),
    _("Nội dung gửi lên có phần tử ghi hai lần; chỉ giữ một rồi gửi lại."),
    _("Nội dung gửi lên không phải JSON đọc được; kiểm tra lại tệp rồi gửi lại."),
)
