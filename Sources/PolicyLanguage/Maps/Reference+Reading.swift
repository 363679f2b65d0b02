import Retention

extension Value {
  /// References that the schema does not declare.
  func references() -> [(reference: Reference, from: Value, to: Value)] {
    (elements("a list of references, as {from: table.column, to: table.column}", allowEmpty: true) ?? []).compactMap { value in
      guard let block = Block(value, "a reference", keys: ["from", "to", "when"]) else { return nil }
      let from = block.required("from", "name the referring table and column")
      let to = block.required("to", "name the table and column referred to")
      guard let from, let to else { return nil }
      let (source, target) = (from.end(), to.end())
      guard let source, let target else { return nil }
      guard source.columns.count == target.columns.count else {
        to.refuse("as many columns are needed as in 'from': \(source.columns.count)")
        return nil
      }
      let when = block.optional("when")?.kind()
      let reference = Reference(
        table: source.table, columns: source.columns, target: target.table, targetColumns: target.columns, when: when)
      return (reference, from, to)
    }
  }

  /// The rows that a polymorphic reference is about: those with one value, or one of some, in a column of their own.
  private func kind() -> Predicate? {
    let keys = ["column", "is", "in"]
    guard let block = Block(self, "the rows that the reference is about, as {column: c, is: v}", keys: keys),
      block.entries.allSatisfy({ keys.contains($0.name) })
    else { return nil }
    return predicate()
  }

  /// `table.column`, `schema.table.column`, or a table with several columns.
  private func end() -> (table: String, columns: [String])? {
    if isScalar {
      guard let text = text("table.column") else { return nil }
      guard let dot = text.lastIndex(of: "."), dot > text.startIndex, text.index(after: dot) < text.endIndex else {
        return refused("expected table.column; for several columns write {table: t, columns: [a, b]}")
      }
      return (String(text[..<dot]), [String(text[text.index(after: dot)...])])
    }
    guard let block = Block(self, "table.column, or {table, columns}", keys: ["table", "columns"]) else { return nil }
    let table = block.required("table", "name the table")?.table()
    let columns = block.required("columns", "list the columns")?.names("a list of columns") { $0.column() }
    guard let table, let columns else { return nil }
    return (table, columns)
  }
}
