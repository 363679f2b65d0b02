import Retention

/// A table of a data map with the places that later checks point at.
struct ReadTable {
  let name: String
  let key: Value
  let block: Block
  let table: MappedTable
}

extension Block.Entry {
  static let tableKeys = [
    "category", "nature", "variants", "clock", "belongs-to", "lives-with", "columns", "key", "when-still-needed", "files",
  ]

  /// What a data map says about one table.
  func table() -> ReadTable? {
    guard let block = Block(value, "a table", keys: Self.tableKeys) else { return nil }
    let categoryValue = block.required("category", "say what kind of data the rows are; none is data about nobody")
    let category = categoryValue?.name("a category").map { Category($0) }
    let nature = block.optional("nature")?.choice("raw or derived", Nature.self) ?? .raw
    let variants = block.optional("variants")?.variants() ?? []
    let clocks = block.optional("clock")?.clocks() ?? [:]
    let parent = block.optional("belongs-to")?.table()
    let livesWith = block.optional("lives-with")?.names("a list of tables") { $0.table() } ?? []
    let columns = block.optional("columns")?.columns() ?? [:]
    let key = block.optional("key")?.names("a list of columns") { $0.column() }
    let reduction = block.optional("when-still-needed")?.reduction()
    let files = block.optional("files")?.files()
    guard let category else { return nil }
    let table = MappedTable(
      category: category, nature: nature, variants: variants, clocks: clocks, belongsTo: parent, livesWith: livesWith, columns: columns,
      key: key, reduction: reduction, files: files)
    let read = ReadTable(name: name, key: self.key, block: block, table: table)
    read.checkPeriods()
    return read
  }
}

extension ReadTable {
  /// A table about people says from when its periods count; a table about nobody has none.
  fileprivate func checkPeriods() {
    if table.category == .impersonal {
      for name in ["variants", "clock", "belongs-to", "lives-with", "when-still-needed", "files"] {
        block.key(name)?.refuse("a table of category none is about nobody and has no periods; leave this out or give the category")
      }
      let personal = block.optional("columns").flatMap { Block($0, "columns") }?.entries.first { entry in
        table.columns[entry.name]?.category.map { $0 != .impersonal } ?? false
      }
      personal?.key.refuse("a column with a category makes its table personal; give the table a category, or this column none")
      return
    }
    if block.key("clock") == nil, block.key("belongs-to") == nil, block.key("lives-with") == nil {
      key.refuse("nothing tells from when periods count: give a clock, belongs-to or lives-with, or category: none if it is about nobody")
    }
    guard block.key("lives-with") != nil else { return }
    for name in ["clock", "belongs-to"] {
      block.key(name)?.refuse("does not go with lives-with: such rows have no period of their own; leave one of the two out")
    }
  }
}

extension Value {
  fileprivate func variants() -> [MappedTable.Variant] {
    (elements("a list of variants") ?? []).compactMap { value in
      guard let block = Block(value, "a variant", keys: ["rows", "category"]) else { return nil }
      let rows = block.required("rows", "say which rows, as {column: c, is: v}")?.predicate()
      let category = block.required("category", "say what kind of data these rows are")?.name("a category")
      guard let rows, let category else { return nil }
      return MappedTable.Variant(rows: rows, category: Category(category))
    }
  }

  fileprivate func columns() -> [String: MappedColumn] {
    guard let block = Block(self, "columns") else { return [:] }
    if block.isEmpty { refuse("no column is named; leave 'columns' out or name the columns") }
    return block.entries.reduce(into: [:]) { columns, entry in columns[entry.name] = entry.value.mappedColumn() }
  }

  private func mappedColumn() -> MappedColumn? {
    if isScalar { return name("a category").map { MappedColumn(category: Category($0)) } }
    guard let block = Block(self, "a category, or {category, nature, description}", keys: ["category", "nature", "description"]) else {
      return nil
    }
    return MappedColumn(
      category: block.optional("category")?.name("a category").map { Category($0) },
      nature: block.optional("nature")?.choice("raw or derived", Nature.self),
      description: block.optional("description")?.text("a description"))
  }

  fileprivate func reduction() -> MappedTable.Reduction? {
    guard let block = Block(self, "what stays of a row", keys: ["reduce-to", "blank"]) else { return nil }
    let kept = block.required("reduce-to", "list the columns that stay")?.names("a list of columns that stay") { $0.column() }
    var blanks: [String: PredicateValue] = [:]
    if let blank = block.optional("blank"), let columns = Block(blank, "columns with what takes the place of their value") {
      for entry in columns.entries {
        if kept?.contains(entry.name) ?? false { entry.key.refuse("stays, by reduce-to, and is not blanked; leave one of the two out") }
        blanks[entry.name] = entry.value.constant()
      }
    }
    return kept.map { MappedTable.Reduction(kept: $0, blanks: blanks) }
  }

  fileprivate func files() -> MappedTable.Files? {
    guard let block = Block(self, "files", keys: ["root", "path"]) else { return nil }
    let root = block.required("root", "name the file root of the inventory")?.name("the name of a file root")
    let path = block.required("path", "name the column that holds the path")?.column()
    guard let root, let path else { return nil }
    return MappedTable.Files(root: root, path: path)
  }
}
