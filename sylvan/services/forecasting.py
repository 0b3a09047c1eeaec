"""Helpers that compute forecasts: a few seconds of one core each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sylvan.domain.forecasting import DEFAULT, Answer, ForecastingParameters, Question, answer
from sylvan.services import terrain
from sylvan.services.helpers import Helpers

Work = Callable[[Question, Path | None], Answer]


def answered(asked: Question, dem: Path | None, params: ForecastingParameters = DEFAULT) -> Answer:
    """In a helper: read the terrain, run the members, draw the contours."""
    heights, reasons = terrain.heights(dem, asked.net)
    return answer(replace(asked, reasons=(*asked.reasons, *reasons)), heights, params)


@dataclass(slots=True)
class Forecasters(Helpers):
    """Helpers for forecasts; one more than work at a time is for whoever waits at a screen."""

    spare: int = 1
    name: str = "forecast"
    work: Work = answered

    def answer(self, asked: Question, dem: Path | None, patience_s: float | None = None) -> Answer:
        """The forecast, by a helper.

        Args:
            asked: the question.
            dem: the terrain model, if there is one.
            patience_s: how long somebody waits.

        Raises:
            Unanswered: it took too long, or helpers died of it.
        """
        return self.call(asked.key, self.work, asked, dem, patience_s=patience_s)
