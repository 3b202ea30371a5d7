"""Metadata of a package for archives: DataCite, Zenodo, Dataverse, schema.org, and a citation file.

A DOI, a contact and the terms of the whole are given by who deposits; nothing is made up in their place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nqpf_assets.replication.package.facts import PackageFacts, as_json

FOLDER = "metadata"
KEYWORDS = ("replication package", "panel data", "China", "statistical yearbooks")
SUBJECT = "Social Sciences"
"""Of Dataverse's own list."""


def metadata_files(facts: PackageFacts) -> Iterator[tuple[str, str]]:
    """Path → text of every file of metadata."""
    yield f"{FOLDER}/datacite.json", as_json(datacite(facts))
    yield f"{FOLDER}/zenodo.json", as_json(zenodo(facts))
    yield f"{FOLDER}/dataverse.json", as_json(dataverse(facts))
    yield f"{FOLDER}/schema.org.jsonld", as_json(schema_org(facts))


def _keywords(facts: PackageFacts) -> list[str]:
    return [*(["synthetic data"] if facts.is_synthetic else []), *KEYWORDS]


def _year(facts: PackageFacts) -> str:
    return f"{facts.about.published_at:%Y}"


def _day(facts: PackageFacts) -> str:
    return f"{facts.about.published_at:%Y-%m-%d}"


def _person(name: str) -> dict[str, str]:
    """A name in its parts: ``Family, Given``."""
    family, _, given = (part.strip() for part in name.partition(","))
    return {"familyName": family, "givenName": given} if given else {}


def _rights(facts: PackageFacts) -> list[str]:
    """The terms of each source, each once."""
    said = (
        f"{one.publisher} {one.vintage}: {one.licence or 'terms not stated'}"
        for one in facts.sources.by_terms
    )
    return list(dict.fromkeys(said))


def datacite(facts: PackageFacts) -> dict[str, Any]:
    """The DataCite metadata schema 4.5, as its JSON has it; a DOI is given by the archive."""
    periods = facts.study.periods
    creators = [
        {"name": name, "nameType": "Personal", **_person(name)} for name in facts.named_authors
    ]
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "creators": creators,
        "titles": [{"title": facts.title}],
        "publisher": {"name": "ARCHIVE, TO BE NAMED"},
        "publicationYear": int(_year(facts)),
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Replication package"},
        "subjects": [{"subject": word} for word in _keywords(facts)],
        "contributors": [],
        "dates": [
            {"date": _day(facts), "dateType": "Created"},
            {"date": f"{periods.first}/{periods.last}", "dateType": "Coverage"},
        ],
        "language": "en",
        "version": str(facts.about.publication),
        "formats": ["text/csv", "application/vnd.apache.parquet", "application/x-stata-dta"],
        "rightsList": [{"rights": words} for words in _rights(facts)],
        "descriptions": [{"description": facts.description, "descriptionType": "Abstract"}],
    }


def zenodo(facts: PackageFacts) -> dict[str, Any]:
    """What Zenodo's deposit API takes as `metadata`; its `license` is chosen by who deposits."""
    return {
        "metadata": {
            "upload_type": "dataset",
            "title": facts.title,
            "creators": [{"name": name} for name in facts.named_authors],
            "description": facts.description,
            "publication_date": _day(facts),
            "keywords": _keywords(facts),
            "version": str(facts.about.publication),
            "language": "eng",
            "notes": " ".join(["Terms of the sources:", *(f"{one};" for one in _rights(facts))]),
        }
    }


def dataverse(facts: PackageFacts) -> dict[str, Any]:
    """A dataset for Dataverse's native API, its citation block; the contact is who deposits."""
    periods = facts.study.periods
    fields = [
        _field("title", facts.title),
        _compounds("author", [{"authorName": name} for name in facts.named_authors]),
        _compounds("dsDescription", [{"dsDescriptionValue": facts.description}]),
        {
            "typeName": "subject",
            "typeClass": "controlledVocabulary",
            "multiple": True,
            "value": [SUBJECT],
        },
        _compounds("keyword", [{"keywordValue": word} for word in _keywords(facts)]),
        _compounds(
            "timePeriodCovered",
            [
                {
                    "timePeriodCoveredStart": str(periods.first),
                    "timePeriodCoveredEnd": str(periods.last),
                }
            ],
        ),
        {
            "typeName": "dataSources",
            "typeClass": "primitive",
            "multiple": True,
            "value": _rights(facts),
        },
    ]
    block = {"displayName": "Citation Metadata", "fields": fields}
    return {"datasetVersion": {"metadataBlocks": {"citation": block}}}


def _field(name: str, value: str) -> dict[str, Any]:
    return {"typeName": name, "typeClass": "primitive", "multiple": False, "value": value}


def _compounds(name: str, values: list[dict[str, str]]) -> dict[str, Any]:
    parts = [{key: _field(key, value) for key, value in one.items()} for one in values]
    return {"typeName": name, "typeClass": "compound", "multiple": True, "value": parts}


def schema_org(facts: PackageFacts) -> Mapping[str, Any]:
    """schema.org/Dataset as JSON-LD, which searches of data read."""
    periods = facts.study.periods
    files = [
        ("data/panel.csv", "text/csv"),
        ("data/panel.parquet", "application/vnd.apache.parquet"),
        ("data/panel.dta", "application/x-stata-dta"),
    ]
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": facts.title,
        "description": facts.description,
        "creator": [
            {"@type": "Person", "name": name, **_person(name)} for name in facts.named_authors
        ],
        "dateCreated": _day(facts),
        "version": str(facts.about.publication),
        "keywords": _keywords(facts),
        "isAccessibleForFree": not facts.sources.kept_back,
        "temporalCoverage": f"{periods.first}/{periods.last}",
        "variableMeasured": [
            {
                "@type": "PropertyValue",
                "name": row["variable"],
                "description": row["label"],
                **({"unitText": row["unit"]} if row["unit"] else {}),
            }
            for row in facts.codebook
        ],
        "usageInfo": _rights(facts),
        "distribution": [
            {"@type": "DataDownload", "contentUrl": path, "encodingFormat": kind}
            for path, kind in files
        ],
        **({"citation": facts.study.citation} if facts.study.citation else {}),
    }
