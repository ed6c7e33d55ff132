"""When a server that fails is left alone."""

from __future__ import annotations

import threading

import pytest

from coi_qa.adapters.breaker import Breaker


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(failures=3, pause_s=60, clock=clock)


def test_failures_in_a_row_begin_a_pause(breaker):
    began = [breaker.failed() for _ in range(3)]

    assert began == [False, False, True]
    assert not breaker.may_ask()


def test_a_success_between_them_begins_the_count_anew(breaker):
    breaker.failed(), breaker.failed()
    breaker.succeeded()

    assert not breaker.failed()
    assert breaker.may_ask()


def test_after_the_pause_one_may_try_while_others_wait(breaker, clock):
    for _ in range(3):
        breaker.failed()
    clock.now = 60.0

    assert [breaker.may_ask() for _ in range(3)] == [True, False, False]


def test_a_try_that_goes_well_ends_the_pause(breaker, clock):
    for _ in range(3):
        breaker.failed()
    clock.now = 60.0
    breaker.may_ask()
    breaker.succeeded()

    assert [breaker.may_ask() for _ in range(3)] == [True] * 3


def test_a_try_that_fails_begins_it_anew(breaker, clock):
    for _ in range(3):
        breaker.failed()
    clock.now = 60.0
    breaker.may_ask()

    assert breaker.failed()
    clock.now = 119.0
    assert not breaker.may_ask()
    clock.now = 120.0
    assert breaker.may_ask()


def test_one_that_was_asked_before_the_pause_does_not_prolong_it(breaker, clock):
    for _ in range(3):
        breaker.failed()
    clock.now = 59.0
    breaker.failed()
    clock.now = 60.0

    assert breaker.may_ask()


def test_of_many_threads_one_tries(breaker, clock):
    for _ in range(3):
        breaker.failed()
    clock.now = 60.0
    start, let = threading.Barrier(16), []

    def ask():
        start.wait()
        if breaker.may_ask():
            let.append(1)

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert let == [1]
