"""Who goes where: cheapest sets of units for all fires at once, and how good a plan can be."""
