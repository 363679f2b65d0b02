"""Reads the copies in an unpacked package with openpyxl and the json module, and prints the rows of each table as both have them."""

import json
import pathlib
import sys

import openpyxl
from openpyxl.utils.escape import unescape

copies = pathlib.Path(sys.argv[1]) / "data" / "copies"
found = {"lines": {}, "sheets": {}, "formulas": 0}
for file in sorted((copies / "json-lines").glob("*.jsonl")):
    found["lines"][file.stem] = [json.loads(line) for line in file.read_text("utf-8").split("\n") if line]
workbook = openpyxl.load_workbook(copies / "xlsx" / "tables.xlsx")
for sheet in workbook:
    for row in sheet.iter_rows():
        found["formulas"] += sum(cell.data_type == "f" for cell in row)
    # openpyxl leaves the escapes of texts in cells to its caller.
    found["sheets"][sheet.title] = [
        [unescape(value) if isinstance(value, str) else value for value in row] for row in sheet.iter_rows(values_only=True)
    ]
print(json.dumps(found))
