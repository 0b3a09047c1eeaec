"""What leaves this house by itself: reads the numbered event log and tells it to others."""
