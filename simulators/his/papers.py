"""Notes and papers of a visit: XML5 to XML11 and XML13 to XML15 (diễn biến và giấy tờ)."""

from datetime import timedelta
from random import Random

from simulators.his import names
from simulators.his.bill import stamp

_NOTES = (
    "Người bệnh tỉnh, tiếp xúc tốt, huyết động ổn định",
    "Đỡ mệt, ăn uống được, ngủ được",
    "Các triệu chứng giảm, không sốt, bụng mềm",
    "Ổn định, tiếp tục điều trị theo phác đồ",
)
_AT_NEED = frozenset({"in", "birth", "newborn"})


def add(visit, summary) -> None:
    """Put every paper that this visit brings about into its tables."""
    makers = {
        "XML5": _course_notes, "XML6": _hiv, "XML7": _discharge, "XML8": _record_summary, "XML9": _birth,
        "XML10": _pregnancy_leave, "XML11": _sick_leave, "XML13": _referral, "XML14": _appointment,
        "XML15": _tuberculosis,
    }  # fmt: skip
    for table, make in makers.items():
        visit.tables[table] = list(make(visit, summary))


def _vitals(visit, day):
    rng, fever = (
        visit.rng,
        max(0.0, 1.8 - 0.6 * day) if visit.disease.key in ("pneumonia", "dengue") else 0,
    )
    high = visit.disease.key in ("hypertension", "stroke", "kidney_disease")
    systolic = rng.randrange(132, 158) if high else rng.randrange(108, 132)
    return (
        f"CSST<M{rng.randrange(70, 96)}_T{36.6 + fever:.1f}_HA{systolic}/{systolic - rng.randrange(38, 54)}"
        f"_NT{rng.randrange(16, 22)}_SP{rng.randrange(95, 100)}_HL3>"
    )


def _course_notes(visit, summary):
    if not visit.inpatient and visit.kind != "05":
        return
    first = visit.admitted if visit.inpatient else visit.plan.start + timedelta(minutes=20)
    for day in range(min(visit.days, 6) if visit.inpatient else 1):
        at = first + timedelta(days=day, minutes=10)
        words = _NOTES[min(day, 3)] if visit.inpatient else "Khám định kỳ, tuân thủ thuốc tốt"
        yield visit.row(
            "XML5", day + 1, STT=str(day + 1), DIEN_BIEN_LS=f"{words}. {_vitals(visit, day)}",
            THOI_DIEM_DBLS=stamp(min(at, visit.end)), NGUOI_THUC_HIEN=visit.doctor.licence,
            PHAU_THUAT="Phẫu thuật theo quy trình, không tai biến" if visit.disease.operation and day == 0 else "",
        )  # fmt: skip


def _works(visit):
    return bool(visit.person.employer and visit.insured)


def _parents(visit):
    """Father's and mother's names, on papers of a child."""
    person = visit.person
    if person.age(visit.plan.start.date()) >= 16:
        return {}
    always = Random(person.uid)
    mother = person.mother.name if person.mother else names.full(always, "2")
    father = person.father or names.full(always, "1", of=person.name.split()[0])
    return {"HO_TEN_CHA": father, "HO_TEN_ME": mother}


def _discharge(visit, summary):
    if not visit.inpatient:
        return
    leave = {}
    if visit.disease.sick_leave and _works(visit):
        days = visit.disease.sick_leave
        leave = _span("SO_NGAY_NGHI", "NGOAITRU_TUNGAY", "NGOAITRU_DENNGAY", visit.end, days)
    yield visit.row(
        "XML7", SO_LUU_TRU=f"LT{visit.end:%y}.{visit.person.uid[:6]}", MA_YTE=visit.mrn, MA_KHOA_RV=visit.department,
        NGAY_VAO=summary["NGAY_VAO"], NGAY_RA=summary["NGAY_RA"], CHAN_DOAN_RV=summary["CHAN_DOAN_RV"],
        PP_DIEUTRI=summary["PP_DIEU_TRI"], MA_TTDV=visit.head.licence, MA_BS=visit.doctor.licence,
        TEN_BS=visit.doctor.name, NGAY_CT=f"{visit.end:%Y%m%d}", **_parents(visit), **leave,
    )  # fmt: skip


def _span(count, since, until, start, days):
    last = start + timedelta(days=days - 1)
    return {count: str(days), since: f"{start:%Y%m%d}", until: f"{last:%Y%m%d}"}


def _record_summary(visit, summary):
    if not visit.inpatient:
        return
    parents = _parents(visit)
    yield visit.row(
        "XML8", MA_LOAI_KCB=visit.kind, NGAY_VAO=summary["NGAY_VAO"], NGAY_RA=summary["NGAY_RA"],
        CHAN_DOAN_VAO=summary["CHAN_DOAN_VAO"], CHAN_DOAN_RV=summary["CHAN_DOAN_RV"],
        QT_BENHLY=f"{visit.disease.complaint}, vào viện điều trị {visit.days} ngày, diễn biến thuận lợi",
        TOMTAT_KQ=_findings(visit), PP_DIEUTRI=summary["PP_DIEU_TRI"], KET_QUA_DTRI=summary["KET_QUA_DTRI"],
        GHI_CHU="Cha mẹ: " + ", ".join(parents.values()) if parents else "", DON_VI=visit.person.employer,
        MA_TTDV=visit.head.licence, NGAY_CT=f"{visit.end:%Y%m%d}", **parents,
    )  # fmt: skip


def _findings(visit):
    values = [
        f"{row['TEN_CHI_SO']} {row['GIA_TRI']} {row['DON_VI_DO']}".strip()
        if row["GIA_TRI"]
        else row["KET_LUAN"]
        for row in visit.results[:8]
    ]
    return "; ".join(values) or "Không có kết quả bất thường"


def _birth(visit, summary):
    child = visit.plan.child
    if visit.plan.setting != "birth" or child is None:
        return
    mother, grams = visit.person, 2700 + int(child.uid[:3], 16) % 900
    caesarean = visit.disease.operation != ""
    summary["CAN_NANG_CON"] = str(grams)
    yield visit.row(
        "XML9", MA_BHXH_NND=mother.social_insurance, MA_THE_NND=mother.card if visit.insured else "",
        HO_TEN_NND=mother.name, NGAYSINH_NND=f"{mother.born:%Y%m%d}", MA_DANTOC_NND=mother.ethnic_group,
        SO_CCCD_NND=mother.citizen_id, NGAYCAP_CCCD_NND="20220105", NOICAP_CCCD_NND="Cục Cảnh sát QLHC về TTXH",
        NOI_CU_TRU_NND=summary["DIA_CHI"], MA_QUOCTICH="000", MATINH_CU_TRU=mother.province,
        MAXA_CU_TRU=summary["MAXA_CU_TRU"], HO_TEN_CHA=child.father, MA_THE_TAM=_temporary(child),
        HO_TEN_CON=child.name, GIOI_TINH_CON=child.sex, SO_CON="1", LAN_SINH="1", SO_CON_SONG="1",
        CAN_NANG_CON=str(grams), NGAY_SINH_CON=stamp(visit.plan.start + timedelta(hours=6)),
        NOI_SINH_CON=visit.facility.name, TINH_TRANG_CON="Khóc ngay, hồng hào",
        SINHCON_PHAUTHUAT="1" if caesarean else "0", SINHCON_DUOI32TUAN="0",
        GHI_CHU="Sinh con phải phẫu thuật" if caesarean else "", NGUOI_DO_DE=visit.doctor.name,
        NGUOI_GHI_PHIEU=visit.reader.name, NGAY_CT=f"{visit.end:%Y%m%d}", SO=f"{visit.person.uid[:5]}",
        QUYEN_SO=f"{visit.end:%Y}", MA_TTDV=visit.head.licence,
    )  # fmt: skip


def _temporary(child):
    return (
        child.card if child.card.startswith("TE1") else f"TE131{int(child.uid, 16) % 10**10:010d}"
    )


def _pregnancy_leave(visit, summary):
    if not (visit.disease.pregnancy_leave and _works(visit)):
        return
    days = _span("SO_NGAY", "TU_NGAY", "DEN_NGAY", visit.plan.start, visit.disease.pregnancy_leave)
    yield visit.row(
        "XML10", SO_CT=f"DT{visit.person.uid[:6]}", **_certificate(visit, summary), **days
    )


def _certificate(visit, summary):
    return {
        "SO_SERI": f"SR{visit.plan.start:%y%m%d}.{visit.person.uid[:5]}", "DON_VI": visit.person.employer,
        "CHAN_DOAN_RV": summary["CHAN_DOAN_RV"], "MA_TTDV": visit.head.licence, "MA_BS": visit.doctor.licence,
        "NGAY_CT": f"{visit.plan.start:%Y%m%d}",
    } | ({"TEN_BS": visit.doctor.name} if visit.disease.pregnancy_leave else {})  # fmt: skip


def _sick_leave(visit, summary):
    if visit.inpatient or not (visit.disease.sick_leave and _works(visit)):
        return
    days = _span("SO_NGAY_NGHI", "TU_NGAY", "DEN_NGAY", visit.plan.start, visit.disease.sick_leave)
    yield visit.row(
        "XML11", SO_CT=f"NV{visit.person.uid[:6]}", SO_KCB=f"KB{visit.plan.start:%y%m%d}",
        MA_BHXH=visit.person.social_insurance, MA_THE_BHYT=visit.person.card, MAU_SO="CT07",
        PP_DIEUTRI=summary["PP_DIEU_TRI"], **_certificate(visit, summary), **days,
    )  # fmt: skip


_REPEATED = (
    "HO_TEN", "NGAY_SINH", "GIOI_TINH", "DIA_CHI", "MA_THE_BHYT", "GT_THE_DEN", "NGAY_VAO", "NGAY_VAO_NOI_TRU",
    "NGAY_RA", "CHAN_DOAN_RV", "MA_BENH_CHINH", "MA_BENH_KT",
)  # fmt: skip


def _repeated(summary, *more):
    return {name: summary[name] for name in (*_REPEATED, *more)}


def _referral(visit, summary):
    if visit.plan.refers_to is None:
        return
    yield visit.row(
        "XML13", SO_HOSO=f"HS{visit.plan.start:%y%m%d}", SO_CHUYENTUYEN=f"CT{visit.person.uid[:5]}",
        GIAY_CHUYEN_TUYEN=visit.plan.paper, MA_CSKCB=visit.facility.code, MA_CSKCB_DEN=visit.plan.refers_to.code,
        DAU_HIEU_LS=visit.disease.complaint, QT_BENHLY="Bệnh khởi phát cấp tính, đã xử trí ban đầu",
        TINH_TRANG_CT="Tỉnh, huyết động ổn định", MA_LOAI_RV="2", MA_LYDO_CT="1",
        HUONG_DIEU_TRI="Khám chuyên khoa và điều trị tiếp", PHUONGTIEN_VC="Xe cứu thương",
        MA_BAC_SI=visit.doctor.licence, MA_TTDV=visit.head.licence,
        **_repeated(summary, "MA_QUOCTICH", "MA_DANTOC", "MA_NGHE_NGHIEP"),
    )  # fmt: skip


def _appointment(visit, summary):
    following = visit.plan.next_on
    if following is None or f"{following:%Y%m%d}" < summary["NGAY_RA"][:8]:
        return
    yield visit.row(
        "XML14", SO_GIAYHEN_KL=f"GH{following:%y%m%d}.{visit.person.uid[:6]}", MA_CSKCB=visit.facility.code,
        NGAY_HEN_KL=f"{following:%Y%m%d}", MA_BAC_SI=visit.doctor.licence, MA_TTDV=visit.head.licence,
        NGAY_CT=f"{visit.plan.start:%Y%m%d}", **_repeated(summary, "MA_DOITUONG_KCB"),
    )  # fmt: skip


def _hiv(visit, summary):
    if visit.disease.key != "hiv":
        return
    day, supply = visit.plan.start, visit.plan.supply
    yield visit.row(
        "XML6", MA_THE_BHYT=summary["MA_THE_BHYT"], SO_CCCD=summary["SO_CCCD"], NOI_LAY_MAU_XN=visit.facility.code,
        NOI_XN_KD=visit.facility.code, NOI_BDDT_ARV=visit.facility.code, MA_LYDO_DTRI="3", LOAI_DTRI_LAO="0",
        SANG_LOC_LAO="2", KQ_DTRI_LAO="7", MA_LOAI_BN="1", GIAI_DOAN_LAM_SANG="1", NHOM_DOI_TUONG="11",
        MA_TINH_TRANG_DK="9", MA_XU_TRI="1", NGAY_BAT_DAU_XU_TRI=f"{day:%Y%m%d}",
        NGAY_KET_THUC_XU_TRI=f"{day + timedelta(days=supply - 1):%Y%m%d}", MA_PHAC_DO_DIEU_TRI="TDF+3TC+DTG",
        SO_NGAY_CAP_THUOC_ARV=str(supply - 1), MA_LYDO_XNTL_VR="1", KQ_XNTL_VR="1",
    )  # fmt: skip


def _tuberculosis(visit, summary):
    if visit.disease.key != "tuberculosis":
        return
    yield visit.row(
        "XML15", STT="1", MA_BN=visit.mrn, PHANLOAI_LAO_VITRI="1", PHANLOAI_LAO_TS="1", PHANLOAI_LAO_HIV="2",
        PHANLOAI_LAO_VK="1", PHANLOAI_LAO_KT="1", LOAI_DTRI_LAO="2", NGAYBD_DTRI_LAO=f"{visit.plan.start:%Y%m%d}",
        PHACDO_DTRI_LAO="1", KET_QUA_DTRI_LAO="6",
    )  # fmt: skip
