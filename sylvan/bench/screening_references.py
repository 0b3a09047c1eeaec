"""What each class of the reference filters means."""

from typing import Final

from sylvan.bench.screening_scores import Tables

TABLES: Final[Tables] = {
    "type_flag": {"most": 0.002, "none": 0.52, "some": 1.0, "any": 0.474},
    "confidence": {
        "00 %": 0.308,
        "10 %": 1.0,
        "100 %": 1.0,
        "20 %": 0.854,
        "30 %": 1.0,
        "40 %": 0.986,
        "50 %": 1.0,
        "60 %": 1.0,
        "70 %": 1.0,
        "80 %": 1.0,
        "90 %": 1.0,
        "high day": 0.986,
        "high night": 0.897,
        "low day": 0.098,
        "nominal day": 0.896,
        "nominal night": 0.22,
        "any": 0.474,
    },
    "recurrence": {
        "0": 0.482,
        "1": 0.622,
        "2": 0.785,
        "3": 0.966,
        "4": 0.814,
        "5": 1.0,
        "6": 0.053,
        "7": 0.021,
        "8": 0.044,
        "any": 0.474,
    },
}
"""Share of fires per class in the seasons of ``screening_fit.SEEDS``; ``any``: of all."""
