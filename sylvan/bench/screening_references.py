"""What each class of the reference filters means."""

from typing import Final

from sylvan.bench.screening_scores import Tables

TABLES: Final[Tables] = {
    "type_flag": {"most": 0.007, "none": 0.509, "some": 1.0, "any": 0.456},
    "confidence": {
        "00 %": 0.422,
        "10 %": 0.797,
        "100 %": 1.0,
        "20 %": 0.781,
        "30 %": 0.98,
        "40 %": 0.935,
        "50 %": 0.98,
        "60 %": 0.988,
        "70 %": 1.0,
        "80 %": 1.0,
        "90 %": 1.0,
        "high day": 0.973,
        "high night": 0.886,
        "low day": 0.09,
        "nominal day": 0.887,
        "nominal night": 0.244,
        "any": 0.456,
    },
    "recurrence": {
        "0": 0.464,
        "1": 0.686,
        "2": 0.797,
        "3": 1.0,
        "4": 0.639,
        "5": 0.488,
        "6": 0.0,
        "7": 0.02,
        "8": 0.089,
        "any": 0.456,
    },
}
"""Share of fires per class in the seasons of ``screening_fit.SEEDS``; ``any``: of all."""
