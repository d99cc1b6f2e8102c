"""The interview engine, room by room; `discovery.interviews` is its door."""
