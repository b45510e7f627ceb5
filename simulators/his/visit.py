"""One visit becomes a dossier (lập hồ sơ của một lượt khám)."""

from datetime import datetime, timedelta
from random import Random

from haidang.engines.exchange.adapters.claims import contents, forms, model, tables
from simulators.his import catalogue, course, papers, results
from simulators.his.bill import Bill, stamp
from simulators.his.body import Body
from simulators.his.facilities import STATION, Staff, staff

_NEWER_FROM = datetime(2025, 1, 1)  # noqa: DTZ001 - claims are local time
_SUTURE = ("N05.02.030.9900.000.0001", "Chỉ phẫu thuật tự tiêu", 78_000)
_AT_STATIONS = frozenset({"glucose", "urine"})
_KINDS = {"chronic": "05", "in": "03", "birth": "03", "newborn": "03"}


class Visit:
    """The making of one dossier: what happened, in the order in which it happened."""

    def __init__(self, plan: course.Plan, body: Body, rng: Random):
        self.plan, self.body, self.rng = plan, body, rng
        self.person, self.disease, self.facility = plan.person, plan.disease, plan.facility
        self.kind = _KINDS.get(plan.setting, "01")
        self.inpatient = self.kind == "03"
        self.newborn = plan.setting == "newborn"
        self.ma_lk = f"{self.facility.code}.{plan.start:%y%m%d%H%M}.{self.person.uid[:6]}"
        self.mrn = f"{self.facility.code[3:]}{self.person.uid}"
        self.insured = bool(self.person.card) and plan.start.date() >= self.person.born
        self.doctor: Staff = staff(self.facility, 1 + rng.randrange(8))
        self.reader: Staff = staff(self.facility, 9)
        self.head: Staff = staff(self.facility, 0)
        self.days = rng.randint(*self.disease.days) if self.inpatient else 0
        self.admitted = plan.start + timedelta(minutes=50)
        self.end = self._end()
        self.department = self.disease.department if self.inpatient else "K01"
        self.bill = Bill(self.ma_lk, self.facility, self.person, insured=self.insured)
        self.results: list[model.Row] = []
        self.procedures: list[str] = []
        self.tables: dict[str, list[model.Row]] = {}

    def _end(self):
        if self.inpatient:
            return (self.plan.start + timedelta(days=self.days)).replace(hour=10, minute=15)
        if self.plan.supply:
            last = self.plan.start + timedelta(days=self.plan.supply - 1)
            return last.replace(hour=23, minute=59)
        return self.plan.start + timedelta(minutes=95 if self.disease.tests else 40)

    @property
    def left(self) -> datetime:
        """When the patient leaves the desk: the end, but for drugs that last for weeks."""
        return self.plan.start + timedelta(minutes=95) if self.plan.supply else self.end

    def dossier(self, form: str = "") -> model.Dossier:
        """The dossier in the form of its time, or in `form`."""
        self._examine()
        self._test()
        self._treat()
        self._prescribe()
        summary = self._summary()
        self.tables["XML1"] = [summary]
        self.tables["XML2"], self.tables["XML3"] = self.bill.drugs, self.bill.services
        self.tables["XML4"] = self.results
        papers.add(self, summary)
        found = {table: rows for table in tables.FRAMES if (rows := self.tables.get(table))}
        made = model.Dossier(self.ma_lk, self.facility.code, "3176", found)
        return in_form(made, form or ("3176" if self.end >= _NEWER_FROM else "4750"))

    def row(self, table: str, index: int = 1, **values) -> model.Row:
        """A row of this visit."""
        row = model.Row(table, index, contents.template(table))
        row.update(MA_LK=self.ma_lk, **values)
        return row

    def _examine(self):
        at = self.plan.start + timedelta(minutes=5)
        exam = catalogue.service(self.disease.exam)
        done = stamp(at + timedelta(minutes=5))
        self.bill.service(exam, department="K01", by=self.doctor.licence, at=at, NGAY_TH_YL=done)

    def _test(self):
        at = self.plan.start + timedelta(minutes=15)
        for key in self.disease.tests:
            if self.facility.kind != STATION or key in _AT_STATIONS:
                for panel in catalogue.panels(key):
                    self._panel(panel, at)

    def _panel(self, panel, at):
        service, ready = catalogue.service(panel.service), at + timedelta(minutes=45)
        self.bill.service(
            service, department="K39" if service.group == "2" else "K47", by=self.doctor.licence, at=at,
            NGUOI_THUC_HIEN=self.reader.licence, NGAY_TH_YL=stamp(at + timedelta(minutes=10)), NGAY_KQ=stamp(ready),
            MA_MAY=f"{panel.machine}.1.{self.facility.code}.{9000 + len(panel.key)}",
        )  # fmt: skip
        for values in results.of(panel, self, ready):
            self.results.append(
                self.row("XML4", len(self.results) + 1, STT=str(len(self.results) + 1), **values)
            )

    def _treat(self):
        if self.inpatient:
            self._bed()
        if self.disease.operation:
            self._operate()
        if self.disease.procedure and self.facility.kind != STATION:
            at = (self.admitted if self.inpatient else self.plan.start) + timedelta(minutes=20)
            self._procedure(self.disease.procedure, at, at + timedelta(minutes=15))

    def _bed(self):
        code = catalogue.service(self.disease.bed)
        self.bill.service(
            code, department=self.department, by=self.doctor.licence, at=self.admitted, quantity=max(self.days, 1),
            MA_GIUONG=f"H{1 + self.rng.randrange(60):03d}", NGAY_TH_YL=stamp(self.admitted), NGAY_KQ=stamp(self.end),
            DON_VI_TINH="Ngày",
        )  # fmt: skip

    def _operate(self):
        at = self.admitted + timedelta(hours=3)
        self._procedure(
            self.disease.operation,
            at,
            at + timedelta(minutes=70),
            PP_VO_CAM=self.disease.anaesthesia,
        )
        code, name, price = _SUTURE
        self.bill.supply(
            code,
            name,
            price,
            service=self.disease.operation,
            department="K26",
            by=self.doctor.licence,
            at=at,
        )

    def _procedure(self, code, at, until, **more):
        service = catalogue.service(code)
        room = "K26" if service.group == "8" else self.department
        performers = ";".join((self.doctor.licence, staff(self.facility, 8).licence))
        self.procedures += [service.icd9] if service.icd9 else []
        self.bill.service(
            service, department=room, by=self.doctor.licence, at=at, NGUOI_THUC_HIEN=performers,
            NGAY_TH_YL=stamp(at), NGAY_KQ=stamp(until), MA_PTTT_QT=service.icd9, **more,
        )  # fmt: skip

    def _prescribe(self):
        at = self.left - timedelta(minutes=18)
        for entry in self.disease.drugs:
            code, each, times, days = entry.split("|")
            drug, each, times = catalogue.drug(code), float(each), int(times)
            if self.inpatient:
                self._daily(drug, each, times)
            else:
                self._take_home(drug, each, times, self.plan.supply or int(days), at)

    def _take_home(self, drug, each, times, days, at):
        dose = (
            f"{each:g} {drug.unit} * {times} lần * {days} ngày [{each * times:g} {drug.unit}/ngày]"
        )
        use = f"Mỗi lần {each:g} {drug.unit}, ngày {times} lần, sau ăn"
        packs = each * times * days if drug.unit in ("viên", "gói") else max(1, days // 28)
        self.bill.drug(
            drug, packs, dose=dose, use=use, department="K01", by=self.doctor.licence, at=at,
            aided=self.disease.key == "hiv",
        )  # fmt: skip

    def _daily(self, drug, each, times):
        for day in range(min(self.days, 5)):
            at = self.admitted + timedelta(days=day, minutes=30)
            dose = (
                f"{each:g} {drug.unit} * {times} lần * 1 ngày [{each * times:g} {drug.unit}/ngày]"
            )
            self.bill.drug(
                drug, each * times, dose=dose, use="Theo y lệnh", department=self.department,
                by=self.doctor.licence, at=min(at, self.end - timedelta(minutes=30)),
            )  # fmt: skip

    def _category(self):
        if not self.insured:
            return "9"
        if self.newborn:
            return "1.7"
        if self.disease.emergency and not self.plan.refers_to:
            return "2"
        if self.facility.kind == STATION:
            return "1.2"
        if self.plan.origin:
            return "1.3"
        if self.plan.paper and not self.plan.refers_to:
            return "1.5"
        if self.person.registered == self.facility.code:
            return "1.1"
        return "1.15" if self.inpatient else "1.12"

    def _summary(self):
        person, disease, plan, category = self.person, self.disease, self.plan, self._category()
        names = [disease.name, *(_name(code) for code in disease.also)]
        totals = self.bill.settle(self.end.date(), full=category == "1.2")
        row = self.row(
            "XML1", STT="1", MA_BN=self.mrn, **identity(person, newborn=self.newborn), **totals
        )
        row.update(
            LY_DO_VV=disease.complaint, CHAN_DOAN_VAO=disease.name, CHAN_DOAN_RV="; ".join(names),
            MA_BENH_CHINH=disease.code, MA_BENH_KT=";".join(disease.also), MA_PTTT_QT=";".join(self.procedures),
            MA_DOITUONG_KCB=category, MA_TAI_NAN=disease.accident, NGAY_VAO=stamp(plan.start), NGAY_RA=stamp(self.end),
            SO_NGAY_DTRI=str(self._days()), KET_QUA_DTRI=self._outcome(), MA_LOAI_RV="2" if plan.refers_to else "1",
            PP_DIEU_TRI=self._treatment(), GHI_CHU=_advice(plan), NGAY_TTOAN=stamp(self.left + timedelta(minutes=10)),
            NAM_QT=str(self.left.year), THANG_QT=str(self.left.month), MA_LOAI_KCB=self.kind,
            MA_KHOA=";".join(dict.fromkeys(["K01", self.department])), MA_CSKCB=self.facility.code,
            CAN_NANG=f"{self._weight():.2f}", MA_HSBA=f"BA{plan.start:%y}.{person.uid[:7]}",
            MA_TTDV=self.head.licence,
            NGAY_TAI_KHAM=f"{plan.next_on:%Y%m%d}" if plan.next_on else "",
        )  # fmt: skip
        self._admission(row)
        self._ways(row)
        return row

    def _days(self):
        if self.inpatient:
            return self.days + 1
        return self.plan.supply

    def _admission(self, row):
        if self.inpatient:
            row.update(NGAY_VAO_NOI_TRU=stamp(self.admitted), LY_DO_VNT=self.disease.complaint)
        if not self.insured:
            row.update(dict.fromkeys(("MA_THE_BHYT", "MA_DKBD", "GT_THE_TU", "GT_THE_DEN"), ""))
        elif not self.newborn:
            since, until = card_period(self.person, self.plan.start)
            row.update(GT_THE_TU=since, GT_THE_DEN=until)

    def _ways(self, row):
        plan = self.plan
        if plan.origin:
            row.update(MA_NOI_DI=plan.origin.code, GIAY_CHUYEN_TUYEN=plan.paper)
        elif plan.refers_to:
            row.update(MA_NOI_DEN=plan.refers_to.code)
        elif plan.paper:
            row.update(MA_NOI_DI=self.facility.code, GIAY_CHUYEN_TUYEN=plan.paper)

    def _outcome(self):
        if self.plan.refers_to:
            return "3"
        return "2" if self.plan.setting == "chronic" else self.rng.choice(("1", "2", "2"))

    def _treatment(self):
        parts = ["Phẫu thuật"] if self.disease.operation else []
        parts += ["Điều trị nội khoa"] if self.disease.drugs else ["Theo dõi, tư vấn"]
        return "; ".join(parts)

    def _weight(self):
        return weight(self.person, self.plan.start.date(), self.rng)


def _name(code):
    return {
        "E78.5": "Tăng lipid máu, không xác định",
        "I10": "Tăng huyết áp vô căn (nguyên phát)",
    }.get(code, code)


def _advice(plan):
    if plan.next_on:
        return f"Uống thuốc đều, tái khám ngày {plan.next_on:%d/%m/%Y}"
    return "Nghỉ ngơi, uống đủ nước, khám lại khi không đỡ"


def weight(person, on, rng) -> float:
    """Body weight in kg: children grow along a plain curve, adults keep theirs."""
    own = Random(person.uid).gauss(0, 1)
    months = (on - person.born).days / 30.4
    if months < 12:
        return max(3.3 + months * 0.52 + own * 0.4, 2.2)
    if person.age(on) < 18:
        return 7.5 + (months / 12) * 2.6 + own * (1 + months / 90)
    return (61 if person.sex == "1" else 53) + own * 7 + rng.gauss(0, 0.7)


def identity(person, *, newborn: bool = False) -> dict[str, str]:
    """The fields of XML1 that say who the patient is."""
    at = f"{course.birth_time(person):%H%M}" if newborn else "0000"
    return {
        "HO_TEN": person.name, "SO_CCCD": "" if newborn else person.citizen_id,
        "NGAY_SINH": f"{person.born:%Y%m%d}{at}",
        "GIOI_TINH": person.sex, "MA_QUOCTICH": "000", "MA_DANTOC": person.ethnic_group,
        "MA_NGHE_NGHIEP": person.occupation, "DIA_CHI": person.address or "Thành phố Hải Phòng",
        "MATINH_CU_TRU": person.province, "MAXA_CU_TRU": person.commune or "11413", "DIEN_THOAI": person.phone,
        "MA_THE_BHYT": person.card, "MA_DKBD": person.registered or "31000",
        "GT_THE_TU": f"{person.born:%Y%m%d}", "GT_THE_DEN": f"{person.born.replace(day=1).replace(year=person.born.year + 6):%Y%m%d}",
    }  # fmt: skip


def card_period(person, start) -> tuple[str, str]:
    """First and last day of the card used on a day: a calendar year; children under 6 until then."""
    if person.card.startswith("TE"):
        last = person.born.replace(day=1, year=person.born.year + 6)
        if start.date() <= last:
            return f"{person.born:%Y%m%d}", f"{last:%Y%m%d}"
    return f"{start:%Y}0101", f"{start:%Y}1231"


def in_form(dossier: model.Dossier, form: str) -> model.Dossier:
    """The dossier as a system of that time writes it: QĐ 4750 has 5-digit occupations, the head of the
    facility by social-insurance number, and repeats PP_DIEU_TRI in XML13.
    """
    if form == dossier.form:
        return dossier
    older = forms.convert(dossier, form)
    summary = older.tables["XML1"][0]
    for row in older:
        if row.get("MA_NGHE_NGHIEP"):
            row["MA_NGHE_NGHIEP"] += "000"
        if row.get("MA_TTDV"):
            row["MA_TTDV"] = "3199" + row["MA_TTDV"][:6]
        if row.table == "XML13":
            row["PP_DIEU_TRI"] = summary["PP_DIEU_TRI"]
    return older
