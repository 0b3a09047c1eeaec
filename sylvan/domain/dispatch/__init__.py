"""Who goes where: cheapest sets of units for all fires at once, with a bound on what is possible."""
