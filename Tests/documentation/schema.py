"""Judges YAML documents by a JSON Schema: one line of JSON for each, true or the first objection.

usage: schema.py SCHEMA.json DOCUMENT.yaml...
"""

import json
import re
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2: `on` and `yes` are texts."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def main(schema_path, paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = yaml.load(file, Loader)
        error = next(iter(sorted(validator.iter_errors(document), key=str)), None)
        print(json.dumps(error is None or f"{error.json_path}: {error.message[:200]}"))


main(sys.argv[1], sys.argv[2:])
