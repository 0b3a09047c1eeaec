"""How forces get to a fire: by road, across country, on water, through the air, and on foot."""
