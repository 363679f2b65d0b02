"""Compares data maps with real SQLite schemas: `coverage.py MAP SCHEMA.sql|DATABASE` prints what is uncovered or missing.

A table with `columns:` must mention every column somewhere in the map. Clocks and references must have an index.
"""
import sqlite3
import sys

import yaml

with open(sys.argv[1]) as file:
    data_map = yaml.safe_load(file)
if sys.argv[2].endswith(".sql"):
    connection = sqlite3.connect(":memory:")
    with open(sys.argv[2]) as file:
        connection.executescript(file.read())
else:
    connection = sqlite3.connect(f"file:{sys.argv[2]}?mode=ro", uri=True)

tables = data_map["tables"]
live = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
for name in sorted(set(live) ^ set(tables)):
    print(f"{name}: in only one of map and schema")


def predicate_columns(value):
    if isinstance(value, dict):
        return ({value["column"]} if "column" in value else set()).union(*map(predicate_columns, value.values()))
    return set().union(*map(predicate_columns, value)) if isinstance(value, list) else set()


for name in live:
    table = tables.get(name, {})
    info = list(connection.execute(f'PRAGMA table_info("{name}")'))
    foreign = list(connection.execute(f'PRAGMA foreign_key_list("{name}")'))
    indexed = {next(connection.execute(f'PRAGMA index_info("{row[1]}")'))[2] for row in connection.execute(f'PRAGMA index_list("{name}")')}
    indexed |= {row[1] for row in info if row[5] == 1}
    clocks = {c["column"] if isinstance(c, dict) else c for c in table.get("clock", {}).values()}
    named = set(table.get("columns", {})) | clocks
    for variant in table.get("variants", []):
        named |= predicate_columns(variant["rows"])
    reduction = table.get("when-still-needed", {})
    named |= set(reduction.get("reduce-to", [])) | set(reduction.get("blank", {}))
    named |= set(table.get("when-restricted", {}).get("set", {}))
    if "files" in table:
        named.add(table["files"]["path"])
    for column in sorted(named - {row[1] for row in info}):
        print(f"{name}.{column}: in the map only")
    structural = {row[1] for row in info if row[5]} | {row[3] for row in foreign}
    for reference in data_map.get("references", []):
        for end in reference.values():
            if end.split(".")[0] == name:
                structural.add(end.split(".")[1])
    subject = data_map.get("subject", {})
    if subject.get("table") == name:
        structural |= {subject["key"], *subject.get("identifiers", {}).values()}
    if table.get("category") != "none":
        for column in sorted({row[1] for row in info} - named - structural):
            print(f"{name}.{column}: uncovered")
    for column in sorted((clocks | {row[3] for row in foreign}) - indexed):
        if sys.argv[2].endswith(".sql"):
            print(f"{name}.{column}: no index")
    kept = set(reduction.get("reduce-to", [])) | set(reduction.get("blank", {})) | clocks | structural
    kept |= set(table.get("when-restricted", {}).get("set", {}))
    for row in info:
        if reduction and row[3] and row[1] not in kept:
            print(f"{name}.{row[1]}: cannot be NULL and is neither kept nor blanked")
