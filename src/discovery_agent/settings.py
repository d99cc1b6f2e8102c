"""All settings, from environment variables that begin with `DISCOVERY_`."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from discovery_agent.domain.mail_address import domain_of, known_as
from discovery_agent.errors import ConfigurationError

PREFIX = "DISCOVERY_"
SECURE_ADDRESS = re.compile(r"https://[^\s/?#@\"'<>\\]+(?:/[^\s?#\"'<>\\]*)?")
LOOPBACK_ADDRESS = re.compile(r"http://(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?(?:/[^\s?#@\"'<>\\]*)?")
_SECRETS = ("metrics_token", "sso_client_secret")
_PASSWORD = re.compile(r"(//[^/\s:@]*:)[^/\s]*@")
_FOLDERS = {"cache_dir": "the user's cache folder", "data_dir": "the user's data folder"}


class SettingRow(NamedTuple):
    """One setting for `doctor` and the README."""

    variable: str
    meaning: str
    default: str
    current: str


class Settings(BaseSettings):
    """The settings of a run. Keys of model providers are read by their own clients and never kept here."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True, env_ignore_empty=True)

    model: str | None = Field(
        default=None,
        description="Language model as provider:name, such as openai:gpt-5; without it the rules analyst works",
    )
    prompts_dir: Path | None = Field(default=None, description="Folder of prompts to use instead of the built-in ones")
    knowledge_dir: Path | None = Field(
        default=None, description="Folder of knowledge pages and decision tables to use instead of the built-in ones"
    )
    cache_dir: Path = Field(
        default_factory=lambda: user_cache_path("discovery-agent"),
        description="Folder where replies of models and the index of the knowledge pages are kept; may be deleted",
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("discovery-agent"),
        description="Folder where the documents of engagements are kept; on PostgreSQL with pgvector they are in the database",
    )
    database_url: str | None = Field(
        default=None,
        description="Database of `serve`, as postgresql://user@host/name or sqlite:///file; SQLite in the data folder without it. "
        "Several servers on one PostgreSQL count requests apart: each allows the whole rate",
    )
    embedding_model: str | None = Field(
        default=None,
        description="Embedding model for retrieval, as openai:name; without it all-MiniLM-L6-v2 runs here",
    )
    knowledge_tokens: int = Field(
        default=500, ge=0, le=20_000, description="Tokens of each window that retrieved passages may take; 0 sends the model none"
    )
    window_tokens: int = Field(default=3000, ge=200, le=200_000, description="Tokens of conversation that go to the model in one call")
    max_output_tokens: int = Field(default=8000, ge=256, description="Longest reply asked for, in tokens")
    concurrency: int = Field(default=8, ge=1, le=256, description="Model calls under way at once")
    requests_per_minute: int | None = Field(
        default=None, ge=1, description="Model calls that may begin in a minute; without it only the limit that the server tells is kept"
    )
    tokens_per_minute: int | None = Field(
        default=None, ge=1, description="Tokens that model calls may take in a minute, read and written; without it as the server tells"
    )
    max_attempts: int = Field(default=4, ge=1, le=20, description="Attempts of one call when the server is busy or failing")
    first_token_seconds: float = Field(default=120, gt=0, description="Longest wait for the beginning of a reply")
    idle_seconds: float = Field(default=60, gt=0, description="Longest silence inside a reply")
    call_seconds: float = Field(default=300, gt=0, description="Longest time for one call with all its attempts")
    input_price_usd: float | None = Field(
        default=None, ge=0, description="Price of a million input tokens in USD, where nobody publishes it or yours differs"
    )
    output_price_usd: float | None = Field(
        default=None, ge=0, description="Price of a million output tokens in USD; goes with the input price"
    )
    max_cost_usd: float | None = Field(
        default=None,
        ge=0,
        description="Calls stop before more than this is spent: in a run of `analyze`, and in all for each engagement of a server; no cap without it",
    )

    redact: bool = Field(
        default=False,
        description="Hide e-mail addresses, phone numbers and the names of those who take part from the model; docs/security.md says what is missed",
    )
    phone_region: str | None = Field(
        default=None,
        pattern="^[A-Z]{2}$",
        description="Country whose phone numbers are written without a code, as GB, where they are hidden",
    )
    log_format: Literal["text", "json"] = Field(default="text", description="How `serve` and `worker` write their log: text or json")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        description="Least level that is logged: DEBUG, INFO, WARNING or ERROR; other libraries log warnings and errors only",
    )
    metrics_address: str | None = Field(
        default=None,
        description="Address, as 127.0.0.1:9464, at which `serve` and `worker` answer /metrics, /healthz and /readyz, to whoever reaches it",
    )
    metrics_token: SecretStr | None = Field(
        default=None, min_length=16, description="Bearer token with which /metrics of `serve` may be read; without it there is no such page"
    )
    traces: str | None = Field(
        default=None,
        description="Where OpenTelemetry traces are sent (OTLP over gRPC), as http://localhost:4317; OTEL_EXPORTER_OTLP_ENDPOINT does the same",
    )
    langsmith: bool = Field(
        default=False, description="Whether LangChain may send prompts and replies to LangSmith; LANGSMITH_TRACING alone never does"
    )
    trusted_proxies: str | None = Field(
        default=None,
        description="Addresses or networks of the proxies before `serve`, as 127.0.0.1 or 10.0.0.0/8, separated by commas; only they are believed "
        "on who asks and whether over HTTPS",
    )
    public_url: str | None = Field(
        default=None,
        description="Address at which people reach `serve` through a proxy, as https://discovery.example.com; links that are given out begin with it",
    )
    sso_issuer: str | None = Field(
        default=None,
        description="OpenID Connect provider at which people may sign in, as https://login.example.com/realms/main; see docs/how-to/single-sign-on.md",
    )
    sso_client_id: str | None = Field(default=None, description="Client id that the provider gave to this service")
    sso_client_secret: SecretStr | None = Field(
        default=None, min_length=16, description="Client secret that the provider gave; every server has the same"
    )
    sso_scopes: str = Field(default="openid email profile", description="What is asked of the provider, separated by spaces")
    sso_label: str = Field(
        default="Sign in with your organisation", min_length=1, max_length=60, description="What the button of the provider says"
    )
    sso_domains: str | None = Field(
        default=None, description="Domains of the e-mail addresses that may sign in, separated by commas; without it those of every domain"
    )
    sso_owners: str | None = Field(
        default=None, description="E-mail addresses of those who come in as owner by signing in, separated by commas"
    )
    sso_trust_unmarked_email: bool = Field(
        default=False,
        description="Whether an address counts that the provider does not mark as verified; only for a provider where nobody chooses their own",
    )
    sso_members_only: bool = Field(
        default=False, description="Whether leads and reviewers must sign in, so that their links open nothing, in no program either"
    )
    sso_session_hours: int = Field(default=12, ge=1, le=720, description="Hours after which whoever signed in has to do so again")
    background_work: bool = Field(
        default=True, description="Whether `serve` analyses transcripts itself; on PostgreSQL it can leave that to `worker` alone"
    )
    drain_seconds: float = Field(
        default=0, ge=0, le=600, description="How long a server that was told to end still answers, with /readyz at 503, before it closes"
    )

    @field_validator("model")
    @classmethod
    def _names_its_provider(cls, model: str | None) -> str | None:
        if model is not None and not re.match(r"[\w.-]+:.+$", model):
            raise PydanticCustomError("provider", "The model is written as provider:name, such as openai:gpt-5")
        return model

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _in_any_case(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        return value.upper() if info.field_name == "log_level" else value.lower()

    @field_validator("metrics_address")
    @classmethod
    def _host_and_port(cls, address: str | None) -> str | None:
        if address is not None:
            host, _, port = address.rpartition(":")
            if not host or not port.isdecimal() or int(port) > 65535:
                raise PydanticCustomError("host_and_port", "The address is written as host:port, such as 127.0.0.1:9464")
        return address

    @field_validator("public_url")
    @classmethod
    def _an_origin(cls, address: str | None) -> str | None:
        if address is not None and not re.fullmatch(r"https?://[^\s/?#@\"'<>\\]+/?", address):
            raise PydanticCustomError("origin", "The address is written as https://host or https://host:port, without a path")
        return address.rstrip("/") if address else None

    @field_validator("sso_issuer")
    @classmethod
    def _a_provider(cls, address: str | None) -> str | None:
        if address is not None and not SECURE_ADDRESS.fullmatch(address) and not LOOPBACK_ADDRESS.fullmatch(address):
            raise PydanticCustomError("issuer", "The provider is written as https://host or https://host/path; http only on this machine")
        return address

    @field_validator("sso_scopes")
    @classmethod
    def _says_who(cls, scopes: str) -> str:
        if not {"openid", "email"} <= set(scopes.split()):
            raise PydanticCustomError("scopes", "Scopes are separated by spaces, openid and email among them")
        return " ".join(scopes.split())

    @field_validator("sso_owners", "sso_domains")
    @classmethod
    def _people(cls, listed: str | None, info: ValidationInfo) -> str | None:
        of_owners = info.field_name == "sso_owners"
        for one in _parts(listed):
            if known_as(one if of_owners else f"a@{one}") is None:
                kind = "E-mail addresses are written as ada@example.com" if of_owners else "Domains are written as example.com"
                raise PydanticCustomError("people", "{kind}, separated by commas, in ASCII", {"kind": kind})
        return listed

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, proxies: str | None) -> str | None:
        try:
            for one in (proxies or "").split(",") if proxies else ():
                ip_network(one.strip())
        except ValueError:
            # Nor `*`: whoever asks could then say that they are anybody.
            raise PydanticCustomError("addresses", "Proxies are written as addresses or networks, such as 127.0.0.1,10.0.0.0/8") from None
        return proxies

    @model_validator(mode="after")
    def _both_prices(self) -> Self:
        if (self.input_price_usd is None) != (self.output_price_usd is None):
            raise PydanticCustomError("both_prices", "Set DISCOVERY_INPUT_PRICE_USD and DISCOVERY_OUTPUT_PRICE_USD, or neither")
        return self

    @model_validator(mode="after")
    def _whole_sign_on(self) -> Self:
        known = (self.sso_issuer, self.sso_client_id, self.sso_client_secret)
        if any(one is not None for one in known) and None in known:
            raise PydanticCustomError(
                "sign_on", "Set DISCOVERY_SSO_ISSUER, DISCOVERY_SSO_CLIENT_ID and DISCOVERY_SSO_CLIENT_SECRET, or none"
            )
        if self.sso_members_only and self.sso_issuer is None:
            raise PydanticCustomError("members_only", "DISCOVERY_SSO_MEMBERS_ONLY needs DISCOVERY_SSO_ISSUER, or no member could come in")
        if self.sso_issuer is not None and not all(map(self.sso_admits, self.sso_owner_addresses)):
            raise PydanticCustomError("owners", "DISCOVERY_SSO_DOMAINS must hold the domain of each address in DISCOVERY_SSO_OWNERS")
        return self

    @property
    def sso_owner_addresses(self) -> frozenset[str]:
        """Who comes in as owner, in the form in which addresses are compared."""
        return frozenset(address for one in _parts(self.sso_owners) if (address := known_as(one)))

    def sso_admits(self, address: str) -> bool:
        """Whether an address may be used for signing in at all: somebody can sign in, and it is of an allowed domain."""
        if self.sso_issuer is None:
            return False
        return self.sso_domains is None or domain_of(address) in {one.lower() for one in _parts(self.sso_domains)}

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Settings from the environment; `overrides` win.

        Raises:
            ConfigurationError: a value is wrong; names its variable.
        """
        try:
            return cls(**overrides)
        except ValidationError as error:
            first = error.errors()[0]
            if not first["loc"]:
                raise ConfigurationError(f"{first['msg']}.", remedy="Correct or unset the variables.") from error
            given = "" if first["loc"][0] in _SECRETS else f" (it is {first['input']!r})"
            raise ConfigurationError(
                f"{first['msg']}{given}.",
                where=PREFIX + str(first["loc"][0]).upper(),
                remedy="Correct or unset the variable.",
            ) from error

    def describe(self) -> list[SettingRow]:
        """Every setting with its variable, meaning, default and current value."""
        rows: list[SettingRow] = []
        for name, field in type(self).model_fields.items():
            default = _FOLDERS.get(name) or _shown(field.default)
            current = getattr(self, name)
            rows.append(SettingRow(PREFIX + name.upper(), field.description or "", default, _shown(current)))
        return rows


def _parts(listed: str | None) -> list[str]:
    return [one.strip() for one in (listed or "").split(",") if one.strip()]


def _shown(value: object) -> str:
    if value is None:
        return "not set"
    return f"{value:g}" if isinstance(value, float) else _PASSWORD.sub(r"\1[hidden]@", str(value))


def data_folder(name: str) -> Path:
    """A folder that ships with the package: `prompts`, `knowledge` or `samples`.

    In a source checkout it is the folder of that name at the root, in an installed wheel the copy inside.

    Raises:
        ConfigurationError: it is in neither place.
    """
    package = Path(__file__).parent
    for folder in (package / "data" / name, package.parents[1] / name):
        if folder.is_dir():
            return folder
    raise ConfigurationError(f"The folder `{name}` that ships with the package is missing.", remedy="Install discovery-agent again.")
