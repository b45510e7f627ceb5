"""The door of the notify engine: tell somebody something, and what they were told."""

from haidang.engines.notify.channels.push import public_key as push_key
from haidang.engines.notify.delivering import failed
from haidang.engines.notify.kinds import CHANNELS, Kind
from haidang.engines.notify.sending import (
    PAGE,
    Message,
    inbox,
    mark_read,
    refuse,
    save_address,
    send,
    unread,
)

__all__ = [
    "CHANNELS",
    "PAGE",
    "Kind",
    "Message",
    "failed",
    "inbox",
    "mark_read",
    "push_key",
    "refuse",
    "save_address",
    "send",
    "unread",
]
