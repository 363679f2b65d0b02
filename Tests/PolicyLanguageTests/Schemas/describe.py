"""Prints the tables of a SQLite schema as JSON: `describe.py SCHEMA.sql`."""
import json
import sqlite3
import sys

connection = sqlite3.connect(":memory:")
with open(sys.argv[1]) as file:
    connection.executescript(file.read())
tables = []
for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
    info = list(connection.execute(f'PRAGMA table_info("{name}")'))
    tables.append({
        "name": name,
        "columns": [{"name": row[1], "type": row[2], "nullable": not row[3] and not row[5]} for row in info],
        "key": [row[1] for row in sorted((row for row in info if row[5]), key=lambda row: row[5])],
        "references": [
            {"column": row[3], "table": row[2], "target": row[4]}
            for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')
        ],
    })
json.dump(tables, sys.stdout)
