"""The door of the documents engine: files, numbers, papers, signatures and their checking."""

from haidang.engines.documents.checking.check import check
from haidang.engines.documents.checking.report import Report, Signature
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
from haidang.engines.documents.papers import Paper, Place, qr, render
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
    "ENDINGS",
    "File",
    "Issued",
    "Kind",
    "LEVELS",
    "Number",
    "Paper",
    "Place",
    "RemoteSigner",
    "Report",
    "Signature",
    "Signer",
    "Step",
    "authorize_remote",
    "check",
    "collect_remote",
    "file",
    "issue",
    "issued",
    "issued_about",
    "issued_about_many",
    "keep",
    "keep_made",
    "kind",
    "kinds",
    "make_synthetic_signers",
    "new_code",
    "open_file",
    "prepare_remote",
    "qr",
    "render",
    "sign",
    "sign_now",
    "signer",
    "signers_of",
    "take_number",
    "waiting_papers",
]
