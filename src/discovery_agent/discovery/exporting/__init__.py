"""Blueprints as files: for reading (Markdown, Word, HTML, PDF), for programs (JSON), for trackers (CSV) and calendars."""

from discovery_agent.discovery.exporting.files import ExportedFile, Format, export_blueprint, export_calendar, no_review_dates, rendered

__all__ = ["ExportedFile", "Format", "export_blueprint", "export_calendar", "no_review_dates", "rendered"]
