"""One small visit that every rule accepts, to be spoiled one field at a time by the tests."""

from haidang.engines.exchange.adapters.claims import contents, model, writer

_MONEY = ("NSNN", "VTNN", "VTTN", "CL")


def row(table, index=1, form="3176", **values):
    """A row with every field of the form; those not given are empty."""
    blank = contents.template(table, form)
    assert not values.keys() - blank.keys(), values.keys() - blank.keys()
    return model.Row(table, index, blank | values)


def outpatient(ma_lk="31T01.26.000001", **summary):
    """An examination on 2026-03-02 with one drug, one exam, one test: 80 % card, above the 15 % line."""
    values = {
        "MA_LK": ma_lk, "STT": "1", "MA_BN": "BN000001", "HO_TEN": "Nguyễn Văn Mẫu",
        "SO_CCCD": "031070000001", "NGAY_SINH": "197001010000", "GIOI_TINH": "1",
        "MA_QUOCTICH": "000", "MA_DANTOC": "01", "MA_NGHE_NGHIEP": "00",
        "DIA_CHI": "Số 1 đường Mẫu, phường Mẫu, thành phố Hải Phòng", "MATINH_CU_TRU": "31",
        "MAXA_CU_TRU": "11413", "MA_THE_BHYT": "DN4313199000001", "MA_DKBD": "31T01",
        "GT_THE_TU": "20260101", "GT_THE_DEN": "20261231", "LY_DO_VV": "Đau đầu",
        "CHAN_DOAN_VAO": "Tăng huyết áp", "CHAN_DOAN_RV": "Tăng huyết áp vô căn",
        "MA_BENH_CHINH": "I10", "MA_DOITUONG_KCB": "1.1", "NGAY_VAO": "202603020800",
        "NGAY_RA": "202603021000", "SO_NGAY_DTRI": "0", "KET_QUA_DTRI": "2", "MA_LOAI_RV": "1",
        "NGAY_TTOAN": "202603021010", "T_THUOC": "200000", "T_VTYT": "0",
        "T_TONGCHI_BV": "450000", "T_TONGCHI_BH": "450000", "T_BNTT": "0", "T_BNCCT": "90000",
        "T_BHTT": "360000", "T_NGUONKHAC": "0", "T_BHTT_GDV": "360000", "NAM_QT": "2026",
        "THANG_QT": "3", "MA_LOAI_KCB": "01", "MA_KHOA": "K01", "MA_CSKCB": "31T01",
        "CAN_NANG": "60.00", "MA_HSBA": "HS26000001", "MA_TTDV": "000001/HP-CCHN",
    }  # fmt: skip
    tables = {
        "XML1": [row("XML1", **values | summary)],
        "XML2": [drug(ma_lk)],
        "XML3": [service(ma_lk), test(ma_lk)],
        "XML4": [result(ma_lk)],
    }
    return model.Dossier(ma_lk, "31T01", "3176", tables)


def _sources():
    return {"T_NGUONKHAC": "0"} | {f"T_NGUONKHAC_{name}": "0" for name in _MONEY}


def drug(ma_lk, index=1, **values):
    """100 tablets at 2 000, paid at 80 %."""
    known = {
        "MA_LK": ma_lk, "STT": str(index), "MA_THUOC": "40.48", "MA_NHOM": "4",
        "TEN_THUOC": "Thuốc mẫu", "DON_VI_TINH": "Viên", "HAM_LUONG": "5mg", "DUONG_DUNG": "1.01",
        "LIEU_DUNG": "1 viên * 2 lần * 50 ngày [2 viên/ngày]", "SO_DANG_KY": "VD-00001-26",
        "TT_THAU": "01/QĐ-SYT;G1;N1;2026", "PHAM_VI": "1", "TYLE_TT_BH": "100",
        "SO_LUONG": "100.000", "DON_GIA": "2000.000", "THANH_TIEN_BV": "200000.00",
        "THANH_TIEN_BH": "200000.00", "MUC_HUONG": "80", "T_BNTT": "0", "T_BNCCT": "40000.00",
        "T_BHTT": "160000.00", "MA_KHOA": "K01", "MA_BAC_SI": "000002/HP-CCHN",
        "NGAY_YL": "202603020930", "NGAY_TH_YL": "202603020940", "MA_PTTT": "1", "NGUON_CTRA": "1",
    }  # fmt: skip
    return row("XML2", index, **known | _sources() | values)


def service(ma_lk, index=1, **values):
    """The examination: 50 000, paid at 80 %."""
    known = {
        "MA_LK": ma_lk, "STT": str(index), "MA_DICH_VU": "02.1896", "MA_NHOM": "13",
        "TEN_DICH_VU": "Khám Nội", "DON_VI_TINH": "Lần", "PHAM_VI": "1", "SO_LUONG": "1",
        "DON_GIA_BV": "50000.000", "DON_GIA_BH": "50000.000", "TYLE_TT_DV": "100",
        "TYLE_TT_BH": "100", "THANH_TIEN_BV": "50000.00", "THANH_TIEN_BH": "50000.00",
        "MUC_HUONG": "80", "T_BNTT": "0", "T_BNCCT": "10000.00", "T_BHTT": "40000.00",
        "MA_KHOA": "K01", "MA_BAC_SI": "000002/HP-CCHN", "NGAY_YL": "202603020805",
        "NGAY_TH_YL": "202603020810", "MA_PTTT": "1",
    }  # fmt: skip
    return row("XML3", index, **known | _sources() | values)


def test(ma_lk, index=2, **values):
    """A laboratory test: 200 000, paid at 80 %."""
    known = {
        "MA_DICH_VU": "23.0075.1494", "MA_NHOM": "1", "TEN_DICH_VU": "Định lượng Glucose [Máu]",
        "DON_GIA_BV": "200000", "DON_GIA_BH": "200000", "THANH_TIEN_BV": "200000",
        "THANH_TIEN_BH": "200000", "T_BNCCT": "40000", "T_BHTT": "160000",
        "NGUOI_THUC_HIEN": "000003/HP-CCHN", "NGAY_YL": "202603020815", "NGAY_TH_YL": "202603020820",
        "NGAY_KQ": "202603020910", "MA_MAY": "SH.1.31T01.0001",
    }  # fmt: skip
    return service(ma_lk, index, **known | values)


def result(ma_lk, index=1, **values):
    """Its result."""
    known = {
        "MA_LK": ma_lk, "STT": str(index), "MA_DICH_VU": "23.0075.1494", "MA_CHI_SO": "glucose",
        "TEN_CHI_SO": "Glucose", "GIA_TRI": "7.2", "DON_VI_DO": "mmol/L",
        "NGAY_KQ": "202603020910", "MA_BS_DOC_KQ": "000003/HP-CCHN",
    }  # fmt: skip
    return row("XML4", index, **known | values)


test.__test__ = False


def file_of(*dossiers, **facts):
    """The dossiers as bytes of a file sent by 31T01."""
    return writer.write(dossiers, **{"sender": "31T01", "made_on": "20260302"} | facts)


def frame(*files, sender="31T01", made_on="20260302", count="1", signature=""):
    """A file by hand: `files` are pairs of LOAIHOSO and the text of NOIDUNGFILE."""
    tables = "".join(
        f"<FILEHOSO><LOAIHOSO>{name}</LOAIHOSO><NOIDUNGFILE>{text}</NOIDUNGFILE></FILEHOSO>"
        for name, text in files
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><GIAMDINHHS><THONGTINDONVI><MACSKCB>{sender}</MACSKCB>'
        f"</THONGTINDONVI><THONGTINHOSO><NGAYLAP>{made_on}</NGAYLAP><SOLUONGHOSO>{count}</SOLUONGHOSO>"
        f"<DANHSACHHOSO><HOSO>{tables}</HOSO></DANHSACHHOSO></THONGTINHOSO>"
        f"<CHUKYDONVI>{signature}</CHUKYDONVI></GIAMDINHHS>"
    )
