"""The door of the analytics engine.

`run_view` needs no database and no settings; what does is imported when it is asked for.
"""

from haidang.engines.analytics.views.running import run_view

__all__ = ["run_view"]
