"""Signatures: both in their places and in order, or none; refused with the reason."""

import http.server
import io
import threading

import pypdfium2
import pytest
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from haidang.engines.documents import api as documents
from haidang.engines.documents.signing import signers, timestamps
from haidang.engines.documents.tests import house, test_papers
from haidang.kernel import errors


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    return house.open_in(settings, tmp_path)


def steps(paper, *names):
    return [
        documents.Step(signers.signer(name), paper.places[place])
        for name, place in zip(names, ("person", "organisation"), strict=False)
    ]


def signed(*names, level="B-T"):
    paper = test_papers.made()
    return documents.sign(paper.content, steps(paper, *names), level=level)


def signatures(content):
    return PdfFileReader(io.BytesIO(content)).embedded_signatures


def test_a_person_signs_and_then_the_organisation_each_over_what_was_before():
    paper = test_papers.made()
    content = documents.sign(paper.content, steps(paper, "director", "department"))

    assert content.startswith(paper.content)
    found = signatures(content)
    assert [one.signer_cert.subject.native["common_name"] for one in found] == [
        "Trần Thị Thử",
        "Sở Y tế mô phỏng",
    ]
    assert all(one.sig_object["/SubFilter"] == "/ETSI.CAdES.detached" for one in found)
    unsigned = [[a["type"].native for a in one.signer_info["unsigned_attrs"]] for one in found]
    assert unsigned == [["signature_time_stamp_token"]] * 2


def test_a_signature_is_seen_in_the_room_that_the_paper_left_for_it():
    paper = test_papers.made()
    content = documents.sign(paper.content, steps(paper, "director", "department"))

    place = paper.places["person"]
    page = pypdfium2.PdfDocument(content)
    page.init_forms()
    drawn = page[0].render(scale=1, may_draw_forms=True).to_pil().convert("RGB")
    middle = drawn.crop(
        (
            int(place.x + place.width / 3),
            int(place.y),
            int(place.x + place.width),
            int(place.y + place.height),
        )
    )
    blue = sum(1 for r, g, b in middle.getdata() if b > r + 60)
    red = sum(1 for r, g, b in drawn.getdata() if r > b + 60)
    assert blue > 100
    assert red > 100


@pytest.mark.parametrize(
    ("level", "has_lists", "stamps"), [("B-T", 0, 0), ("B-LT", 1, 0), ("B-LTA", 1, 1)]
)
def test_a_level_keeps_what_it_promises(level, has_lists, stamps):
    content = signed("director", "department", level=level)
    reader = PdfFileReader(io.BytesIO(content))

    assert bool("/DSS" in reader.root and reader.root["/DSS"].get("/CRLs")) == bool(has_lists)
    assert len(reader.embedded_timestamp_signatures) == stamps
    assert len(reader.embedded_regular_signatures) == 2


@pytest.mark.parametrize("name", ["expired", "revoked", "untrusted"])
def test_a_certificate_that_cannot_sign_is_refused_with_its_reason(name):
    signer = "stranger" if name == "untrusted" else name

    with pytest.raises(errors.RuleBroken) as refused:
        signed("director", signer)

    assert refused.value.code == f"documents.certificate_{name}"
    assert refused.value.facts == {"signer": signer}


class _Service(http.server.BaseHTTPRequestHandler):
    """A timestamp service over HTTP; it goes down after so many answers."""

    left = 10**6
    wrong = False

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).left -= 1
        if self.left < 0:
            self.send_error(503)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(_answer(query, wrong=self.wrong))

    def log_message(self, *told):
        pass


def _answer(query, *, wrong):
    from asn1crypto import tsp

    asked = tsp.TimeStampReq.load(query)
    if wrong:
        asked["message_imprint"]["hashed_message"] = b"\x00" * 32
    local = timestamps._local(*house_files(), 0)
    return local.request_tsa_response(asked).dump()


def house_files():
    folder = house._template() / "signers"
    return [folder / name for name in timestamps.LOCAL]


@pytest.fixture
def service(settings):
    handler = type("Service", (_Service,), {})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    settings.HAIDANG_TSA = f"http://127.0.0.1:{server.server_port}/"
    yield handler
    server.shutdown()
    server.server_close()


def test_a_timestamp_service_over_http(service):
    assert len(signatures(signed("director", "department"))) == 2
    assert service.left < 10**6


def test_a_service_that_goes_down_after_the_first_signature_leaves_nothing_signed(service):
    service.left = 1

    with pytest.raises(errors.Unavailable) as refused:
        signed("director", "department")

    assert refused.value.code == "documents.timestamps_down"
    assert service.left < 0


def test_a_certificate_of_which_nobody_tells_whether_it_is_revoked_does_not_sign(folder):
    (folder / "trust" / "root.crl").unlink()

    with pytest.raises(errors.Unavailable) as refused:
        signed("director")

    assert refused.value.code == "documents.revocation_unknown"


def test_a_timestamp_of_something_else_is_not_taken(service):
    service.wrong = True

    with pytest.raises(errors.Unavailable):
        signed("director")


def test_a_house_without_a_service_says_so(settings):
    settings.HAIDANG_SYNTHETIC = False

    with pytest.raises(errors.Unavailable) as refused:
        signed("director")

    assert refused.value.code == "documents.timestamps_missing"


def test_a_wrong_password_is_a_signer_that_is_missing(folder):
    (folder / "signers" / "director.password").write_text("wrong")
    path = folder / "signers" / "director.toml"
    path.write_text(path.read_text() + 'key = "changed"\n')

    with pytest.raises(errors.Unavailable) as refused:
        signed("director")

    assert refused.value.code == "documents.signer_missing"


@pytest.mark.parametrize(
    ("line", "code"), [('picture = "gone.png"', "picture"), ("title =", "signer")]
)
def test_a_signer_whose_file_is_wrong_or_whose_picture_is_gone_says_so(folder, line, code):
    path = folder / "signers" / "director.toml"
    path.write_text(path.read_text() + line + "\n")

    with pytest.raises(errors.Unavailable) as refused:
        signed("director")

    assert refused.value.code == f"documents.{code}_missing"


def test_a_picture_of_the_hand_signature_is_shown(folder):
    picture = Image.new("RGBA", (200, 100), (0, 200, 0, 255))
    picture.save(folder / "signers" / "hand.png")
    path = folder / "signers" / "director.toml"
    path.write_text(path.read_text() + 'picture = "hand.png"\n')

    page = pypdfium2.PdfDocument(signed("director"))
    page.init_forms()
    drawn = page[0].render(scale=1, may_draw_forms=True).to_pil().convert("RGB")

    assert sum(1 for r, g, b in drawn.getdata() if g > r + 100 and g > b + 100) > 1000


@pytest.mark.parametrize("content", [b"no pdf", b"%PDF-1.7\nbroken"])
def test_what_is_no_pdf_cannot_be_signed(content):
    with pytest.raises(errors.Incorrect):
        documents.sign(content, [documents.Step(signers.signer("director"))])


def test_a_signer_signs_for_its_units_and_for_its_holder(folder):
    path = folder / "signers" / "director.toml"
    path.write_text(path.read_text() + 'holders = ["Practitioner/1"]\n')

    def names(holder, org=house.ORG):
        return [one.name for one in documents.signers_of("person", org=org, holder=holder)]

    assert names("Practitioner/1")[0] == "director"
    assert "director" not in names("Practitioner/2")
    assert names("Practitioner/1", org="1") == []
