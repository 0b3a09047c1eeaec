"""Helpers measure beside the process: the same fires, whoever dies."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest

from sylvan.domain.surroundings import Surroundings
from sylvan.services.measure import Job, Ruler
from sylvan.services.measuring import WORTH_IT, Measurers
from tests.db.helpers import burning_day, seen


@pytest.fixture(scope="module")
def jobs():
    passes = burning_day(WORTH_IT + 20, 2, seed=4)
    rows = [
        np.concatenate([seen(a), seen(b)]) for a, b in zip(passes[::2], passes[1::2], strict=True)
    ]
    return [Job(one, (), Surroundings(), ()) for one in rows]


@pytest.fixture(scope="module")
def alone(jobs):
    return [one.done(Ruler(None)) for one in jobs]


@pytest.fixture
def crew():
    made = Measurers(helpers=1)
    made.start()
    for one in made._ready:
        one.result()
    return made


def helpers_of(crew):
    return list(crew._pool._processes)


def test_helpers_measure_what_the_process_would_have(crew, jobs, alone) -> None:
    heard = []
    assert crew.measured(Ruler(None), jobs, heard.append) == alone
    assert heard == sorted(heard)


def test_a_helper_killed_in_between_changes_nothing_and_the_next_batch_has_new_ones(
    crew, jobs, alone
) -> None:
    (victim,) = helpers_of(crew)

    def kill(done):
        if done > 0:
            os.kill(victim, signal.SIGKILL)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "kill", _once(os.kill))
        assert crew.measured(Ruler(None), jobs, kill) == alone
    assert crew.measured(Ruler(None), jobs, lambda _: None) == alone


def _once(action):
    done = []

    def first(*args):
        if not done:
            done.append(True)
            action(*args)

    return first


def test_few_fires_are_measured_without_helpers(jobs) -> None:
    made = Measurers(helpers=1)
    assert len(made.measured(Ruler(None), jobs[:3], lambda _: None)) == 3
    assert made._pool is None


PARENT = """
import time
from sylvan.services.measuring import Measurers
if __name__ == "__main__":
    crew = Measurers(helpers=1)
    crew.start()
    [one.result() for one in crew._ready]
    print(list(crew._pool._processes)[0], flush=True)
    time.sleep(60)
"""


def test_helpers_end_with_the_process_that_started_them(tmp_path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        helper = int(parent.stdout.readline())
        assert psutil.pid_exists(helper)
        parent.kill()
    until = time.monotonic() + 30
    while psutil.pid_exists(helper):
        assert time.monotonic() < until
        time.sleep(0.05)
