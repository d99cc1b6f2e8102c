"""Discovery Agent: find out whether an initiative needs AI, and prove it with what people said."""

__version__ = "0.1.0"
