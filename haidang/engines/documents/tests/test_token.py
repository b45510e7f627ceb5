"""Keys that never leave their token: SoftHSM in place of the token of an official."""

import io

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from haidang.engines.documents import api as documents
from haidang.engines.documents.signing import signers
from haidang.engines.documents.tests import house, test_papers, token
from haidang.kernel import errors

pytestmark = pytest.mark.skipif(bool(token.missing()), reason=token.missing())


@pytest.fixture(scope="module")
def tokens(tmp_path_factory):
    folder = tmp_path_factory.mktemp("token")
    token.make(folder, {"hsm_director": house.made().director, "hsm_seal": house.made().department})
    return folder


@pytest.fixture
def folder(settings, tmp_path, tokens):
    folder = house.open_in(settings, tmp_path)
    token.put_signer(folder / "signers", "hsm_director", title="Trần Thị Thử")
    token.put_signer(folder / "signers", "hsm_seal", title="Sở Y tế", role="organisation")
    return folder


def test_two_keys_of_a_token_sign_one_after_the_other(folder):
    paper = test_papers.made()
    content = documents.sign(
        paper.content,
        [
            documents.Step(signers.signer("hsm_director"), paper.places["person"]),
            documents.Step(signers.signer("hsm_seal"), paper.places["organisation"]),
        ],
    )

    found = PdfFileReader(io.BytesIO(content)).embedded_signatures
    assert [one.signer_cert.subject.native["common_name"] for one in found] == [
        "Trần Thị Thử",
        "Sở Y tế mô phỏng",
    ]


def test_a_key_of_a_token_signs_data_too(folder):
    seal = documents.signer("hsm_seal")

    xml = documents.sign_xml(b"<a><b>1</b></a>", seal)
    jws = documents.sign_jws(b"1", seal, at=house.NOW)

    assert documents.check(xml).verdict == "valid"
    assert documents.check_jws(jws).verdict == "valid"


@pytest.mark.parametrize(("file", "words"), [("pin", "9999"), ("token", "nowhere")])
def test_a_token_that_is_away_or_a_wrong_pin_is_a_signer_that_is_missing(folder, file, words):
    path = folder / "signers" / "hsm_director.toml"
    if file == "pin":
        (folder / "signers" / "hsm_director.pin").write_text(words)
    else:
        path.write_text(path.read_text().replace('token = "haidang"', f'token = "{words}"'))

    with pytest.raises(errors.Unavailable) as refused:
        documents.sign(test_papers.made().content, [documents.Step(signers.signer("hsm_director"))])

    assert refused.value.code == "documents.signer_missing"
