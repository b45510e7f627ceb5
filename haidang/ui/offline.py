"""Pages that a phone keeps for when there is no network (bản lưu ngoại tuyến).

Only where the person asked for it: then `scripts/keeper.js`, a service worker, puts aside each page
that says it may be kept, shows it again with the moment it was kept, and forgets all of it when the
person signs out or the session has ended. Decision 0018 says why it is made this way.
"""

import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from haidang.ui import context

HEADER = "X-Keep-Offline"
SCRIPT = "ui/keeper.js"


def keep(response):
    """Let the phone of whoever is asking keep this page; for pages about their own family alone."""
    response.headers[HEADER] = "1"
    return response


def script():
    """The service worker with the addresses that it has to know."""
    addresses = {
        "offline": reverse("ui:offline"),
        "signIn": context.address("account_login"),
        "signOut": context.address("account_logout"),
        "parts": settings.STATIC_URL,
    }
    written = Path(finders.find(SCRIPT)).read_text()
    return f"self.addresses = {json.dumps(addresses)};\n{written}"
