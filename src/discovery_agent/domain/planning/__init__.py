"""The delivery plan: work with dependencies and three-point estimates, its schedule and budget by simulation, and what it pays back."""
