import Retention
import TestSupport
import Testing

@Suite struct `A policy that does not fit the database is refused` {
  private func refusal(_ tables: [String: MappedTable], _ schema: [Table], _ rules: [RetentionRule]? = nil) -> DecisionError? {
    var sample = SamplePolicy()
    sample.tables = tables
    sample.rules = rules ?? [RetentionRule("r", keep: "P7Y")]
    do {
      _ = try sample.decision(Schema(tables: schema))
      return nil
    } catch {
      return error
    }
  }

  @Test func `when a table, an owner or a column is missing`() {
    #expect(refusal(["weg": Tables.mapped("x", ["d": "datum"])], []) == .missingTable("weg"))
    #expect(refusal(["persoon": Tables.mapped("x", ["d": "datum"])], [Tables.person]) == .missingColumn(table: "persoon", column: "datum"))
    let orphan = Tables.mapped("x", ["d": "uit_dienst"], belongsTo: "bedrijf")
    #expect(refusal(["persoon": orphan], [Tables.person]) == .missingTable("bedrijf"))
  }

  @Test func `when rows fall due that have no key, or are not rows`() {
    let mapped = ["persoon": Tables.mapped("x", ["d": "uit_dienst"])]
    #expect(refusal(mapped, [Tables.table("persoon", "uit_dienst", key: [])]) == .noKey(table: "persoon"))
    let keyed = ["persoon": Tables.mapped("x", ["d": "uit_dienst"], key: ["id"])]
    #expect(refusal(keyed, [Tables.table("persoon", "uit_dienst", key: [])]) == nil)
    let view = Tables.table("persoon", "uit_dienst", kind: .view)
    #expect(refusal(mapped, [view]) == .notErasable(table: "persoon", kind: .view))
  }

  @Test func `when a rule's clock is missing or could be either`() {
    #expect(refusal(["persoon": Tables.mapped("x")], [Tables.person]) == .noClock(rule: "r", table: "persoon", clock: nil))
    let two = ["persoon": Tables.mapped("x", ["a": "naam", "b": "uit_dienst"])]
    #expect(refusal(two, [Tables.person]) == .ambiguousClock(rule: "r", table: "persoon", clocks: ["a", "b"]))
    #expect(refusal(two, [Tables.person], [RetentionRule("r", keep: "P7Y", from: .clock("b"))]) == nil)
    #expect(
      refusal(two, [Tables.person], [RetentionRule("r", keep: "P7Y", from: .clock("c"))])
        == .noClock(rule: "r", table: "persoon", clock: "c"))
  }

  @Test func `when rows belong to others by no reference, or by two`() {
    let tables = ["persoon": Tables.mapped("x", ["d": "uit_dienst"]), "uren": Tables.mapped("x", belongsTo: "persoon")]
    #expect(refusal(tables, [Tables.person, Tables.table("uren")]) == .noReference(from: "uren", to: "persoon"))
    let twice = Tables.table("uren", names: [("a", "persoon"), ("b", "persoon")])
    #expect(refusal(tables, [Tables.person, twice]) == .ambiguousReference(from: "uren", to: "persoon"))
  }

  @Test func `when tables belong to each other in a circle, but not when they only refer to each other`() {
    let left = Tables.table("links", "d", names: [("r", "rechts")])
    let right = Tables.table("rechts", "d", names: [("l", "links")])
    let dated = ["links": Tables.mapped("x", ["d": "d"]), "rechts": Tables.mapped("x", ["d": "d"])]
    #expect(refusal(dated, [left, right]) == nil)
    let owned = ["links": Tables.mapped("x", belongsTo: "rechts"), "rechts": Tables.mapped("x", belongsTo: "links")]
    #expect(refusal(owned, [left, right]) == .cycle(["links", "rechts"]))
    let own = ["zelf": Tables.mapped("x", belongsTo: "zelf")]
    #expect(refusal(own, [Tables.table("zelf", names: [("boven", "zelf")])]) == .cycle(["zelf"]))
  }

  @Test func `when every key of a circle is enforced at once and cannot be empty`() {
    func table(_ name: String, _ column: String, _ other: String, isNullable: Bool) -> Table {
      Table(
        name: name, kind: .table,
        columns: ["id", "d", column].map { Column(name: $0, type: "text", isNullable: $0 == column && isNullable, isGenerated: false) },
        primaryKey: ["id"], uniqueKeys: [],
        references: [Reference(table: name, columns: [column], target: other, targetColumns: ["id"], onDelete: .restrict)], indexes: [],
        triggers: [])
    }
    let dated = ["links": Tables.mapped("x", ["d": "d"]), "rechts": Tables.mapped("x", ["d": "d"])]
    let (left, right) = (table("links", "r", "rechts", isNullable: false), table("rechts", "l", "links", isNullable: false))
    #expect(refusal(dated, [left, right]) == .inseparable(left.references + right.references))
    #expect(refusal(dated, [left, table("rechts", "l", "links", isNullable: true)]) == nil)
  }

  @Test func `when a column that must be emptied allows no NULL`() {
    let table = Table(
      name: "persoon", kind: .table,
      columns: ["id", "naam", "uit_dienst"].map { Column(name: $0, type: "text", isNullable: $0 == "uit_dienst", isGenerated: false) },
      primaryKey: ["id"], uniqueKeys: [], references: [], indexes: [], triggers: [])
    let mapped = ["persoon": Tables.mapped("x", ["d": "uit_dienst"], reducesTo: [])]
    #expect(refusal(mapped, [table]) == .cannotBlank(table: "persoon", column: "naam"))
  }

  @Test func `when rows of a shared table cannot be told apart by tenant`() throws {
    var sample = SamplePolicy()
    sample.tenantColumn = .init(column: "huurder", value: .integer(7))
    sample.rules = [RetentionRule("r", keep: "P7Y")]
    sample.tables = ["uren": Tables.mapped("x", ["d": "datum"], belongsTo: "persoon"), "persoon": Tables.mapped("x", ["d": "uit_dienst"])]
    #expect(throws: DecisionError.noTenantColumn(table: "persoon", column: "huurder")) { try sample.decision(Tables.both) }
    let person = Tables.table("persoon", "uit_dienst", "huurder")
    let decision = try sample.decision(Schema(tables: [person, Tables.hours]))
    #expect(decision.table("persoon")?.ownership.description == "huurder is 7")
    #expect(decision.table("uren")?.ownership.description == "[uren(persoon) → persoon(id)] huurder is 7")
    #expect(decision.gaps.isEmpty)
  }
}
