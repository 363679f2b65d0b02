"""Reads an unpacked package as strangers do: bagit, frictionless, jsonschema and DuckDB. Prints one JSON object: rows by source table."""

import json
import logging
import pathlib
import sys

import bagit
import duckdb
import frictionless
import jsonschema

logging.disable(logging.CRITICAL)
root = pathlib.Path(sys.argv[1])
bagit.Bag(str(root)).validate()
# A row with one empty text looks blank to frictionless; it is a row.
checklist = frictionless.Checklist(skip_errors=["blank-row"])
report = frictionless.Package(str(root / "data" / "datapackage.json")).validate(checklist)
if not report.valid:
    errors = report.flatten(["name", "rowNumber", "fieldName", "type", "note"]) + [e.to_dict() for e in report.errors]
    sys.exit("frictionless: " + json.dumps(errors[:20], default=str))

# The published profile allows what is there, and nothing else.
schemas = pathlib.Path(__file__).parents[3] / "Policies" / "schema"
statement = pathlib.Path(str(root.parent).removesuffix(".zip.unpacked") + ".bewijs.json")
described = [("datapackage", root / "data" / "datapackage.json"), ("export", root / "data" / "evidence" / "export.json")]
# A package that was decrypted lies without its statement.
if "--decrypted" not in sys.argv:
    described.append(("bewijs", statement))
for kind, path in described:
    schema = json.loads((schemas / f"teruggave-{kind}.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    document = json.loads(path.read_text())
    validator.validate(document)
    assert not validator.is_valid({**document, "stranger": 1}), kind
    assert not validator.is_valid({name: value for name, value in document.items() if name != next(iter(document))}), kind

rows = {}
for resource in json.loads((root / "data" / "datapackage.json").read_text())["resources"]:
    path = root / "data" / resource["path"]
    assert path.stat().st_size == resource["bytes"], path
    null = resource["schema"]["missingValues"][0]
    names = [field["name"] for field in resource["schema"]["fields"]]
    found = duckdb.sql(
        "SELECT * FROM read_csv(?, header = true, all_varchar = true, nullstr = ?, delim = ',', quote = '\"', escape = '\"',"
        " allow_quoted_nulls = false, auto_detect = false, max_line_size = 100000000, columns = "
        + "{" + ", ".join("'c%d': 'VARCHAR'" % i for i in range(len(names))) + "})",
        params=[str(path), null],
    ).fetchall()
    assert len(found) == resource["rowCount"], (path, len(found), resource["rowCount"])
    if resource.get("sourceTable"):
        rows[resource["sourceTable"]] = [dict(zip(names, row)) for row in found]
print(json.dumps(rows))
