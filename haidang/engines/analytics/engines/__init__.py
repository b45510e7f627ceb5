"""Where SQL over the published views runs: DuckDB here, or Spark on a cluster."""

from django.conf import settings


def opened(**how):
    """A session of the engine that the settings name (`HAIDANG_ANALYTICS`), as a context manager."""
    if settings.HAIDANG_ANALYTICS == "spark":
        from haidang.engines.analytics.engines import spark

        return spark.opened(**how)
    from haidang.engines.analytics.engines import duck

    return duck.opened(**how)
