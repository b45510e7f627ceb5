"""Which telling of a visit counts, whatever the order in which tellings are judged."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from haidang.engines.exchange import standing
from haidang.engines.exchange.standing import ACCEPTED, REJECTED, SUPERSEDED, Key, Telling

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def key(day=MONDAY, seq=1, position=0, rank=standing.DOSSIER):
    return Key(rank, day, seq, position)


def test_the_newest_sound_telling_counts():
    older, newer = key(MONDAY, seq=9), key(TUESDAY, seq=2)

    states = standing.settle([Telling(older, ACCEPTED), Telling(newer, ACCEPTED)])

    assert states == {newer: ACCEPTED, older: SUPERSEDED}


def test_of_one_day_the_later_arrival_counts():
    first, second = key(seq=1), key(seq=2)

    states = standing.settle([Telling(second, ACCEPTED), Telling(first, ACCEPTED)])

    assert states == {second: ACCEPTED, first: SUPERSEDED}


def test_a_rejected_correction_leaves_the_earlier_telling_in_force():
    older, newer = key(seq=1), key(seq=2)

    states = standing.settle([Telling(older, ACCEPTED), Telling(newer, REJECTED)])

    assert states == {older: ACCEPTED, newer: REJECTED}


def test_only_the_last_refusal_asks_for_something():
    first, second = key(seq=1), key(seq=2)

    states = standing.settle([Telling(first, REJECTED), Telling(second, REJECTED)])

    assert states == {first: SUPERSEDED, second: REJECTED}


def test_an_accepted_telling_answers_earlier_refusals_and_failures():
    refused, failed, sound = key(seq=1), key(seq=2), key(seq=3)

    states = standing.settle(
        [Telling(refused, REJECTED), Telling(failed, "failed"), Telling(sound, ACCEPTED)]
    )

    assert states == {refused: SUPERSEDED, failed: SUPERSEDED, sound: ACCEPTED}


def test_a_telling_not_judged_yet_replaces_nothing():
    sound, waiting = key(seq=1), key(seq=2)

    states = standing.settle([Telling(sound, ACCEPTED), Telling(waiting, "waiting")])

    assert states == {sound: ACCEPTED, waiting: "waiting"}


def test_a_check_in_gives_way_to_the_dossier_even_when_it_arrives_later():
    dossier, check_in = key(MONDAY, seq=1), key(TUESDAY, seq=2, rank=standing.CHECK_IN)

    states = standing.settle([Telling(check_in, ACCEPTED), Telling(dossier, ACCEPTED)])

    assert states == {dossier: ACCEPTED, check_in: SUPERSEDED}


@given(st.data())
def test_judging_one_by_one_in_any_order_ends_as_judging_all_at_once(data):
    merits = data.draw(st.lists(st.sampled_from([ACCEPTED, REJECTED]), min_size=1, max_size=6))
    days = data.draw(st.lists(st.sampled_from([MONDAY, TUESDAY]), min_size=6, max_size=6))
    tellings = [Telling(key(days[n], seq=n), merit) for n, merit in enumerate(merits)]

    at_once = standing.settle(tellings)
    one_by_one = {}
    for telling in data.draw(st.permutations(tellings)):
        rivals = [Telling(k, s) for k, s in one_by_one.items() if s != SUPERSEDED]
        one_by_one |= standing.settle([telling, *rivals])

    assert one_by_one == at_once


def test_a_day_in_the_future_does_not_shut_out_later_corrections():
    assert standing.order_day(date(2099, 1, 1), MONDAY) == MONDAY
    assert standing.order_day(None, MONDAY) == MONDAY
    assert standing.order_day(MONDAY, TUESDAY) == MONDAY
