import Retention
import TestSupport
import Testing

/// The tables that the decisions are about: `persoon`, and `uren` that name a person.
enum Tables {
  static func table(
    _ name: String, _ columns: String..., key: [String] = ["id"], kind: Table.Kind = .table, names: [(column: String, target: String)] = []
  ) -> Table {
    Table(
      name: name, kind: kind,
      columns: (["id"] + columns + names.map(\.column)).map { Column(name: $0, type: "text", isNullable: $0 != "id", isGenerated: false) },
      primaryKey: key, uniqueKeys: [],
      references: names.map { Reference(table: name, columns: [$0.column], target: $0.target, targetColumns: ["id"]) }, indexes: [],
      triggers: [])
  }

  static let person = table("persoon", "naam", "uit_dienst")
  static let hours = table("uren", "datum", names: [("persoon", "persoon")])
  static let both = Schema(tables: [person, hours])

  static func mapped(
    _ category: String, _ clocks: [String: String] = [:], ongoing: Bool = false, belongsTo: String? = nil, livesWith: [String] = [],
    variants: [MappedTable.Variant] = [], columns: [String: MappedColumn] = [:], key: [String]? = nil, reducesTo: [String]? = nil,
    mark: [String: PredicateValue] = [:]
  ) -> MappedTable {
    MappedTable(
      category: Category(category), variants: variants,
      clocks: clocks.mapValues { Clock(column: $0, whenNull: ongoing ? .ongoing : .undated) }, belongsTo: belongsTo, livesWith: livesWith,
      columns: columns, key: key, reduction: reducesTo.map { .init(kept: $0, blanks: [:]) }, mark: mark)
  }
}

extension TenantDecision {
  /// The dispositions that records of a table can have, in order.
  func dispositions(_ name: String) -> [Disposition] { table(name)?.cases.map(\.disposition) ?? [] }
}

@Suite struct `A decision` {
  private func sample(_ rules: RetentionRule..., person: MappedTable? = nil, hours: MappedTable? = nil) -> SamplePolicy {
    var sample = SamplePolicy()
    sample.tables = [
      "persoon": person ?? Tables.mapped("personnel", ["employment-end": "uit_dienst"]),
      "uren": hours ?? Tables.mapped("hours", ["period-end": "datum"], belongsTo: "persoon"),
    ]
    sample.rules = rules
    return sample
  }

  @Test func `erases under a limit and keeps under a duty`() throws {
    let limit = try sample(RetentionRule("r", keep: "P7Y", [.limit])).decision(Tables.both)
    #expect(limit.dispositions("uren") == [.undated, .erase, .restrict, .keep])
    let duty = try sample(RetentionRule("r", keep: "P7Y", [.duty])).decision(Tables.both)
    #expect(duty.dispositions("uren") == [.undated, .keep])
    let both = try sample(RetentionRule("r", keep: "P7Y", [.limit, .duty])).decision(Tables.both)
    #expect(both.dispositions("uren") == [.undated, .erase, .restrict, .keep])
  }

  @Test func `takes the clock of the row that a row belongs to`() throws {
    let hours = Tables.mapped("hours", belongsTo: "persoon")
    let decision = try sample(RetentionRule("r", keep: "P7Y"), hours: hours).decision(Tables.both)
    let clock = try #require(decision.table("uren")?.cases.first { $0.disposition == .erase }?.clock)
    #expect(clock.description == "persoon.uit_dienst")
    #expect(clock.references.map(\.description) == ["uren(persoon) → persoon(id)"])
  }

  @Test func `says reduce or restrict only of rows that others can need`() throws {
    let restricted = try sample(RetentionRule("r", keep: "P7Y")).decision(Tables.both)
    #expect(restricted.dispositions("persoon") == [.undated, .restrict, .erase, .restrict, .keep])
    let person = Tables.mapped("personnel", ["employment-end": "uit_dienst"], reducesTo: [])
    let reduced = try sample(RetentionRule("r", keep: "P7Y"), person: person).decision(Tables.both)
    #expect(reduced.dispositions("persoon") == [.undated, .restrict, .reduce, .erase, .restrict, .keep])
    #expect(Array(reduced.table("persoon")?.reduction?.values ?? [:]).map(\.key) == ["naam"])
  }

  @Test func `marks what it restricts, where the map says how, and not what others compare with a copy`() throws {
    let rules = [RetentionRule("limit", keep: "P2Y"), RetentionRule("duty", keep: "P7Y", [.duty])]
    let marked = Tables.mapped("personnel", ["employment-end": "uit_dienst"], mark: ["naam": .text("-")])
    let decision = try sample(rules[0], rules[1], person: marked).decision(Tables.both)
    let cases = try #require(decision.table("persoon")).cases
    #expect(cases.map(\.disposition) == [.undated, .restrict, .restrict, .erase, .restrict, .restrict, .keep])
    #expect(cases.map(\.action) == [nil, nil, .restrict, .erase, nil, .restrict, nil])
    #expect(cases.map { $0.reasons.contains(.alreadyRestricted) } == [false, true, false, false, true, false, false])
    // Of the hours the map says nothing: they are restricted, and nothing is done.
    #expect(decision.table("uren")?.cases.compactMap(\.action) == [.erase])
    let copied = Hold(id: "h", table: nil, until: nil, keepsUnchanged: true)
    let held = try sample(rules[0], rules[1], person: marked).decision(Tables.both, holds: [copied])
    #expect(held.table("persoon")?.cases.compactMap(\.action).contains(.restrict) == false)
    let other = try sample(rules[0], rules[1], person: marked).decision(Tables.both, holds: [Hold(id: "h", table: nil, until: nil)])
    #expect(other.table("persoon")?.cases.compactMap(\.action).contains(.restrict) == true)
  }

  @Test(arguments: ["id", "persoon"]) func `refuses a mark in a column that names rows`(column: String) throws {
    let hours = Tables.mapped("hours", ["period-end": "datum"], belongsTo: "persoon", mark: [column: .text("x")])
    let sample = sample(RetentionRule("limit", keep: "P2Y"), hours: hours)
    func decide() throws(DecisionError) { _ = try sample.decision(Tables.both) }
    #expect(throws: DecisionError.cannotMark(table: "uren", column: column)) { try decide() }
  }

  @Test func `lets rows live with those that name them, and asks for the reference`() throws {
    let person = Tables.mapped("personnel", livesWith: ["uren"])
    let decision = try sample(RetentionRule("r", keep: "P7Y"), person: person).decision(Tables.both)
    #expect(decision.dispositions("persoon") == [.undated, .keep, .erase, .restrict, .keep])
    let unrelated = Schema(tables: [Tables.person, Tables.table("uren", "datum", "persoon")])
    #expect(throws: DecisionError.noReference(from: "uren", to: "persoon")) {
      try sample(RetentionRule("r", keep: "P7Y"), person: person, hours: Tables.mapped("hours", ["period-end": "datum"])).decision(
        unrelated)
    }
  }

  @Test func `erases nothing that lives with others while only a request or the end of the contract would`() throws {
    let person = Tables.mapped("personnel", livesWith: ["uren"])
    let rules = [RetentionRule("ask", keep: nil, []), RetentionRule("end", keep: "P0D", from: .endOfContract)]
    for rule in rules {
      let decision = try sample(rule, person: person).decision(Tables.both)
      #expect(decision.dispositions("persoon") == [.keep], "\(rule.name)")
    }
  }

  @Test func `counts from the end of the contract, when there is one`() throws {
    var sample = sample(RetentionRule("r", keep: "P30D", from: .endOfContract))
    #expect(try sample.decision(Tables.both).dispositions("uren") == [.keep])
    sample.contractEnd = day("2025-12-01")
    #expect(try sample.decision(Tables.both, on: "2025-12-31").dispositions("uren") == [.keep])
    #expect(try sample.decision(Tables.both, on: "2026-01-01").dispositions("uren") == [.erase, .restrict, .keep])
  }

  @Test func `stops processing the day after the contract ended, where a clause says so`() throws {
    var sample = sample(RetentionRule("r", keep: nil, []))
    sample.contractEnd = day("2025-12-31")
    #expect(try sample.decision(Tables.both, on: "2026-01-01").dispositions("uren") == [.keep])
    sample.endOfContract = [EndRule(name: "stop", clause: "11.1", action: .restrict, within: nil)]
    #expect(try sample.decision(Tables.both, on: "2025-12-31").dispositions("uren") == [.keep])
    #expect(try sample.decision(Tables.both, on: "2026-01-01").dispositions("uren") == [.restrict])
  }

  @Test func `erases nothing under a hold, of the tenant or of the table`() throws {
    let sample = sample(RetentionRule("r", keep: "P7Y"))
    let all = try sample.decision(Tables.both, holds: [Hold(id: "h", table: nil, until: nil)])
    #expect(all.tables.allSatisfy { !$0.cases.map(\.disposition).contains(.erase) })
    let one = try sample.decision(Tables.both, holds: [Hold(id: "h", table: "persoon", until: day("2026-01-01"))])
    #expect(one.dispositions("uren").contains(.erase))
    #expect(!one.dispositions("persoon").contains(.erase))
    #expect(try sample.decision(Tables.both, on: "2026-01-02", holds: one.holds).dispositions("persoon").contains(.erase))
    #expect(throws: DecisionError.missingTable("personen")) {
      try sample.decision(Tables.both, holds: [Hold(id: "h", table: "personen", until: nil)])
    }
  }

  @Test func `gives each kind of data its own rules, once`() throws {
    let variants = [
      MappedTable.Variant(rows: .equals(column: "datum", .null), category: .impersonal),
      .init(rows: .equals(column: "persoon", .null), category: Category("hours")),
      .init(rows: .equals(column: "id", .text("1")), category: Category("absence")),
    ]
    let hours = Tables.mapped("hours", ["period-end": "datum"], belongsTo: "persoon", variants: variants)
    let decision = try sample(
      RetentionRule("h", "hours", "personnel", keep: "P7Y"), RetentionRule("a", "absence", keep: "P2Y"), hours: hours
    ).decision(Tables.both)
    #expect(decision.table("uren")?.kinds.map(\.category.name) == ["none", "hours", "absence"])
    #expect(decision.table("uren")?.kinds.map { $0.rules.map(\.rule.name) } == [[], ["h"], ["a"]])
  }

  @Test func `reports what no rule and no map speaks about`() throws {
    var sample = sample(RetentionRule("r", "personnel", keep: "P7Y"))
    let schema = Schema(tables: Tables.both.tables + [Tables.table("los", "x"), Tables.table("kijk", kind: .view)])
    sample.tables["persoon"] = Tables.mapped("personnel", ["employment-end": "uit_dienst"], columns: ["extra": MappedColumn()])
    #expect(throws: DecisionError.missingColumn(table: "persoon", column: "extra")) { try sample.decision(schema) }
    sample.tables["persoon"] = Tables.mapped("personnel", ["employment-end": "uit_dienst"], columns: ["id": MappedColumn()])
    sample.tenantColumn = nil
    let decision = try sample.decision(schema)
    #expect(decision.gaps.map { "\($0.table).\($0.column ?? "*")" } == ["los.*", "persoon.naam"])
    #expect(decision.dispositions("los") == [.uncovered])
    #expect(decision.dispositions("uren") == [.uncovered])
    #expect(decision.dispositions("kijk") == [])
  }
}
