import Retention
import TestSupport

/// A random schema in which anything can refer to anything, with its data and a model of what must remain.
///
/// The model knows rows and references as Swift values, and nothing of how the program finds out.
struct Web {
  /// A row: the values of its columns as text; nil is NULL.
  typealias Row = [String: String?]

  /// A reference as the model sees it.
  struct Link {
    let table: Int
    let columns: [String]
    let target: Int
    let targetColumns: [String]
    /// The kind of row that it is about, in the column `soort`.
    var kind: String?
    /// What the schema says on deletion; nil when only the map knows it.
    var declared: Reference.DeleteAction?
  }

  struct Table {
    let name: String
    let key: [String]
    let keyType: [String]
    var hasCode = false
    var isMapped = true
    var isReduced = false
    var hasRowID = true
    /// Other columns: name, whether NULL is allowed.
    var columns: [(name: String, isNullable: Bool, type: String)] = []
    var rows: [Row] = []

    var category: Category { Category("c\(name.utf8.count)") }
  }

  let seed: Int
  var tables: [Table] = []
  var links: [Link] = []

  init(seed: Int) {
    self.seed = seed
    var random = SeededRandom(seed: UInt64(seed) &+ 7_000)
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    let names = ["order", "Ünï 'cödé'", "Groep \"x\"", "SELECT", "tabel.5", "_z%"].shuffled(using: &random)
    for name in names.prefix(Int.random(in: 2...5, using: &random)) {
      var table =
        switch Int.random(in: 0..<3, using: &random) {
        case 0: Table(name: name, key: ["Id"], keyType: ["integer"])
        case 1: Table(name: name, key: ["sleutel \"k\""], keyType: ["text"])
        default: Table(name: name, key: ["jaar", "Nr"], keyType: ["integer", "text"])
        }
      table.hasCode = chance(40)
      table.isMapped = chance(90)
      table.isReduced = chance(30)
      table.hasRowID = chance(70)
      tables.append(table)
    }
    for number in 0..<Int.random(in: tables.count...tables.count * 2, using: &random) { addLink(number, &random) }
    if chance(50) { addPolymorphic(&random) }
    for index in tables.indices { fill(index, &random) }
    for index in tables.indices { connect(index, &random) }
  }

  private mutating func addLink(_ number: Int, _ random: inout SeededRandom) {
    let (table, target) = (Int.random(in: tables.indices, using: &random), Int.random(in: tables.indices, using: &random))
    let byCode = tables[target].hasCode && Bool.random(using: &random)
    let targetColumns = byCode ? ["Code"] : tables[target].key
    let types = byCode ? ["text"] : tables[target].keyType
    // A row that must name another can only be made in an order, or with keys that are checked later.
    let isNullable = Int.random(in: 0..<10, using: &random) < 7
    let columns = targetColumns.indices.map { "v\(number) \($0)" }
    for (column, type) in zip(columns, types) { tables[table].columns.append((column, isNullable, type)) }
    var link = Link(table: table, columns: columns, target: target, targetColumns: targetColumns)
    if Int.random(in: 0..<10, using: &random) < 7 {
      let actions: [Reference.DeleteAction] = isNullable ? Reference.DeleteAction.allCases : [.noAction, .cascade]
      link.declared = actions.randomElement(using: &random)
    }
    links.append(link)
  }

  /// A column with a kind and a column with a key, which names rows of several tables.
  private mutating func addPolymorphic(_ random: inout SeededRandom) {
    let table = Int.random(in: tables.indices, using: &random)
    let targets = tables.indices.filter { tables[$0].key.count == 1 }.prefix(2)
    guard !targets.isEmpty else { return }
    tables[table].columns += [("soort", true, "text"), ("Bij wie", true, "text")]
    for (target, kind) in zip(targets, ["a", "B'b"]) {
      links.append(Link(table: table, columns: ["Bij wie"], target: target, targetColumns: tables[target].key, kind: kind))
    }
  }

  private mutating func fill(_ index: Int, _ random: inout SeededRandom) {
    for number in 0..<Int.random(in: 3...14, using: &random) {
      var row: Row = [:]
      for (column, type) in zip(tables[index].key, tables[index].keyType) {
        row[column] = type == "integer" ? String(number + 1) : ["é\(number)", "x'\(number)", "A\(number)"].randomElement(using: &random)
      }
      let dates: [String?] = ["2010-01-01", "2010-01-01", "2011-05-05", "2012-02-29", "2025-11-11", "0000-00-00", "9999-12-31", nil]
      row["datum"] = dates.randomElement(using: &random) ?? nil
      row["noot"] = ["iets", "", nil].randomElement(using: &random) ?? nil
      if tables[index].hasCode { row["Code"] = "code \(number)" }
      tables[index].rows.append(row)
    }
  }

  /// Lets rows name others: themselves, rows before and after them, and where nothing is declared also rows that are not there.
  private mutating func connect(_ index: Int, _ random: inout SeededRandom) {
    for number in tables[index].rows.indices {
      for link in links where link.table == index && link.kind == nil {
        let isNullable = tables[index].columns.first { $0.name == link.columns[0] }?.isNullable ?? true
        let target = tables[link.target].rows.randomElement(using: &random) ?? [:]
        for (column, named) in zip(link.columns, link.targetColumns) { tables[index].rows[number][column] = target[named] ?? nil }
        guard isNullable else { continue }
        let choice = Int.random(in: 0..<10, using: &random)
        // A key of several columns of which one is NULL names nothing (MATCH SIMPLE).
        if choice < 4 { tables[index].rows[number][link.columns[choice % link.columns.count]] = .some(nil) }
        if choice < 3 { for column in link.columns { tables[index].rows[number][column] = .some(nil) } }
        if choice == 4, link.declared == nil {
          for (column, type) in zip(link.columns, types(of: link)) {
            tables[index].rows[number][column] = type == "integer" ? "999" : "weg"
          }
        }
      }
      let kinds = links.filter { $0.table == index && $0.kind != nil }
      guard let link = kinds.randomElement(using: &random) else { continue }
      let target = tables[link.target].rows.randomElement(using: &random) ?? [:]
      tables[index].rows[number]["soort"] = Int.random(in: 0..<5, using: &random) == 0 ? "anders" : link.kind
      tables[index].rows[number]["Bij wie"] = target[link.targetColumns[0]] ?? nil
    }
  }

  private func types(of link: Link) -> [String] {
    link.targetColumns == tables[link.target].key ? tables[link.target].keyType : ["text"]
  }

  /// The columns of a table, in the order of its declaration.
  func columns(of table: Table) -> [String] {
    table.key + (table.hasCode ? ["Code"] : []) + ["datum", "noot"] + table.columns.map(\.name)
  }
}

extension Web {
  /// The policy: what is dated is kept for two years, what is not mapped is nobody's.
  var sample: SamplePolicy {
    var sample = SamplePolicy()
    sample.rules = [RetentionRule("r", keep: "P2Y")]
    for table in tables where table.isMapped {
      sample.tables[table.name] = MappedTable(
        category: table.category, clocks: ["d": Clock(column: "datum")],
        reduction: table.isReduced ? .init(kept: ["datum"] + (table.hasCode ? ["Code"] : []), blanks: [:]) : nil)
    }
    sample.references = links.filter { $0.declared == nil }.map { link in
      Reference(
        table: tables[link.table].name, columns: link.columns, target: tables[link.target].name, targetColumns: link.targetColumns,
        when: link.kind.map { .equals(column: "soort", .text($0)) })
    }
    return sample
  }

  /// What must remain: of each table the rows, as they must be.
  func remaining() -> [String: Set<Row>] {
    let all = tables.indices.flatMap { table in tables[table].rows.indices.map { Place(table: table, row: $0) } }
    let due = Set(
      all.filter { place in
        guard tables[place.table].isMapped, let date = row(place)["datum"] ?? nil, date > "1900" else { return false }
        return date < "2024"
      })
    var staying = Set(all).subtracting(due)
    var edge = staying
    while !edge.isEmpty {
      edge = Set(edge.flatMap(named)).subtracting(staying)
      staying.formUnion(edge)
    }
    var left: [String: Set<Row>] = [:]
    for place in staying {
      var row = row(place)
      if due.contains(place), tables[place.table].isReduced { row["noot"] = .some(nil) }
      left[tables[place.table].name, default: []].insert(row)
    }
    return left
  }

  private struct Place: Hashable {
    let table: Int
    let row: Int
  }

  private func row(_ place: Place) -> Row { tables[place.table].rows[place.row] }

  private func named(_ place: Place) -> [Place] {
    links.filter { $0.table == place.table }.flatMap { link -> [Place] in
      let row = row(place)
      if let kind = link.kind, (row["soort"] ?? nil) != kind { return [] }
      let values = link.columns.map { row[$0] ?? nil }
      guard !values.contains(nil) else { return [] }
      return tables[link.target].rows.indices.filter { index in
        zip(link.targetColumns, values).allSatisfy { (tables[link.target].rows[index][$0] ?? nil) == $1 }
      }.map { Place(table: link.target, row: $0) }
    }
  }
}

extension Web {
  /// The tables with their rows, and the keys, which PostgreSQL gets when the rows are there.
  func script(_ engine: Engine, schema: String?) -> String {
    let prefix = schema.map { "\($0)." } ?? ""
    var script = ""
    var constraints = ""
    for (index, table) in tables.enumerated() {
      var lines = zip(table.key, table.keyType).map { "\(quoted($0)) \($1) NOT NULL" }
      lines += table.hasCode ? ["\"Code\" text NOT NULL UNIQUE"] : []
      lines += ["datum text", "noot text"]
      lines += table.columns.map { "\(quoted($0.name)) \($0.type)\($0.isNullable ? "" : " NOT NULL")" }
      lines.append("PRIMARY KEY (\(list(table.key)))")
      for (number, link) in links.enumerated() where link.table == index {
        guard let action = link.declared else { continue }
        let key =
          "FOREIGN KEY (\(list(link.columns))) REFERENCES \(engine.choose("", prefix))\(quoted(tables[link.target].name)) "
          + "(\(list(link.targetColumns))) ON DELETE \(action.rawValue)"
        if engine == .sqlite {
          lines.append(key)
        } else {
          let deferring = number % 3 == 0 ? " DEFERRABLE INITIALLY DEFERRED" : ""
          constraints += "ALTER TABLE \(prefix)\(quoted(table.name)) ADD \(key)\(deferring);\n"
        }
        if number % 2 == 0 { constraints += "CREATE INDEX ON \(prefix)\(quoted(table.name)) (\(list(link.columns)));\n" }
      }
      let options = engine == .sqlite && !table.hasRowID ? " WITHOUT ROWID" : ""
      script += "CREATE TABLE \(prefix)\(quoted(table.name)) (\(lines.joined(separator: ", ")))\(options);\n"
      for row in table.rows {
        let values = columns(of: table).map { (row[$0] ?? nil).map { "'" + $0.replacing("'", with: "''") + "'" } ?? "NULL" }
        script += "INSERT INTO \(prefix)\(quoted(table.name)) VALUES (\(values.joined(separator: ", ")));\n"
      }
    }
    return script + (engine == .sqlite ? "" : constraints)
  }

  private func list(_ columns: [String]) -> String { columns.map(quoted).joined(separator: ", ") }
}
