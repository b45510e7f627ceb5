"""What applicants are told."""

from haidang.engines.notify.api import Kind

MESSAGES = [
    Kind(
        "procedures.submitted",
        "Đã nhận hồ sơ {code} qua mạng",
        "Hồ sơ {code} đã tới cơ quan. Bạn sẽ được báo khi có người tiếp nhận.",
        "Dossier {code} arrived",
        "Dossier {code} has arrived. You will be told when it is received.",
    ),
    Kind(
        "procedures.received",
        "Hồ sơ {code} đã được tiếp nhận",
        "Hồ sơ {code} đủ giấy tờ và đang được giải quyết.",
        "Dossier {code} is received",
        "Dossier {code} is complete and is being worked on.",
    ),
    Kind(
        "procedures.supplement",
        "Hồ sơ {code} cần bổ sung",
        "Hãy mở hồ sơ {code} để xem từng giấy tờ còn thiếu. Thời hạn tạm dừng cho tới khi bạn bổ sung.",
        "Dossier {code} needs more",
        "Open dossier {code} to see what is missing. The clock waits for you.",
    ),
    Kind(
        "procedures.refused",
        "Hồ sơ {code} không được tiếp nhận",
        "Hãy mở hồ sơ {code} để xem lý do. Lệ phí đã nộp sẽ được trả lại.",
        "Dossier {code} is not received",
        "Open dossier {code} to see why. The fee will be paid back.",
    ),
    Kind(
        "procedures.signed",
        "Kết quả hồ sơ {code} đã được ký",
        "Kết quả đã có đủ chữ ký. Bạn sẽ được báo khi cơ quan trả kết quả.",
        "The result of dossier {code} is signed",
        "The result has all its signatures. You will be told when it is given out.",
    ),
    Kind(
        "procedures.returned",
        "Hồ sơ {code} đã có kết quả",
        "Mở hồ sơ {code} để tải kết quả.",
        "Dossier {code} has its result",
        "Open dossier {code} to download the result.",
    ),
]
