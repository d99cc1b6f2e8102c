"""Floor 1: access to chat models."""
