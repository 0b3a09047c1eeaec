"""From the queue to people: templates, channels, the sender. Never called from a use-case."""
