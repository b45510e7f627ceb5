"""Kinds of messages, as their rooms declare them.

A room says in `messages.py` what it tells people:

  MESSAGES = [Kind("procedures.received", "Đã nhận hồ sơ {code}", "…", "Dossier {code} received", "…")]
"""

from dataclasses import dataclass

from django.apps import apps
from django.utils.module_loading import import_string

CHANNELS = ("email", "sms", "push")


@dataclass(frozen=True)
class Kind:
    """One kind of message; `{names}` in its words are filled with facts.

    channels    beside the product itself; what leaves it should tell nothing about health
    urgent      also in quiet hours, and cannot be refused
    """

    name: str
    title: str
    body: str
    title_en: str
    body_en: str
    channels: tuple[str, ...] = ("email", "push")
    urgent: bool = False


def everything():
    """Every kind by name, from the rooms and engines that have `messages.py`."""
    found = {}
    for config in apps.get_app_configs():
        if config.name.startswith("haidang."):
            try:
                listed = import_string(f"{config.name}.messages.MESSAGES")
            except ImportError:
                continue
            found |= {kind.name: kind for kind in listed}
    return found
