"""Apache Spark: one session for the process, and views run on it."""

import functools
import os
import sys

from haidang.engines.analytics.views import running, spark_sql
from haidang.engines.analytics.views.faults import _, wrong


@functools.cache
def session():
    """The session, of `HAIDANG_SPARK_MASTER` or of this machine.

    Raises    Incorrect `analytics.view_no_spark` when the spark extra or Java is missing
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as missing:
        raise wrong(
            "no_spark", _("Chưa cài Spark: cần gói mở rộng «spark» và Java 17.")
        ) from missing
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    master = os.environ.get("HAIDANG_SPARK_MASTER", "local[2]")
    builder = SparkSession.builder.master(master).appName("haidang")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    try:
        found = builder.getOrCreate()
    except Exception as why:
        raise wrong("no_spark", _("Chưa cài Spark: cần gói mở rộng «spark» và Java 17.")) from why
    found.sparkContext.setLogLevel("OFF")
    return found


_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.caseSensitive": "true",
    "spark.sql.ansi.enabled": "false",
    "spark.sql.cteRecursionLevelLimit": "1000",
    "spark.sql.cteRecursionRowLimit": "-1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}


def run(made, resources):
    """The rows of a plan over resources, as `running.run_view` gives them."""
    digits = any(shape.exact for shape in made.shape.walk())
    with running.as_file(resources, digits=digits) as path:
        writer = spark_sql.Spark()
        session().read.text(str(path)).toDF("json").createOrReplaceTempView("given")
        query = writer.query(made, writer.json_scan(made, "given"))
        return list(running.rows(made, collected(query, writer.parameters)))


def collected(query, parameters):
    """The rows of a query as plain tuples."""
    try:
        return [
            tuple(_plain(each) for each in row)
            for row in session().sql(query, args=parameters).collect()
        ]
    except Exception as why:
        raise running.refused(str(why)) from why


def _plain(value):
    return [_plain(each) for each in value] if isinstance(value, list) else value
