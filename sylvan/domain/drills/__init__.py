"""Drills: a generated or historic day for chosen people, and how they did."""
