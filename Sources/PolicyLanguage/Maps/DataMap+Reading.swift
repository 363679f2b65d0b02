public import Retention

extension DataMap {
  /// Reads a data map.
  ///
  /// Everything that is wrong with the text is reported at once.
  public static func read(_ text: String, file: String) throws(PolicyError) -> PolicyFile<DataMap> {
    let complaints = Complaints(file: file)
    let keys = ["map", "subject", "tables", "references"]
    guard let document = Document(text, complaints), let block = Block(document.root, "a data map", keys: keys) else {
      return try complaints.conclude(nil)
    }
    return try complaints.conclude(DataMap(block))
  }

  private init?(_ block: Block) {
    let complaints = block.value.complaints
    let name = block.required("map", "give the map its file's name")?.name("the name of the map")
    let list = block.required("tables", "say what each table holds").flatMap { Block($0, "tables") }
    if let list, list.isEmpty { list.value.refuse("no table is named; write what each table holds") }
    let names = list?.entries.map(\.name) ?? []
    let tables = list?.entries.compactMap { $0.table() } ?? []
    let subject = block.optional("subject").flatMap { $0.subject(among: names) }
    let references = block.optional("references")?.references() ?? []
    for (reference, from, to) in references {
      from.check(reference.table, isAmong: names)
      to.check(reference.target, isAmong: names)
    }
    if let subject {
      for table in tables where table.name == subject.table {
        table.checkMark(isNot: [subject.key] + subject.identifiers.values)
      }
    }
    Kinship(tables: tables, names: names).check()
    for table in tables { complaints.places["tables/\(table.name)"] = table.key.place }
    complaints.places["map"] = block.optional("map")?.place
    guard let name else { return nil }
    self.init(
      name: name, subject: subject, tables: Dictionary(uniqueKeysWithValues: tables.map { ($0.name, $0.table) }),
      references: references.map(\.reference))
  }
}

extension Value {
  /// Refuses a table that the map says nothing about.
  func check(_ table: String, isAmong names: [String]) {
    if !names.contains(table) { refuse("the map has no table '\(table)'\(Spelling.hint(for: table, among: names)); add it under tables") }
  }

  fileprivate func subject(among names: [String]) -> DataMap.Subject? {
    guard let block = Block(self, "the table of the people", keys: ["table", "key", "identifiers"]) else { return nil }
    let tableValue = block.required("table", "name the table of the people")
    let table = tableValue?.table()
    if let table { tableValue?.check(table, isAmong: names) }
    let key = block.required("key", "name the column that other tables refer to")?.column()
    var identifiers: [String: String] = [:]
    if let list = block.optional("identifiers").flatMap({ Block($0, "identifiers, as {bsn: bsn}") }) {
      for entry in list.entries {
        guard let kind = entry.key.name("a kind of identifier, as personnel-number") else { continue }
        identifiers[kind] = entry.value.column()
      }
    }
    guard let table, let key else { return nil }
    return DataMap.Subject(table: table, key: key, identifiers: identifiers)
  }
}
