"""The rules of the portal: which calls it takes, in which order, and what it tells the unit.

Names of calls and fields are those of the flow of ministry portals and of the older one-stop
exchange (DongBoHoSoMC, DanhSachHoSoBoSung, TrangThaiHoSo); their spelling is theirs. A call changes
something once: the same key with the same body gets the same answer, with another body error 09.
"""

import hashlib
import json

OK = "00"
ERRORS = {
    "01": "Thiếu trường bắt buộc",
    "04": "Không có hồ sơ này",
    "05": "Sai thứ tự cập nhật",
    "06": "Không được chuyển sang trạng thái này",
    "08": "Tệp không khớp mã băm",
    "09": "Khóa đã dùng cho nội dung khác",
}
# TrangThaiHoSo that may follow each one; 6 to 1 is a fee that was paid before anybody received it.
NEXT = {
    1: {1, 2, 3, 5, 6, 7, 9},
    2: {4, 5, 6, 7, 8},
    3: set(),
    4: {4, 5, 6, 7, 8, 9},
    5: {1, 2, 4, 5, 7, 8},
    6: {1, 2, 4, 7},
    7: set(),
    8: {4},
    9: {10},
    10: set(),
}


class Refused(Exception):
    """A call that the portal does not take; its code stands in `ERRORS`."""


class Portal:
    """The calls of one unit. `store` keeps everything; `now` gives yyyyMMddHHmmss."""

    def __init__(self, store, now):
        self.store, self.now = store, now

    def call(self, name, key, raw):
        """The answer of a writing call, once for each key."""
        mark = hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()
        with self.store.together():
            before = self.store.answered(key)
            if before is not None:
                return before[1] if before[0] == mark else _error("09")
            try:
                answer = {"error_code": OK, **self._act(name, json.loads(raw))}
            except Refused as why:
                return _error(why.args[0])
            self.store.keep_answer(key, mark, answer)
            return answer

    def _act(self, name, told):
        acts = {
            "NoiHoSo": self._connect,
            "CapNhatTrangThai": self._state,
            "CapNhatThanhToan": self._payment,
            "KetQua": self._result,
        }
        _needs(told, "MaHoSo", "ThuTu")
        return acts[name](told)

    def _connect(self, told):
        """NoiHoSo: a dossier of the unit becomes known."""
        _needs(told, "MaTTHC", "ChuHoSo", "NgayNop", "TrangThaiHoSo")
        if self.store.dossier(told["MaHoSo"]) is not None:
            raise Refused("06")
        self._files(told.get("ThanhPhanHoSo", []))
        self._keep_new(told, turn=told["ThuTu"])
        return {"idHoSo": told["MaHoSo"]}

    def _keep_new(self, told, *, turn):
        self.store.keep_dossier(
            {
                "code": told["MaHoSo"],
                "state": told["TrangThaiHoSo"],
                "turn": turn,
                "filed": told["NgayNop"],
                "body": told,
                "history": [[told["TrangThaiHoSo"], told["NgayNop"]]],
                "paid": None,
                "result": None,
            }
        )

    def _state(self, told):
        """CapNhatTrangThai: the next state of a dossier, in the order of its turns."""
        _needs(told, "TrangThai", "ThoiDiemXuLy")
        one = self._in_turn(told)
        if told["TrangThai"] not in NEXT[one["state"]]:
            raise Refused("06")
        one["state"] = told["TrangThai"]
        one["history"].append([told["TrangThai"], told["ThoiDiemXuLy"]])
        self.store.keep_dossier(one)
        return {}

    def _payment(self, told):
        _needs(told, "TrangThaiThanhToan", "Gia")
        one = self._in_turn(told)
        one["paid"] = told
        self.store.keep_dossier(one)
        return {}

    def _result(self, told):
        """KetQua: the result with its number, its code and its file."""
        _needs(told, "MaKetQua", "SoKyHieu", "DanhSachGiayToKetQua")
        one = self._in_turn(told)
        self._files(told["DanhSachGiayToKetQua"])
        one["result"] = told
        self.store.keep_dossier(one)
        return {}

    def _in_turn(self, told):
        one = self.store.dossier(told["MaHoSo"])
        if one is None:
            raise Refused("04")
        if told["ThuTu"] != one["turn"] + 1:
            raise Refused("05")
        return one | {"turn": told["ThuTu"]}

    def _files(self, papers):
        for paper in papers:
            kept = self.store.file(paper["IdTepTin"])
            if kept is None or hashlib.sha256(kept[1]).hexdigest() != paper["HashTepTin"]:
                raise Refused("08")

    def keep_file(self, name, content):
        file_id = hashlib.sha256(content).hexdigest()[:32]
        self.store.keep_file(file_id, name, content)
        digest = hashlib.sha256(content).hexdigest()
        return {"error_code": OK, "IdTepTin": file_id, "HashTepTin": digest}

    def file_dossier(self, told):
        """A person files a dossier on the portal itself; the unit finds it in its mailbox."""
        with self.store.together():
            told = {"NgayNop": self.now(), "TrangThaiHoSo": 1, **told}
            self._keep_new(told, turn=0)
            self.store.post(told["MaHoSo"], "ho-so", told, self.now())

    def tell(self, code, kind, body):
        """What a person does on the portal with a dossier: pay, supplement, withdraw, rate."""
        with self.store.together():
            if kind == "thanh-toan":
                self._paid_here(code, body)
            self.store.post(code, kind, {"MaHoSo": code, **body}, self.now())

    def _paid_here(self, code, body):
        """A fee that a person paid on the portal: the dossier waits for nothing but the unit."""
        one = self.store.dossier(code)
        one["paid"] = body
        if one["state"] == 6:
            one["state"] = 1
            one["history"].append([1, self.now()])
        self.store.keep_dossier(one)

    def mail(self, after, limit):
        found = self.store.mail(after, limit)
        return {
            "error_code": OK,
            "muc": [
                {
                    "So": one["number"],
                    "MaHoSo": one["code"],
                    "ThuTu": one["turn"],
                    "Loai": one["kind"],
                    "ThoiDiem": one["at"],
                    "NoiDung": one["body"],
                }
                for one in found
            ],
        }

    def day(self, text):
        """The state of every dossier that was filed on a day, yyyyMMdd, and the counts by state."""
        found = [one for one in self.store.dossiers() if one["filed"].startswith(text)]
        counts = {}
        for one in found:
            counts[str(one["state"])] = counts.get(str(one["state"]), 0) + 1
        return {
            "error_code": OK,
            "dem": counts,
            "ho_so": {one["code"]: one["state"] for one in found},
        }


def _needs(told, *names):
    if any(told.get(name) in (None, "") for name in names):
        raise Refused("01")


def _error(code):
    return {"error_code": code, "error_message": ERRORS[code]}
