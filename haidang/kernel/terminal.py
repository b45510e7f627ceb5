"""How a command at a terminal ends that could not do its work (kết thúc một lệnh).

One sentence says what happened, what is safe and what to do; the exit code says it to a script, and
with `--json` so does one JSON object on the output: {"error": {"code", "message", "facts"}}. Every
command of the house is made with `Group` or `Command` of this module, so none shows a traceback for
something that was foreseen, and none tells a fault in words that may name people.
"""

import json
import signal
import sys
from dataclasses import asdict, dataclass, field

import click

from haidang.kernel import errors, faults

REFUSED, MISUNDERSTOOD, NOT_READY, FAULT, LATER, STOPPED = 1, 2, 3, 70, 75, 130
TERMINATED = 128 + signal.SIGTERM

_STOPPED = (
    "Stopped. What was finished before stands, what was under way is undone; the same command may be"
    " given again."
)
_FAULT = (
    "This is a fault of Hải Đăng and not of the call. The lines above say where; report them."
    " What was finished before stands, what was under way is undone."
)


@dataclass(frozen=True)
class Ending:
    """Why a command did not do what was asked.

    exit_code  1 refused, 2 a call that cannot be understood, 3 a run that cannot be used yet, 70 a
               fault of ours, 75 not within the time given, 130 and 143 stopped
    code       stable, as those of errors
    message    one sentence or two for a person
    """

    exit_code: int
    code: str
    message: str
    facts: dict = field(default_factory=dict)


class Terminated(KeyboardInterrupt):
    """SIGTERM, or SIGHUP of a terminal that is closed, which end a command as Ctrl-C does.

    Whatever it holds is let go in order.
    """


class _Telling:
    """A command whose failures are told in words, or as JSON."""

    #: Commands that hand their arguments to another program, `--json` among them.
    hands_on = frozenset()

    def main(self, args=None, prog_name=None, **extra):
        words = list(sys.argv[1:] if args is None else args)
        if args is None:
            listen(_terminate, signal.SIGTERM, signal.SIGHUP)
        try:
            done = super().main(words, prog_name, **(extra | {"standalone_mode": False}))
        except (Exception, KeyboardInterrupt) as why:  # noqa: BLE001, each way to end is told below
            sys.exit(self._tell(why, _wants_json(words, self.hands_on)))
        sys.exit(done if type(done) is int else 0)  # what `context.exit(code)` comes back as

    def tell_fault(self, why):
        """Say where a fault of ours is, without the words of its exceptions: they may name people."""
        click.echo("\n".join(faults.lines(why)), err=True)

    def ending_of(self, why):
        """The Ending that an exception means, or None for a fault of ours."""
        return _foreseen(why)

    def _tell(self, why, as_json):
        if isinstance(why, click.UsageError) and not as_json:
            why.show()
            return why.exit_code
        ending = self.ending_of(why)
        if ending is None:
            self.tell_fault(why)
            ending = Ending(FAULT, "house.fault", _FAULT)
        if as_json:
            told = {k: v for k, v in asdict(ending).items() if v and k != "exit_code"}
            click.echo(json.dumps({"error": told}, ensure_ascii=False, default=str))
        else:
            click.echo(f"Error: {ending.code}: {ending.message}{_in_words(ending.facts)}", err=True)
        return ending.exit_code


class Command(_Telling, click.Command):
    """One command of the house."""


class Group(_Telling, click.Group):
    """Commands of one part of the house."""


def _in_words(facts):
    return f" ({', '.join(f'{name}: {fact}' for name, fact in facts.items())})" if facts else ""


def listen(handler, *numbers):
    """Hand these signals to a handler, but for those that somebody has had ignored (nohup) or took before."""
    for number in numbers:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, handler)


def stop_listening(*numbers):
    """Let these signals do nothing from now on: stopping is not to be interrupted.

    SIG_IGN is not for this: Python complains of a signal that comes between the two.
    """
    for number in numbers:
        signal.signal(number, lambda *_: None)


def _terminate(*_):
    stop_listening(signal.SIGTERM, signal.SIGHUP)
    raise Terminated


def _wants_json(words, hands_on):
    for word in words:
        if word == "--" or word in hands_on:
            return False
        if word == "--json":
            return True
    return False


def _foreseen(why):
    if isinstance(why, click.Abort | KeyboardInterrupt):
        stop = why.__cause__ or why
        exit_code = TERMINATED if isinstance(stop, Terminated) else STOPPED
        return Ending(exit_code, "house.stopped", str(stop) or _STOPPED)
    if isinstance(why, errors.HaidangError):
        exit_code = MISUNDERSTOOD if isinstance(why, errors.Incorrect) else REFUSED
        return Ending(exit_code, why.code, str(why.message), why.facts)
    if isinstance(why, click.ClickException):
        code = getattr(why, "code", None)
        code = code or ("house.usage" if isinstance(why, click.UsageError) else "house.refused")
        return Ending(why.exit_code, code, why.format_message())
    if isinstance(why, OSError) and why.strerror:
        return _of_the_machine(why)
    return None


def _of_the_machine(why):
    """What the machine refuses: a folder that cannot be written, a full disk."""
    named = f"{why.filename}: " if why.filename else ""
    message = (
        f"{named}{why.strerror}. What was finished before stands; mend this on the machine, or name"
        " another place, and give the command again."
    )
    return Ending(REFUSED, "house.machine", message)
