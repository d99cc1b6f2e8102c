"""What an operator sees of a running process: structured logs, metrics and, where asked for, traces. Never what people said."""
