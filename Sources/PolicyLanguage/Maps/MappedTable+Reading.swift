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
    "category", "nature", "variants", "clock", "belongs-to", "lives-with", "columns", "key", "when-still-needed", "when-restricted",
    "partitions", "files",
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
    let mark = block.optional("when-restricted")?.mark() ?? [:]
    let drops = block.optional("partitions")?.choice("what is done with a whole partition", PartitionWord.self) == .drop
    let files = block.optional("files")?.files() ?? []
    guard let category else { return nil }
    let table = MappedTable(
      category: category, nature: nature, variants: variants, clocks: clocks, belongsTo: parent, livesWith: livesWith, columns: columns,
      key: key, reduction: reduction, mark: mark, dropsPartitions: drops, files: files)
    let read = ReadTable(name: name, key: self.key, block: block, table: table)
    read.checkPeriods()
    read.checkMark()
    return read
  }
}

/// What a data map can ask to be done with partitions of which every row is due.
private enum PartitionWord: String, CaseIterable {
  case drop
}

extension ReadTable {
  /// A table about people says from when its periods count; a table about nobody has none.
  fileprivate func checkPeriods() {
    if table.category == .impersonal {
      for name in ["variants", "clock", "belongs-to", "lives-with", "when-still-needed", "when-restricted", "partitions", "files"] {
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

extension ReadTable {
  /// A mark takes the place of what stood in its columns: none of them holds anything else.
  fileprivate func checkMark() {
    var own = Set(table.clocks.values.map(\.column)).union(table.variants.flatMap(\.rows.columns)).union(table.key ?? [])
    own.formUnion(table.files.map(\.path))
    for mark in block.marks {
      if own.contains(mark.name) {
        mark.key.refuse("tells when, which, or where rows are, so it cannot mark them as restricted too; name a column of its own")
      } else if let category = table.columns[mark.name]?.category, category != .impersonal {
        mark.key.refuse("holds data of category \(category), which a mark would take the place of; name a column of its own")
      } else if table.reduction?.blanks[mark.name] != nil {
        mark.key.refuse("is given another value by blank; leave one of the two out")
      }
    }
  }

  /// Refuses a mark in a column by which people are known.
  func checkMark(isNot identifiers: [String]) {
    for mark in block.marks where identifiers.contains(mark.name) {
      mark.key.refuse("tells who a person is, so it cannot mark rows as restricted; name a column of its own")
    }
  }
}

extension Block {
  /// The columns of a table's mark.
  fileprivate var marks: [Entry] {
    guard let when = optional("when-restricted"), when.isMapping, let set = Block(when, "a mark")?.optional("set"), set.isMapping else {
      return []
    }
    return Block(set, "columns")?.entries ?? []
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

  /// The columns that mark a restricted row, with the values that say so.
  fileprivate func mark() -> [String: PredicateValue]? {
    guard let block = Block(self, "how a row is marked, as {set: {blocked: true}}", keys: ["set"]),
      let set = block.required("set", "name the columns with the values that mark a row"),
      let columns = Block(set, "columns with the values that mark a row")
    else { return nil }
    if columns.isEmpty { set.refuse("no column is named; name the columns that mark a row") }
    var mark: [String: PredicateValue] = [:]
    for entry in columns.entries {
      guard let value = entry.value.constant() else { continue }
      if value == .null { entry.value.refuse("a mark is a value that says something; write true, a whole number or text") }
      mark[entry.name] = value
    }
    return mark
  }

  /// One column that names files, or a list of them.
  fileprivate func files() -> [MappedTable.Files] {
    var files: [MappedTable.Files] = []
    for value in isMapping ? [self] : elements("where files are, as {root: attachments, path: column} or several of these") ?? [] {
      guard let block = Block(value, "where files are, as {root: attachments, path: column}", keys: ["root", "path"]) else { continue }
      let root = block.required("root", "name the file root of the inventory")?.name("the name of a file root")
      let path = block.required("path", "name the column that holds the path")?.column()
      guard let root, let path else { continue }
      if files.contains(where: { $0.path == path }) {
        block.optional("path")?.refuse("the column names files below a root already; keep one of the two")
      } else {
        files.append(MappedTable.Files(root: root, path: path))
      }
    }
    return files
  }
}
