"""Settings as callers give them: an object, keywords, or both."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

from discovery_agent.settings import Settings


class SettingChanges(TypedDict, total=False):
    """Settings by keyword: each wins over the environment and over a `Settings` object. Further ones go in a `Settings` object."""

    model: str | None
    prompts_dir: Path | str | None
    knowledge_dir: Path | str | None
    cache_dir: Path | str
    data_dir: Path | str
    database_url: str | None
    embedding_model: str | None
    knowledge_tokens: int
    window_tokens: int
    max_output_tokens: int
    concurrency: int
    requests_per_minute: int | None
    tokens_per_minute: int | None
    max_attempts: int
    call_seconds: float
    input_price_usd: float | None
    output_price_usd: float | None
    redact: bool
    phone_region: str | None


def configured(settings: Settings | None, changes: SettingChanges, max_cost: float | None = None) -> Settings:
    """The settings of a call.

    Raises:
        TypeError: there is no such setting.
        ConfigurationError: a value is wrong.
    """
    wanted: dict[str, Any] = {**changes}
    if strange := sorted(set(wanted) - set(Settings.model_fields)):
        raise TypeError(f"There is no setting `{strange[0]}`.")
    if max_cost is not None:
        wanted["max_cost_usd"] = max_cost
    if settings is None:
        return Settings.load(**wanted)
    return Settings.load(**{**settings.model_dump(), **wanted}) if wanted else settings
