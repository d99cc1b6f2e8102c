"""The console that results are printed to."""

from __future__ import annotations

from rich.console import Console


class Output(Console):
    """Standard output, whose reader may leave early (`| head`): that is nothing wrong, and `run_guarded` ends the command so."""

    def on_broken_pipe(self) -> None:
        """Leave it to whoever called; rich would end the program with 1."""
        raise BrokenPipeError
