"""Judges YAML documents by a JSON Schema: one line of JSON for each, true or the first objection.

usage: schema.py SCHEMA.json DOCUMENT.yaml...
"""

import json
import sys

import jsonschema
import yaml


def main(schema_path, paths):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in paths:
        with open(path, encoding="utf-8") as file:
            document = yaml.safe_load(file)
        error = next(iter(sorted(validator.iter_errors(document), key=str)), None)
        print(json.dumps(error is None or f"{error.json_path}: {error.message[:200]}"))


main(sys.argv[1], sys.argv[2:])
