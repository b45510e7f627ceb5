"""What each call says of a dossier, in the field names of the exchange; their spelling is theirs."""

from haidang.engines.documents import api as documents
from haidang.rooms.national_portal import domain
from haidang.rooms.national_portal.services import client

CALLS = {
    "dossier": "NoiHoSo",
    "state": "CapNhatTrangThai",
    "payment": "CapNhatThanhToan",
    "result": "KetQua",
}


def body(row, shown):
    """The body of one outgoing thing; files that it names are given to the portal first.

    shown    None for a filing that was not taken in

    Raises    `client.NotReached`; as `documents.open_file` for a file that cannot leave the house
    """
    told = {"MaHoSo": row.code, "ThuTu": row.turn}
    return told | {
        "dossier": _dossier,
        "state": _state,
        "payment": _payment,
        "result": _result,
    }[row.kind](row, shown)


def _dossier(row, shown):
    return {
        "MaTTHC": shown.procedure,
        "TenTTHC": shown.procedure_name,
        "TenLinhVuc": shown.sector,
        "ChuHoSo": shown.applicant,
        "LoaiDoiTuong": 1 if shown.is_organisation else 0,
        "NgayNop": domain.moment(shown.submitted_at),
        "NgayHenTra": domain.moment(shown.due_at),
        "HinhThuc": 1 if shown.channel == "post" else 0,
        "TrangThaiHoSo": row.national_state,
        "ThanhPhanHoSo": [
            _file(name, sha256) | {"TenThanhPhanHoSo": title, "SoLuong": 1, "LoaiBan": 2}
            for title, name, sha256 in shown.papers
        ],
        "DanhSachLePhi": _fees(shown),
    }


def _fees(shown):
    if not shown.fee_vnd:
        return []
    return [
        {
            "TenPhiLePhi": shown.fee_name,
            "Gia": shown.fee_vnd,
            "HinhThucThu": 1,
            "MaThanhToan": shown.order,
            "NoiDungQR": shown.pay_text,
        }
    ]


def _state(row, shown):
    told = {
        "TrangThai": row.national_state,
        "ThoiDiemXuLy": domain.moment(row.happened_at),
        "NguoiXuLy": row.by_name,
        "NgayHenTra": domain.moment(shown.due_at) if shown else "",
    }
    if row.national_state == domain.UNPAID:
        told["DanhSachLePhi"] = _fees(shown)
    if row.national_state == domain.NOT_RECEIVED:
        told["NoiDungXuLy"] = row.words or shown.refusal
    if row.national_state == domain.MORE_WANTED:
        told["DanhSachHoSoBoSung"] = _supplements(row, shown)
    return told


def _supplements(row, shown):
    """What was asked for; what was brought and not taken is asked for again under the same number."""
    asked = [_supplement(number, one) for number, one in enumerate(shown.supplements, start=1)]
    if row.words and asked:
        before = asked[-1]["LyDo"]
        asked[-1]["LyDo"] = f"{before} {row.words}".strip()
    return asked


def _supplement(number, one):
    return {
        "HoSoBoSungId": number,
        "NoiDungBoSung": "; ".join(one.get("items", ())),
        "LyDo": one.get("reason", ""),
        "NguoiYeuCauBoSung": one.get("by", ""),
    }


def _payment(row, shown):
    return {
        "TrangThaiThanhToan": 1,
        "Gia": shown.fee_vnd,
        "MaThanhToan": shown.order,
        "NgayThanhToan": domain.moment(row.happened_at),
    }


def _result(row, shown):
    if shown.result is None:
        raise client.NotReached("the result has no signed file yet")
    code, number, title, sha256 = shown.result
    file = _file(f"{row.code}.pdf", sha256)
    return {
        "MaKetQua": code,
        "SoKyHieu": number,
        "TrichYeu": title,
        "NgayTra": domain.moment(row.happened_at),
        "DanhSachGiayToKetQua": [file | {"TenGiayTo": title}],
    }


def _file(name, sha256):
    with documents.open_file(sha256) as opened:
        file_id, digest = client.upload(name, opened.read())
    if digest != sha256:
        raise client.NotReached("the portal has other bytes of a file")
    return {"IdTepTin": file_id, "HashTepTin": digest, "TenTepDinhKem": name}
