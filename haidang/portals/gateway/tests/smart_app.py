"""An app that goes through the whole of SMART App Launch over Django's test client."""

import base64
import hashlib
from urllib.parse import parse_qsl, urlsplit

from django.test import Client

from haidang.engines.access import api as access
from haidang.kernel import actor, fhirjson

BACK = "https://app.example/back"
VERIFIER = "a-verifier-that-is-long-enough-for-the-rule-of-43-characters"
PASSWORD = "một mật khẩu chỉ để thử 31"
BACKEND = "haidang.engines.access.backends.PasswordBackend"
SCOPES = [
    "patient/*.cruds", "user/*.cruds", "offline_access", "sensitive", "openid", "fhirUser",
    "launch", "launch/patient", "launch/encounter",
]  # fmt: skip


def challenge(verifier=VERIFIER):
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class App:
    """One registered app, and a browser in which somebody has signed in."""

    def __init__(self, account, *, scopes=SCOPES, public=True, **more):
        more.setdefault("redirect_uris", [BACK])
        self.row, self.secret = access.register_app(
            "Ứng dụng thử", by=actor.SYSTEM, scopes=scopes, public=public, **more
        )
        self.browser = Client()
        if account is not None:
            self.browser.force_login(account, backend=BACKEND)

    def asked(self, scope, **changed):
        wish = {
            "response_type": "code", "client_id": self.row.client_id, "redirect_uri": BACK,
            "scope": scope, "state": "s-123456", "aud": "http://testserver/fhir",
            "code_challenge": challenge(), "code_challenge_method": "S256",
        }  # fmt: skip
        return {name: value for name, value in (wish | changed).items() if value is not None}

    def open(self, scope, **changed):
        """The first page, or where the app was sent back to."""
        return self.browser.get("/oauth/authorize", self.asked(scope, **changed))

    def post(self, scope, said, **changed):
        query = self.asked(scope, **changed)
        return self.browser.post("/oauth/authorize", said, query_params=query)

    def allow(self, scope, *, patient=None, encounter=None, but=(), **changed):
        """The code that the app gets when somebody says yes to all of it (but `but`)."""
        allowed = [word for word in scope.split() if word not in but]
        chosen = {"patient": patient, "encounter": encounter}
        said = {"step": "allow", "allow": allowed} | {k: v for k, v in chosen.items() if v}
        return back(self.post(scope, said, **changed))["code"]

    def exchange(self, code, *, http=None, **changed):
        said = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": BACK,
            "client_id": self.row.client_id, "code_verifier": VERIFIER,
        } | changed  # fmt: skip
        return self.token(**{name: value for name, value in said.items() if value is not None})

    def token(self, **said):
        return Client().post("/oauth/token", said)

    def tokens(self, scope, **more):
        answer = self.exchange(self.allow(scope, **more))
        assert answer.status_code == 200, answer.content
        return fhirjson.loads(answer.content)

    def fhir(self, scope, **more):
        """A client of the FHIR door with the token of this scope."""
        return Bearer(self.tokens(scope, **more)["access_token"])


class Bearer:
    """The FHIR door with an access token."""

    def __init__(self, token):
        self.http = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path, **query):
        return self.http.get(f"/fhir/{path}", query)

    def send(self, method, path, resource, **headers):
        content = fhirjson.dumps(resource)
        act = getattr(self.http, method)
        return act(f"/fhir/{path}", content, content_type="application/fhir+json", headers=headers)

    def delete(self, path):
        return self.http.delete(f"/fhir/{path}")

    def seen(self, path):
        """Ids of the matches and of what came along, by type."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.content
        entries = fhirjson.loads(answer.content).get("entry", [])
        return sorted(f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in entries)


def back(answer):
    """What an app is told at its redirect address."""
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert answer["Location"].startswith(BACK), answer["Location"]
    return dict(parse_qsl(urlsplit(answer["Location"]).query))


def account(name, *roles, **more):
    return access.create_account(
        name, password=PASSWORD, name=name.title(), roles=roles, by=actor.SYSTEM, **more
    )
