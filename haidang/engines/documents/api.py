"""The door of the documents engine: files, numbers, papers, signatures and their checking."""

from haidang.engines.documents.checking.check import check
from haidang.engines.documents.checking.report import Report, Signature
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
from haidang.engines.documents.ocr import Recognition, found_in, recognised
from haidang.engines.documents.papers import Paper, Place, qr, render
from haidang.engines.documents.retention import (
    due,
    hold,
    holds,
    lift_hold,
    matter_ended,
    matter_reopened,
    rules,
    stop_disposal,
)
from haidang.engines.documents.signing.csc import CscSigner
from haidang.engines.documents.signing.rehearsal import make_synthetic_signers
from haidang.engines.documents.signing.remote import RemoteSigner
from haidang.engines.documents.signing.remote import authorize as authorize_remote
from haidang.engines.documents.signing.remote import collect as collect_remote
from haidang.engines.documents.signing.remote import prepare as prepare_remote
from haidang.engines.documents.signing.signers import Signer, signer, signers_of
from haidang.engines.documents.signing.signing import LEVELS, Step, sign
from haidang.engines.documents.types import ENDINGS

__all__ = [
    "CscSigner",
    "Disposal",
    "ENDINGS",
    "File",
    "Issued",
    "Kind",
    "LEVELS",
    "Number",
    "Paper",
    "Place",
    "Recognition",
    "RemoteSigner",
    "Report",
    "Signature",
    "Signer",
    "Step",
    "authorize_remote",
    "carry_out",
    "check",
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
    "propose_disposal",
    "qr",
    "recognised",
    "render",
    "rules",
    "sign",
    "sign_now",
    "signer",
    "signers_of",
    "stop_disposal",
    "take_number",
    "waiting_papers",
]
