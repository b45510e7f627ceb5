"""A fault says in the logs where it is, and never what people are called.

The house runs as it does for people: a web server and a worker with their own output, and the
embedded PostgreSQL with its log. Everything that fails is given a name and a number to spill.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import click
import psycopg
import pytest
from click.testing import CliRunner

from haidang.config import console
from haidang.config.operations import databases
from haidang.config.tests import faulty

NAME, NUMBER = "Trần Thị Kín Đáo", "031299887766"
SPILLED = f"{NAME} {NUMBER}"
_EXPECTED = {
    "taken_twice": {"kind": "psycopg.errors.UniqueViolation", "sqlstate": "23505", "constraint": "django_session_pkey", "table": "django_session"},
    "no_date": {"kind": "psycopg.errors.InvalidDatetimeFormat", "sqlstate": "22007", "raised_by": "DateTimeParseError"},
    "below_zero": {"kind": "psycopg.errors.CheckViolation", "sqlstate": "23514", "table": "axes_accessattempt", "constraint": "axes_accessattempt_failures_since_start_check"},
    "raised_in_the_database": {"kind": "psycopg.errors.RaiseException", "sqlstate": "P0001"},
    "no_number": {"kind": "ValueError"},
    "no_key": {"kind": "KeyError"},
    "cannot_be_read": {"kind": "UnicodeDecodeError"},
    "chained": {"kind": "ValueError"},
    "grouped": {"kind": "ExceptionGroup"},
    "away": {"kind": "haidang.kernel.errors.Unavailable", "code": "house.away", "tries": 3},
    "in_a_thread": {"kind": "ValueError"},
}  # fmt: skip


class Log:
    """What a program of the house writes, and what PostgreSQL writes meanwhile."""

    def __init__(self, path, cluster):
        self.path, self._database = path, cluster.place / "log"
        self._begun = self._database.stat().st_size

    def text(self):
        return self.path.read_text(errors="replace")

    def entries(self):
        whole = self.text().rpartition("\n")[0]  # the last line may still be on its way
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]

    def errors(self, **like):
        """The entries about faults that have these facts."""
        grave = [
            one
            for one in self.entries()
            if "fault" in one and one["level"] in ("error", "critical")
        ]
        return [one for one in grave if one | like == one]

    def of_database(self):
        with open(self._database, errors="replace") as log:
            log.seek(self._begun)
            return log.read()


def spilled(text):
    """The parts of the name and number that stand in a text, whichever way they are written."""
    forms = [SPILLED, NAME, NUMBER, *NAME.split()[2:], quote(NAME), json.dumps(NAME)[1:-1], repr(NAME.encode())[2:-1]]  # fmt: skip
    return [form for form in forms if form in text]


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def program(module_database, database_cluster, tmp_path_factory):
    """Starts programs of the house over one database; their output goes to a file."""
    started = []

    def start(*words):
        path = tmp_path_factory.mktemp("log") / "out"
        with path.open("w") as out:
            process = subprocess.Popen(
                [sys.executable, *words], start_new_session=True, stdout=out, stderr=out,
                env=os.environ | {"HAIDANG_DATABASE": module_database, "HAIDANG_LOG_LEVEL": "DEBUG", "DJANGO_SETTINGS_MODULE": "haidang.config.settings"},
            )  # fmt: skip
        started.append(process)
        return process, Log(path, database_cluster)

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # its workers with it
        process.wait()


def _until(process, is_so):
    deadline = time.monotonic() + 120  # a bound for a machine with much else to do
    while not is_so():
        assert process.poll() is None, "the program ended by itself"
        assert time.monotonic() < deadline
        with suppress(subprocess.TimeoutExpired):  # leave the processor to it
            process.wait(timeout=0.05)


class House:
    """A web server to ask, its log, and what it answered."""

    def __init__(self, port, log):
        self.port, self.log = port, log

    def ask(self, path, body=None, **headers):
        """(status, headers, content)"""
        request = Request(f"http://127.0.0.1:{self.port}{path}", data=body, headers=headers)  # noqa: S310
        try:
            with urlopen(request, timeout=60) as answer:  # noqa: S310
                return answer.status, answer.headers, answer.read().decode()
        except HTTPError as why:
            return why.code, why.headers, why.read().decode()


@pytest.fixture(scope="module")
def house(program):
    port = _free_port()
    process, log = program(
        "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "2", "--no-ws", "--access-log",
        "haidang.config.tests.faulty:application",
    )  # fmt: skip

    def answers():
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return False
        return True

    _until(process, answers)
    return House(port, log)


@pytest.mark.parametrize("way", _EXPECTED)
@pytest.mark.parametrize("who", ["people", "machines"])
def test_a_failed_request_tells_its_place_and_no_name(house, way, who):
    asked = str(uuid.uuid4())
    path, more = f"/fail/{way}/?name={quote(SPILLED)}", {}
    if who == "machines":
        path, more = f"/gateway/fail/{way}/", {"Authorization": "Bearer hd_x_y"}

    status, headers, content = house.ask(
        path, SPILLED.encode() if more else None, **{"X-Request-Id": asked}, **more
    )

    uncaught = {"message": "a fault that nobody caught"}
    entry = house.log.errors(**(uncaught if way == "in_a_thread" else {"request": asked}))[-1]
    assert status == {"away": 503, "in_a_thread": 200}.get(way, 500)
    assert headers["X-Request-Id"] == asked
    assert (asked in content) == (status == 500 and who == "people")
    assert_told(entry, way)
    assert entry.get("route", "").endswith("fail/<str:way>/") or way in ("away", "in_a_thread")
    assert spilled(house.log.text()) == []
    assert spilled(house.log.of_database()) == []


def test_what_an_unforeseen_error_of_the_database_is_called_in_both_logs(house):
    house.ask(f"/fail/below_zero/?name={quote(SPILLED)}")

    (entry,) = house.log.errors(route="fail/<str:way>/", message="%s: %s")[-1:]
    assert isinstance(entry["backend"], int)
    assert entry["method"] == "GET"


def test_an_answer_that_breaks_off_is_told_by_its_place(house):
    asked = str(uuid.uuid4())

    house.ask(f"/stream/?name={quote(SPILLED)}", **{"X-Request-Id": asked})

    (entry,) = house.log.errors(request=asked)
    assert entry["fault"][-1]["kind"] == "ValueError"
    assert spilled(house.log.text()) == []


@pytest.mark.parametrize(
    "path",
    [
        f"/fhir/Patient/{NUMBER}",
        f"/{quote(NAME)}/",
        f"/fhir/Patient?name={quote(NAME)}",
        f"/?q={NUMBER}",
    ],
)
def test_what_was_asked_is_logged_by_the_pattern_of_its_address(house, path):
    house.ask(path, Authorization="Bearer hd_x_y")
    house.ask(path)

    assert "access" in {entry["logger"].rpartition(".")[2] for entry in house.log.entries()}
    assert spilled(house.log.text()) == []


def test_a_warning_is_told_by_its_place(house):
    status, _headers, _content = house.ask(
        "/gateway/fail/warned/", SPILLED.encode(), Authorization="Bearer hd_x_y"
    )

    warned = [one for one in house.log.entries() if one.get("message") == "a warning of Python"]
    (entry,) = [one for one in warned if "faulty.py" in one["facts"]["place"]]
    assert status == 200
    assert entry["facts"]["kind"] == "UserWarning"
    assert spilled(house.log.text()) == []


@pytest.mark.parametrize(
    ("given", "told", "echoed"),
    [
        ("6f1b0f3a-1b1c-4f0e-9a53-0d3a8a3f9f10", "6f1b0f3a-1b1c-4f0e-9a53-0d3a8a3f9f10", None),
        (NUMBER, None, NUMBER),
        ("", None, None),
    ],
)
def test_a_request_id_is_the_clients_when_it_can_name_nobody(house, given, told, echoed):
    _status, headers, _content = house.ask("/khoe/", **{"X-Request-Id": given})

    assert headers["X-Request-Id"] == (told or headers["X-Request-Id"])
    assert uuid.UUID(headers["X-Request-Id"])
    assert headers["X-Correlation-Id"] == echoed
    assert spilled(house.log.text()) == []


def test_a_failed_loop_of_the_worker_tells_its_place_and_no_name(program):
    process, log = program(
        "-c",
        "import sys; from haidang.config.tests import faulty; faulty.work(sys.argv[1])",
        SPILLED,
    )
    ways = {way for way in _EXPECTED if way != "in_a_thread"}

    def told():
        return {one["facts"]["loop"]: one for one in log.errors(message="a loop failed")}

    _until(
        process, lambda: told().keys() >= ways and log.errors(message="a fault that nobody caught")
    )

    for way in ways:
        assert_told(told()[way], way)
    assert spilled(log.text()) == []
    assert spilled(log.of_database()) == []


def test_what_an_administrator_gets_wrong_stands_in_the_log_without_values(database_cluster):
    start = (database_cluster.place / "log").stat().st_size
    with databases.administrator(database_cluster) as connection:
        connection.execute("CREATE TEMP TABLE person (number text CONSTRAINT one_each UNIQUE)")
        connection.execute("INSERT INTO person VALUES (%s)", [NUMBER])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO person VALUES (%s)", [NUMBER])

    with open(database_cluster.place / "log") as log:
        log.seek(start)
        written = log.read()
    assert "one_each" in written
    assert spilled(written) == []


def test_a_command_that_fails_tells_its_place_and_no_name(monkeypatch):
    monkeypatch.setattr(console, "_brought", dict)
    monkeypatch.delenv("HAIDANG_DEBUG", raising=False)

    @click.group(cls=console.House)
    def group():
        pass

    @group.command()
    def fail():
        faulty.chained(SPILLED)

    done = CliRunner().invoke(group, ["fail"])

    assert done.exit_code == 70
    assert "because of ValueError" in done.stderr
    assert "haidang/config/tests/faulty.py" in done.stderr
    assert spilled(done.output) == []


@pytest.mark.parametrize(("synthetic", "in_words"), [("1", "True"), ("0", "False")])
def test_words_are_told_of_synthetic_data_only(synthetic, in_words):
    asked = "from haidang.config import settings; print(settings.DEBUG, settings.HAIDANG_DEBUG)"
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True,
        env=os.environ | {"HAIDANG_DEBUG": "1", "HAIDANG_SYNTHETIC": synthetic},
    )  # fmt: skip

    assert done.stdout.split() == ["False", in_words]


def assert_told(entry, way):
    """That an entry says what failed, and where in the code."""
    assert entry["fault"][-1] | _EXPECTED[way] == entry["fault"][-1]
    places = [place for one in entry["fault"] for place in one["places"]]
    assert [place for place in places if place.startswith("haidang/config/tests/faulty.py:")]
    assert way in " ".join(places) or way in ("chained", "in_a_thread")
