"""Floor 4: the service: a JSON API, an endpoint for chat clients, and pages."""
