"""Papers from typst templates (văn bản từ mẫu): one door, one compiler, PDF/A.

A template reads its data as JSON from `sys.inputs.data` and may use the layouts of this engine by
`#import "/engines/documents/data/layout/administrative.typ"`. Where a signature belongs, the
template leaves room and says so by metadata labelled `<signature-place>`.
"""

import functools
import io
import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

import segno
import typst
from django.conf import settings

_FONTS = "node_modules/@expo-google-fonts/be-vietnam-pro"
_WEIGHTS = ("400Regular", "600SemiBold", "700Bold")
#: Templates and the layouts that they share stand below here.
_ROOT = Path(__file__).resolve().parents[2]
# One compiler holds the fonts and what it has learnt; it is not made for two threads.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Place:
    """Room on a page: number of the page from 1, and points from its top left."""

    page: int
    x: float
    y: float
    width: float
    height: float

    def told(self):
        """As plain values, to be kept and read back by `Place(**told)`."""
        return asdict(self)


@dataclass(frozen=True)
class Paper:
    """A paper that was made: its bytes, and room for signatures by name (person, organisation)."""

    content: bytes
    places: dict


def notice():
    """What every paper of a house without real people says at its foot; empty in another."""
    if settings.HAIDANG_SYNTHETIC:
        return "Dữ liệu mô phỏng: không có giá trị sử dụng, không có người thật."
    return ""


def render(template, data, *, at, standards=("a-2b",)):
    """Make a PDF of a template and its data (lập văn bản); the same again gives the same bytes.

    template    path of a typst file below the package
    at          the moment written into the PDF as its making
    standards   as typst names them; PDF/A-2b when left out
    """
    with _one_at_a_time:
        compiler = _compiler()
        content = compiler.compile(
            str(template),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            pdf_standards=list(standards),
            timestamp=int(at.timestamp()),
        )
        found = json.loads(compiler.query("<signature-place>", field="value"))
    return Paper(content, {place.pop("name"): Place(**place) for place in found})


def qr(text, *, dark="#000"):
    """A QR code as SVG, to be given to a template."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=0, dark=dark, xmldecl=False)
    return out.getvalue().decode()


def font_file(weight="400Regular"):
    """Path of a TTF of the product's type, for what is drawn and not set."""
    folder = settings.BASE_DIR / _FONTS / weight
    return next(folder.glob("*.ttf"))


@functools.cache
def _compiler():
    folder = settings.BASE_DIR / _FONTS
    fonts = [str(folder / weight) for weight in _WEIGHTS]
    return typst.Compiler(root=str(_ROOT), font_paths=fonts)
