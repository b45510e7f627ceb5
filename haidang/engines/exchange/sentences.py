"""Sentences of the adapters, which know no Django: here so that the catalogue has their English."""

from django.utils.translation import gettext_noop as _

CLAIMS = (
    _(
        "Không có lượt khám nào đến từ hồ sơ giám định trong các bản ghi này; chỉ xuất được lượt khám như vậy."
    ),
)
