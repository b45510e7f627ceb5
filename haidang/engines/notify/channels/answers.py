"""What a channel may say when a message cannot be sent."""


class Gone(Exception):
    """The address is no more; it is not tried again."""


class NotNow(Exception):
    """It did not work this time; it is tried again later."""
