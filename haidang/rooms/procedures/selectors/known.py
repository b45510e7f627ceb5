"""Words of the room's rules and data, which readers of other languages read too.

Rules and data are Vietnamese and know no languages; what an officer writes stays as it is.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

#: Names in the processes that come with the room.
STEPS = frozenset(
    [
        gettext_noop("Tiếp nhận"),
        gettext_noop("Bổ sung hồ sơ"),
        gettext_noop("Thẩm định"),
        gettext_noop("Thẩm định hồ sơ"),
        gettext_noop("Kiểm tra thực tế"),
        gettext_noop("Khắc phục"),
        gettext_noop("Khắc phục và báo cáo"),
        gettext_noop("Họp hội đồng tư vấn"),
        gettext_noop("Ý kiến của đơn vị phối hợp"),
        gettext_noop("Lãnh đạo phòng kiểm tra"),
        gettext_noop("Ký kết quả"),
        gettext_noop("Trả kết quả"),
        gettext_noop("Đã trả kết quả"),
        gettext_noop("Đã công bố"),
        gettext_noop("Cần bổ sung"),
        gettext_noop("Không tiếp nhận"),
        gettext_noop("Không đạt"),
        gettext_noop("Làm lại"),
        gettext_noop("Công bố tự động"),
        gettext_noop("Giải quyết liên thông"),
        gettext_noop("Thẩm định có hội đồng tư vấn"),
        gettext_noop("Thẩm định có kiểm tra thực tế"),
    ]
)
#: Names of the days off by law.
HOLIDAYS = frozenset(
    [
        gettext_noop("Tết Dương lịch"),
        gettext_noop("Tết Nguyên đán"),
        gettext_noop("Giỗ Tổ Hùng Vương"),
        gettext_noop("Ngày Chiến thắng"),
        gettext_noop("Ngày Quốc tế lao động"),
        gettext_noop("Quốc khánh"),
    ]
)
#: What `domain.procedure` finds wrong; pages say it by the filter `spoken`.
FAULTS = frozenset(
    [
        gettext_noop("Cần có nội dung ở đây."),
        gettext_noop("Mức dịch vụ là full hoặc partial."),
        gettext_noop("Dịch vụ một phần phải công bố lý do."),
        gettext_noop("Cần ít nhất một căn cứ pháp lý."),
        gettext_noop("Đơn vị là working_day, day hoặc hour."),
        gettext_noop("Nêu căn cứ của mức thu."),
        gettext_noop("Mỗi giấy tờ có key và title."),
        gettext_noop("Cần một số nguyên không âm."),
        gettext_noop("Mỗi căn cứ là một dòng chữ, hoặc title với valid_from, valid_to."),
        gettext_noop("Mỗi thay đổi có source, valid_from, valid_to, và term hoặc fee_vnd."),
        gettext_noop("Mỗi từ để tìm là một dòng chữ."),
        gettext_noop("Điều kiện là một danh sách, nhiều nhất 20."),
        gettext_noop("Mỗi điều kiện có key, ask và otherwise, viết bằng chữ."),
        gettext_noop("Hai điều kiện không thể cùng key."),
        gettext_noop("Thủ tục nên làm thay phải là một thủ tục khác."),
    ]
)
_SHOWN = STEPS | HOLIDAYS


def shown(text):
    """A name in the reader's language, if it is one of ours."""
    return _(text) if text in _SHOWN else text
