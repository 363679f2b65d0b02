"""Validates YAML files against JSON Schemas as an editor does: `validate.py SCHEMA FILE...` prints the refused files.

Scalars are read as YAML 1.2 reads them (dates are text). Exit code 0 whatever is refused; other codes are failures.
"""
import json
import re
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML without the dates and the yes and no of version 1.1, and without a key twice."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.YAMLError(f"{key} is given twice")
        return super().construct_mapping(node, deep)


Loader.yaml_implicit_resolvers = {
    first: [pair for pair in resolvers if pair[0].split(":")[-1] not in ("timestamp", "bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))

with open(sys.argv[1]) as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in sys.argv[2:]:
    try:
        with open(path) as file:
            content = yaml.load(file, Loader)
        error = jsonschema.exceptions.best_match(validator.iter_errors(content))
    except yaml.YAMLError as problem:
        error = problem
    if error is not None:
        print(f"{path}\t{str(getattr(error, 'message', error)).splitlines()[0]}")
