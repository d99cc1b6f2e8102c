"""What the file beside a sample's transcripts says: the engagement, and what its invented people decide once all is read."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import Field

from discovery_agent.domain.agreement.rounds import AnswerKind
from discovery_agent.domain.blueprint.document import SectionId
from discovery_agent.domain.conversation import Value
from discovery_agent.errors import ConfigurationError
from discovery_agent.files.yaml_text import parsed
from discovery_agent.settings import data_folder

PEOPLE = "people.yaml"


class Settlement(Value):
    """How a conflict ends: the side that holds `holds` is chosen."""

    about: str = Field(description="Words of what the conflict is about.")
    holds: str = Field(description="Words of the side that was agreed on.")
    resolution: str


class Reply(Value):
    """What somebody says of a draft of the shared objective."""

    who: str
    answer: AnswerKind = AnswerKind.ENDORSE
    fit: int = 4
    words: str = ""
    concession: str = ""


class Remark(Value):
    """What a reviewer writes on a section."""

    who: str
    section: SectionId
    words: str


class Story(Value):
    """What the invented people of a sample do after the assessment. Each acts with a key of their own, as real people do."""

    lead: str
    settle: tuple[Settlement, ...] = ()
    rounds: tuple[tuple[Reply, ...], ...] = Field(min_length=1, description="The answers of each round; of the last one all endorse.")
    reviewers: tuple[str, ...] = Field(min_length=1)
    remarks: tuple[Remark, ...] = ()
    gaps: dict[str, str] = Field(default_factory=dict[str, str], description="Dimension of data -> who closes the gaps in it.")
    although: dict[str, str] = Field(
        default_factory=dict[str, str], description="What may speak against the signature, such as a shut gate -> the lead's reason."
    )


class Sample(Value):
    """One sample engagement."""

    title: str
    organisation: str
    purpose: str
    interview: str = Field(description="With whom an interview is open.")
    story: Story | None = None


def samples() -> list[tuple[Path, Sample]]:
    """The samples that ship with the program, each with its folder of transcripts; the first is the one to begin with.

    Raises:
        ConfigurationError: there is none, or its description is damaged.
    """
    found: list[tuple[Path, Sample]] = []
    for file in sorted(data_folder("samples").glob("*.yaml")):
        folder = file.with_suffix("")
        if folder.is_dir():
            try:
                found.append((folder, Sample.model_validate(parsed(file.read_text(encoding="utf-8"))[1])))
            except (ValueError, yaml.YAMLError) as error:
                raise ConfigurationError("The description of a sample engagement is damaged.", where=str(file)) from error
    if not found:
        raise ConfigurationError("The sample engagement is missing.", remedy="Install the package again.")
    return found
