"""What a file really is, by its bytes and never by its name."""

import mmap
import zipfile
from dataclasses import dataclass

from django.utils.translation import gettext as _

from haidang.kernel import errors

_HEADS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DOCX = _OFFICE["word/document.xml"]
_OLE = b"\xd0\xcf\x11\xe0"  # the container of old Office files and of encrypted new ones
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED_PART = 1  # of the flags of a part of a zip
ENDINGS = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    DOCX: ("docx",),
    _OFFICE["xl/workbook.xml"]: ("xlsx",),
}


@dataclass(frozen=True)
class Kind:
    """A type and whether the name of the file agrees with it."""

    type: str
    named_so: bool


def of(path, name):
    """What the file at a path is.

    Raises    Incorrect `documents.type_unknown`, `documents.locked` for an encrypted one,
              `documents.too_old` for a Word or Excel file of before 2007
    """
    with path.open("rb") as file:
        head = file.read(1024)
    found = next((kind for start, kind in _HEADS if start in head[: len(start)]), None)
    if found is None and head.startswith(b"PK\x03\x04"):
        found = _office(path)
    if head.startswith(_OLE):
        raise _locked() if _holds(path, _ENCRYPTED_STREAM) else _too_old()
    if found is None:
        raise errors.Incorrect(
            "documents.type_unknown", _("Chỉ nhận tệp PDF, JPEG, PNG, DOCX hoặc XLSX.")
        )
    if found == "application/pdf" and _is_locked_pdf(path):
        raise _locked()
    ending = name.rpartition(".")[2].lower()
    return Kind(found, ending in ENDINGS[found])


def _office(path):
    try:
        with zipfile.ZipFile(path) as packed:
            parts = {one.filename: one.flag_bits & _ENCRYPTED_PART for one in packed.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None  # cut, of a later version than Python reads, or with a name that is none
    found = next((kind for inside, kind in _OFFICE.items() if inside in parts), None)
    if found and any(parts.values()):
        raise _locked()  # its names can be read, its words cannot
    return found


def _holds(path, words):
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(words) >= 0


def _is_locked_pdf(path):
    import pypdfium2

    try:
        pypdfium2.PdfDocument(path).close()
    except pypdfium2.PdfiumError as why:
        told = str(why).lower()
        if "password" in told or "security" in told:
            return True
        raise errors.Incorrect(
            "documents.broken", _("Tệp PDF bị hỏng, không mở được; hãy xuất lại rồi gửi.")
        ) from why
    return False


def _locked():
    return errors.Incorrect(
        "documents.locked", _("Tệp đang đặt mật khẩu hoặc mã hoá; hãy bỏ mật khẩu rồi gửi lại.")
    )


def _too_old():
    return errors.Incorrect(
        "documents.too_old",
        _("Tệp kiểu cũ (.doc, .xls) không được nhận; hãy lưu thành DOCX, XLSX hoặc PDF rồi gửi."),
    )


#: What may be a picture of a paper, whose words are not text yet.
SCANS = ("image/jpeg", "image/png", "application/pdf")
