"""Sentences of `kernel.identity`, which knows no Django: here so that the catalogue has their English."""

from django.utils.translation import gettext_noop as _

IDENTITY = (
    _("Số định danh cá nhân gồm đúng 12 chữ số; hãy xem lại số trên thẻ căn cước."),
    _("Mã thẻ bảo hiểm y tế gồm 15 ký tự (ví dụ GD4310000000001) hoặc 10 chữ số."),
    _("Mã QR này không phải của thẻ căn cước hoặc thẻ bảo hiểm y tế."),
    _("Mã QR đọc chưa đủ; hãy lau mặt thẻ và quét lại, hoặc gõ số trên thẻ."),
)
