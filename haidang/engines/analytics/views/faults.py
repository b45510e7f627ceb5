"""What is refused in a view, said the same way everywhere.

The compiler is also a plain function for scripts, so a sentence is translated only where Django
is set up.
"""

from django.conf import settings
from django.utils import translation

from haidang.kernel import errors


def wrong(reason, message, **facts):
    """The refusal of a view: an `Incorrect` with code `analytics.view_<reason>`.

    message    one Vietnamese sentence, with named placeholders that `facts` fill
    """
    said = translation.gettext(message) if settings.configured else message
    return errors.Incorrect(f"analytics.view_{reason}", (said % facts).strip(), **facts)


def _(text):
    """Marks a sentence for translation; `wrong` translates it."""
    return text
