"""What can be wrong with a message as such (lỗi của thông điệp), in words for its sender.

Problems inside a dossier come from the adapter that reads it; these are about the file around
it, the package, and the right to send it. All are a `model.Problem`.
"""

from django.utils.translation import get_language

from haidang.engines.exchange.adapters.claims import model
from haidang.kernel import errors

ERROR, WARNING = model.ERROR, model.WARNING

_RESEND = ("Nén lại chỉ các tệp XML rồi gửi lại.", "Zip the XML files alone and send again.")

# code -> (severity, Vietnamese, English, what to do in Vietnamese, in English)
_WORDS = {
    "exchange.package_empty": (
        ERROR,
        "Gói zip không có tệp nào.",
        "The zip holds no files.",
        "Chọn lại gói rồi gửi lại.",
        "Choose the right zip and send again.",
    ),
    "exchange.package_unreadable": (
        ERROR,
        "Gói zip hỏng hoặc thiếu.",
        "The zip is damaged or incomplete.",
        "Nén lại rồi gửi lại.",
        "Make the zip anew and send again.",
    ),
    "exchange.package_same_name": (
        ERROR,
        "Gói zip có hai tệp trùng tên: {entry}.",
        "Two files in the zip have the same name: {entry}.",
        "Đổi tên một tệp rồi gửi lại.",
        "Rename one of them and send again.",
    ),
    "exchange.package_path": (
        ERROR,
        "Gói zip có đường dẫn không an toàn: {entry}.",
        "The zip has an unsafe path: {entry}.",
        *_RESEND,
    ),
    "exchange.package_encrypted": (
        ERROR,
        "Gói zip đặt mật khẩu.",
        "The zip is protected by a password.",
        "Bỏ mật khẩu rồi gửi lại.",
        "Remove the password and send again.",
    ),
    "exchange.package_link": (
        ERROR,
        "Gói zip có liên kết thay vì tệp: {entry}.",
        "The zip holds a link instead of a file: {entry}.",
        *_RESEND,
    ),
    "exchange.package_ratio": (
        ERROR,
        "Tệp {entry} phình quá lớn khi giải nén.",
        "The file {entry} grows too much when unpacked.",
        "Kiểm tra lại tệp này rồi gửi lại.",
        "Check this file and send again.",
    ),
    "exchange.package_not_xml": (
        ERROR,
        "Gói zip có tệp không phải XML: {entry}.",
        "The zip holds a file that is not XML: {entry}.",
        *_RESEND,
    ),
    "exchange.package_nested": (
        ERROR,
        "Gói zip lồng trong gói zip: {entry}.",
        "A zip inside the zip: {entry}.",
        *_RESEND,
    ),
    "exchange.empty": (
        ERROR,
        "Tệp không có nội dung.",
        "The file is empty.",
        "Chọn lại tệp rồi gửi lại.",
        "Choose the file again and send it.",
    ),
    "exchange.unreadable": (
        ERROR,
        "Không đọc được tệp trên đĩa.",
        "The file on the disk cannot be read.",
        "Kiểm tra quyền đọc tệp và ổ đĩa rồi gửi lại.",
        "Check the permission to read the file, and the disk, and send it again.",
    ),
    "exchange.too_large": (
        ERROR,
        "Tệp vượt giới hạn {limit}.",
        "The file is over the limit of {limit}.",
        "Chia thành nhiều tệp nhỏ hơn, hoặc nén thành gói zip, rồi gửi lại.",
        "Split it into smaller files, or zip it, and send again.",
    ),
    "exchange.package_too_large": (
        ERROR,
        "Gói zip vượt giới hạn {limit}.",
        "The zip is over the limit of {limit}.",
        "Chia thành nhiều gói nhỏ hơn rồi gửi lại.",
        "Split it into smaller zips and send again.",
    ),
    "exchange.package_entry_too_large": (
        ERROR,
        "Tệp {entry} trong gói zip lớn hơn {limit}.",
        "The file {entry} in the zip is larger than {limit}.",
        "Chia tệp này thành nhiều tệp nhỏ hơn, nén lại rồi gửi lại.",
        "Split this file into smaller ones, zip them and send again.",
    ),
    "exchange.not_your_facility": (
        ERROR,
        "Tệp mang mã cơ sở {sender}, khác cơ sở gửi {org}.",
        "The file is of facility {sender}, and you send for {org}.",
        "Gửi bằng tài khoản hoặc mã kết nối của đúng cơ sở.",
        "Send it with the account or token of that facility.",
    ),
    "exchange.facility_unknown": (
        WARNING,
        "Không có cơ sở khám bệnh, chữa bệnh mang mã {facility} trong danh mục.",
        "No health facility has the code {facility}.",
        "Kiểm tra mã cơ sở, hoặc đề nghị Sở Y tế thêm cơ sở vào danh mục.",
        "Check the code, or ask the Department of Health to add the facility.",
    ),
    "exchange.visit_unnamed": (
        ERROR,
        "Hồ sơ không cho biết mã liên kết (MA_LK) và mã cơ sở (MA_CSKCB), hoặc mã quá dài.",
        "The dossier lacks its visit key (MA_LK) or facility code (MA_CSKCB), or they are too long.",
        "Điền MA_LK (đến 100 ký tự) và MA_CSKCB (5 ký tự) rồi gửi lại.",
        "Fill in MA_LK (up to 100 characters) and MA_CSKCB (5 characters) and send again.",
    ),
    "exchange.made_in_future": (
        WARNING,
        "Ngày lập (NGAYLAP) sau ngày nhận.",
        "The day of making (NGAYLAP) lies after the day of arrival.",
        "Kiểm tra đồng hồ của máy lập hồ sơ; ngày nhận được dùng thay.",
        "Check the clock of the sending system; the day of arrival is used.",
    ),
    "exchange.not_processed": (
        ERROR,
        "Hệ thống chưa xử lý được nội dung này; nội dung đã được giữ nguyên.",
        "The product could not process this; it is kept as it came.",
        "Không cần gửi lại. Báo mã thông điệp cho bộ phận công nghệ thông tin của Sở Y tế.",
        "No need to send again. Tell the message id to the IT unit of the Department of Health.",
    ),
    "exchange.process_killed": (
        ERROR,
        "Chương trình đã dừng đột ngột {times} lần khi xử lý hồ sơ thứ {position} của tệp này, nên tệp được để riêng.",
        "The program ended abruptly {times} times at dossier {position} of this file, so the file is set aside.",
        "Báo mã thông điệp cho bộ phận công nghệ thông tin của Sở Y tế; các hồ sơ sau hồ sơ đó có thể gửi trong tệp khác.",
        "Tell the message id to the IT unit of the Department of Health; the dossiers after that one may be sent in another file.",
    ),
}


def words_of(code):
    """The sentences of a problem in Vietnamese and in English, with `{…}` where its facts go."""
    _severity, vi, en, action_vi, action_en = _WORDS[code]
    return f"{vi} {action_vi}", f"{en} {action_en}"


def problem(code, **facts):
    """The problem of that code, its sentences filled with facts."""
    severity, vi, en, action_vi, action_en = _WORDS[code]
    sentences = (vi.format(**facts), en.format(**facts), action_vi, action_en)
    return model.Problem("", 0, "", code, severity, *sentences)


def refusal(code, kind=errors.Incorrect, **facts):
    """An error that carries such a problem to whoever asked, in their language."""
    told = problem(code, **facts)
    english = (get_language() or "vi").startswith("en")
    words = f"{told.en} {told.action_en}" if english else f"{told.vi} {told.action_vi}"
    return kind(code, words, **facts)


def told_by(error):
    """The problem behind a `refusal`."""
    return problem(error.code, **error.facts)
