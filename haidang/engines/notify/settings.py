"""What may differ between installations (README.md). A channel without its setting is off."""

import os

HAIDANG_SMTP = os.environ.get("HAIDANG_SMTP", "")  # smtp://user:password@host:port, or smtps://
HAIDANG_MAIL_FROM = os.environ.get("HAIDANG_MAIL_FROM", "")
HAIDANG_SMS_URL = os.environ.get("HAIDANG_SMS_URL", "")
HAIDANG_SMS_TOKEN = os.environ.get("HAIDANG_SMS_TOKEN", "")
HAIDANG_SMS_BRAND = os.environ.get("HAIDANG_SMS_BRAND", "")
HAIDANG_PUSH_CONTACT = os.environ.get("HAIDANG_PUSH_CONTACT", "")  # mailto: of the operator
HAIDANG_PUSH_KEY = os.environ.get("HAIDANG_PUSH_KEY", "")  # file with the P-256 key in PEM
HAIDANG_ADDRESS = os.environ.get("HAIDANG_ADDRESS", "http://localhost:8000")  # as people reach us
