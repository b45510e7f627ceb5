"""The door of checking: any file that says that it is signed."""

from haidang.engines.documents.checking import jws, pdf, xml
from haidang.engines.documents.checking.report import Report


def check(content):
    """Check the signatures of a file (kiểm tra chữ ký số), whoever made it, and report in words.

    Nothing is fetched from addresses that the file names. Broken, locked, unsigned and unknown
    files are reported as such; nothing is raised.

    Source    Nghị định 30/2020/NĐ-CP, Điều 4, Điều 5; ETSI EN 319 102-1 for the order of checks
    """
    head = content[:1024].lstrip()
    if b"%PDF-" in head:
        return pdf.check(content)
    if head.startswith((b"<", b"\xef\xbb\xbf<")):
        return xml.check(content)
    if jws.is_one(content):
        return jws.check(content)
    return Report("unsupported")
