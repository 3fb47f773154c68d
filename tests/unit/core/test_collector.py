"""The pause of the collector of cycles among threads."""

import gc

from registry.core.collector import collector_paused


def test_the_collector_rests_until_the_last_has_left_and_runs_again_then() -> None:
    assert gc.isenabled()
    first, second = collector_paused(), collector_paused()
    first.__enter__()
    second.__enter__()

    first.__exit__(None, None, None)
    while_one_is_inside = gc.isenabled()
    second.__exit__(None, None, None)

    assert not while_one_is_inside
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
