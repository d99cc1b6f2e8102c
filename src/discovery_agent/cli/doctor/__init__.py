"""`doctor`: what is configured, what works, and what to do about the rest."""

from discovery_agent.cli.doctor.printing import run_doctor

__all__ = ["run_doctor"]
