"""The door of the documents engine: files, numbers, papers, signatures and their checking."""

from haidang.engines.documents.checking.check import check
from haidang.engines.documents.checking.jws import check as check_jws
from haidang.engines.documents.checking.report import Part, Report, Signature
from haidang.engines.documents.disposals import Disposal, carry_out, disposal, disposals
from haidang.engines.documents.disposals import decide as decide_disposal
from haidang.engines.documents.disposals import propose as propose_disposal
from haidang.engines.documents.files import File, file, keep, keep_made, open_file
from haidang.engines.documents.issued import (
    Issued,
    issue,
    issued,
    issued_about,
    issued_about_many,
    new_code,
    sign_now,
    waiting_papers,
)
from haidang.engines.documents.kinds import Kind, kind, kinds
from haidang.engines.documents.numbers import Number, take_number
from haidang.engines.documents.ocr import Recognition, found_in, read_again, recognised, unread
from haidang.engines.documents.ocr import read_waiting as read_scans
from haidang.engines.documents.papers import Paper, Place, notice, qr, render
from haidang.engines.documents.previews import Preview, preview
from haidang.engines.documents.retention import (
    due,
    hold,
    holds,
    lift_hold,
    matter_ended,
    matter_reopened,
    refile,
    rules,
    stop_disposal,
)
from haidang.engines.documents.seals import Seal, renew_due, renew_seal, seal_of, seals_in_trouble
from haidang.engines.documents.signing.csc import CscSigner
from haidang.engines.documents.signing.data import DATA_LEVELS, sign_jws, sign_xml
from haidang.engines.documents.signing.rehearsal import make_synthetic_signers
from haidang.engines.documents.signing.remote import RemoteSigner
from haidang.engines.documents.signing.remote import authorize as authorize_remote
from haidang.engines.documents.signing.remote import collect as collect_remote
from haidang.engines.documents.signing.remote import prepare as prepare_remote
from haidang.engines.documents.signing.signers import Signer, signer, signers_of
from haidang.engines.documents.signing.signing import LEVELS, Step, sign
from haidang.engines.documents.types import ENDINGS
from haidang.engines.documents.word import check_template, render_docx, text_of_docx
from haidang.engines.documents.word_layout import administrative as administrative_docx

__all__ = [
    "CscSigner",
    "DATA_LEVELS",
    "Disposal",
    "ENDINGS",
    "File",
    "Issued",
    "Kind",
    "LEVELS",
    "Number",
    "Paper",
    "Part",
    "Place",
    "Preview",
    "Recognition",
    "RemoteSigner",
    "Report",
    "Seal",
    "Signature",
    "Signer",
    "Step",
    "administrative_docx",
    "authorize_remote",
    "carry_out",
    "check",
    "check_jws",
    "check_template",
    "collect_remote",
    "decide_disposal",
    "disposal",
    "disposals",
    "due",
    "file",
    "found_in",
    "hold",
    "holds",
    "issue",
    "issued",
    "issued_about",
    "issued_about_many",
    "keep",
    "keep_made",
    "kind",
    "kinds",
    "lift_hold",
    "make_synthetic_signers",
    "matter_ended",
    "matter_reopened",
    "new_code",
    "open_file",
    "prepare_remote",
    "preview",
    "propose_disposal",
    "notice",
    "qr",
    "read_again",
    "read_scans",
    "recognised",
    "refile",
    "render",
    "render_docx",
    "renew_due",
    "renew_seal",
    "rules",
    "seal_of",
    "seals_in_trouble",
    "sign",
    "sign_jws",
    "sign_now",
    "sign_xml",
    "signer",
    "signers_of",
    "stop_disposal",
    "take_number",
    "text_of_docx",
    "unread",
    "waiting_papers",
]
