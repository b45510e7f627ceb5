"""Lines and sums of a visit (bảng kê chi phí): XML2, XML3 and the totals of XML1."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from haidang.engines.exchange.adapters.claims import contents, model
from haidang.engines.exchange.adapters.claims.validate import money
from haidang.kernel.money import round2
from simulators.his import catalogue, facilities
from simulators.his.people import Person

_SUPPORTS = (
    "T_NGUONKHAC_NSNN",
    "T_NGUONKHAC_VTNN",
    "T_NGUONKHAC_VTTN",
    "T_NGUONKHAC_CL",
    "T_NGUONKHAC",
)
# Benefit digit of the card: percent that the fund pays. Source: NĐ 146/2018/NĐ-CP
RATES = {"1": 100, "2": 100, "3": 95, "4": 80, "5": 100}


def stamp(at: datetime) -> str:
    """A time as claims write it."""
    return f"{at:%Y%m%d%H%M}"


def amount(value) -> str:
    """Đồng with two decimals."""
    return f"{value:.2f}"


class Bill:
    """Collects the lines of one visit; `settle` then says who pays what."""

    def __init__(self, ma_lk: str, facility: facilities.Facility, person: Person, *, insured: bool):
        self._ma_lk, self._facility, self._insured = ma_lk, facility, insured
        self._card = person.card
        self.drugs: list[model.Row] = []
        self.services: list[model.Row] = []
        self._aided: set[int] = set()  # numbers of the drugs whose co-payment the State takes over
        self._amounts: list[tuple[model.Row, Decimal]] = []

    def drug(
        self,
        drug: catalogue.Drug,
        quantity,
        *,
        dose: str,
        use: str,
        department: str,
        by: str,
        at: datetime,
        aided: bool = False,
    ):
        """A drug given or handed out; `aided` when the State pays the co-payment, as for antiretrovirals."""
        total = round2(Decimal(str(quantity)) * drug.price)
        row = self._row("XML2", len(self.drugs) + 1, total, department, by, at)
        row.update(
            MA_THUOC=drug.code, MA_NHOM="4", TEN_THUOC=drug.name, DON_VI_TINH=drug.unit, HAM_LUONG=drug.strength,
            DUONG_DUNG=drug.route, LIEU_DUNG=dose, CACH_DUNG=use, SO_DANG_KY=drug.registration,
            TT_THAU=f"{at.year % 100}15/QĐ-SYT;G1;N3;{at.year}", SO_LUONG=f"{quantity:g}",
            DON_GIA=f"{drug.price}.000", NGAY_TH_YL=stamp(at + timedelta(minutes=15)), NGUON_CTRA="1",
        )  # fmt: skip
        self.drugs.append(row)
        if aided:
            self._aided.add(row.index)

    def service(
        self,
        service: catalogue.Service,
        *,
        department: str,
        by: str,
        at: datetime,
        quantity=1,
        **more,
    ):
        """A service, an examination or a bed. `more` are further fields of XML3."""
        total = round2(Decimal(quantity) * service.price)
        row = self._row("XML3", len(self.services) + 1, total, department, by, at)
        row.update(
            MA_DICH_VU=service.code,
            MA_NHOM=service.group,
            TEN_DICH_VU=service.name,
            DON_VI_TINH="Lần",
        )
        self._price(row, quantity, service.price)
        row.update(more)
        self.services.append(row)
        return row

    def supply(
        self,
        code: str,
        name: str,
        price: int,
        *,
        service: str,
        department: str,
        by: str,
        at: datetime,
    ):
        """A supply used in an operation."""
        row = self._row("XML3", len(self.services) + 1, Decimal(price), department, by, at)
        row.update(
            MA_DICH_VU=service, MA_VAT_TU=code, MA_NHOM="10", TEN_VAT_TU=name, DON_VI_TINH="Cái"
        )
        row.update(
            TEN_DICH_VU=catalogue.service(service).name,
            TT_THAU=f"{at.year % 100}20/QĐ-SYT;G2;N0;{at.year}",
        )
        self._price(row, 1, price)
        self.services.append(row)

    def _price(self, row, quantity, price):
        insured = price if self._insured else 0
        row.update(
            SO_LUONG=f"{quantity}",
            DON_GIA_BV=f"{price}.000",
            DON_GIA_BH=f"{insured}.000",
            TYLE_TT_DV="100",
        )

    def _row(self, table, index, total, department, by, at):
        row = model.Row(table, index, contents.template(table))
        row.update(
            MA_LK=self._ma_lk,
            STT=str(index),
            MA_KHOA=department,
            MA_BAC_SI=by,
            NGAY_YL=stamp(at),
            MA_PTTT="1",
        )
        row.update(dict.fromkeys(_SUPPORTS, "0"))
        self._amounts.append((row, total))
        return row

    def settle(self, on: date, *, full: bool) -> dict[str, str]:
        """Split every line and give the totals of XML1; `full` when the fund pays all of it.

        Source: Luật BHYT Điều 22: under 15 % of the base salary the fund pays all
        """
        gross = sum((total for _, total in self._amounts), Decimal(0))
        scope = gross if self._insured else Decimal(0)
        small = scope < money.base_salary(on) * money.FREE_SHARE
        rate = 0 if not self._insured else 100 if full or small else RATES.get(self._card[2:3], 80)
        shares = [self._split(row, total, rate) for row, total in self._amounts]
        fund, support = (sum(share, Decimal(0)) for share in zip(*shares, strict=True))
        supplies = sum((t for r, t in self._amounts if r.get("MA_VAT_TU")), Decimal(0))
        drugs = sum((t for r, t in self._amounts if r.table == "XML2"), Decimal(0))
        return {
            "T_THUOC": amount(drugs), "T_VTYT": amount(supplies), "T_TONGCHI_BV": amount(gross),
            "T_TONGCHI_BH": amount(scope), "T_BNTT": amount(gross - scope),
            "T_BNCCT": amount(scope - fund - support), "T_BHTT": amount(fund), "T_NGUONKHAC": amount(support),
            "T_BHTT_GDV": amount(fund),
        }  # fmt: skip

    def _split(self, row, total, rate):
        scope = total if self._insured else Decimal(0)
        fund = round2(scope * rate / 100)
        aided = row.table == "XML2" and row.index in self._aided
        support = scope - fund if aided else Decimal(0)
        row.update(
            PHAM_VI="1" if self._insured else "2", TYLE_TT_BH="100" if self._insured else "0",
            THANH_TIEN_BV=amount(total), THANH_TIEN_BH=amount(scope), MUC_HUONG=str(rate),
            T_BNTT=amount(total - scope), T_BNCCT=amount(scope - fund - support), T_BHTT=amount(fund),
        )  # fmt: skip
        if support:
            row.update(T_NGUONKHAC_NSNN=amount(support), T_NGUONKHAC=amount(support))
        return fund, support
