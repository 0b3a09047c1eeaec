"""What helpers of tests do; they import this module alone, the whole house would take seconds."""

import os
import signal

from sylvan.domain.forecasting import ForecastingParameters
from sylvan.services.forecasting import answered

QUICK = ForecastingParameters(hours=3, members=4, steps_h=(1, 2, 3), reach_km=(2.0, 3.0))


def quick(asked, dem):
    """In a helper: fewer steps, so that a test waits less."""
    return answered(asked, dem, QUICK)


def deadly(asked, dem):
    os.kill(os.getpid(), signal.SIGKILL)


def endless(asked, dem):
    while True:
        pass
