"""What the clock asks: the sequencer, feeds, replays; each a thread that stops when told."""
