import Retention
import TestSupport

extension World {
  /// The application that follows from a seed: people with a manager, an employer that lives with them, hours with a
  /// clock of their own, files that have only their owner's, projects that hours name, and a table nobody mapped.
  init(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
    today = ["2026-01-01", "2024-02-29", "2025-03-30", "2025-10-26", "2026-07-15"].randomElement(using: &random) ?? ""
    func clock(_ name: String) -> WorldClock {
      WorldClock(
        name: name, column: name + "\"Op", type: ClockType.allCases.randomElement(using: &random) ?? .civilText,
        whenNull: chance(50) ? .ongoing : .undated, isIndexed: chance(50))
    }

    var employer = WorldTable(name: "werkgever", category: Category("company"))
    employer.livesWith = ["order"]
    if chance(30) { employer.clocks = [clock("founded")] }
    var person = WorldTable(name: "order", category: Category("personnel"))
    person.clocks = [clock("employment-end")]
    person.references = [("werkgever", "werkgever", chance(60)), ("chef", "order", chance(60))]
    if chance(40) { person.references.append(("mentor van", "order", chance(60))) }
    var project = WorldTable(name: "naam \"x\"", category: chance(50) ? Category("project") : .impersonal)
    project.clocks = [clock("closed")]
    var hours = WorldTable(name: "Uren 2", category: Category("hours"))
    hours.belongsTo = "order"
    hours.clocks = chance(70) ? [clock("period-end")] : []
    hours.references = [("persoon", "order", chance(60)), ("project", "naam \"x\"", chance(60))]
    if chance(60) { hours.variants = [("absence", Category("absence")), ("x", .impersonal), ("y", Category("hours"))] }
    var files = WorldTable(name: "bijlage", category: Category("files"))
    files.belongsTo = chance(50) ? "Uren 2" : "order"
    files.references = [(files.belongsTo == "order" ? "persoon" : "uur", files.belongsTo ?? "", chance(60))]
    var unmapped = WorldTable(name: "los", category: nil)
    unmapped.references = [("uur", "Uren 2", false)]
    if chance(50) { person.reducesTo = ["kind"] }
    if chance(30) { hours.reducesTo = [] }
    if chance(30) { employer.reducesTo = ["note"] }
    tables = [employer, person, project, hours, files]
    for index in tables.indices { tables[index].isMarked = chance(50) }
    tables += (chance(30) ? [unmapped] : [])
    // A hidden "no rule" for one kind of data now and then.
    let categories = ["company", "personnel", "project", "hours", "absence", "files"].filter { _ in chance(92) }
    sample.fiscalYearStart = FiscalYearStart(chance(50) ? "01-01" : "04-06") ?? .calendarYear
    sample.contractEnd = chance(40) ? day(["2015-06-30", "2023-12-31", "2025-12-31"].randomElement(using: &random) ?? "") : nil
    if chance(50) { sample.endOfContract = [EndRule(name: "stop", clause: "9", action: .restrict, within: nil)] }
    for (number, category) in categories.enumerated() {
      for part in 0..<(chance(40) ? 2 : 1) {
        sample.rules.append(Self.rule("r\(number).\(part)", category, chance(60) ? 2 : 1, &random))
      }
    }
    if chance(20) { holds = [Hold(id: "h", table: chance(50) ? nil : "Uren 2", until: chance(50) ? day("2030-01-01") : nil)] }
    for index in tables.indices { fill(index, &random) }
    for table in tables { sample.tables[table.name] = table.mapped }
    for table in tables {
      for reference in table.references where !reference.isDeclared {
        // What nobody mapped may still be named by a reference of the map.
        sample.references.append(
          Reference(table: table.name, columns: [reference.column], target: reference.target, targetColumns: ["id"]))
      }
    }
  }

  private static func rule(_ name: String, _ category: String, _ forces: Int, _ random: inout SeededRandom) -> RetentionRule {
    let from: [RetentionRule.CountedFrom] = [
      .clock(nil), .clock(nil), .endOfCalendarYear(clock: nil), .endOfFiscalYear(clock: nil), .endOfContract,
    ]
    let force: Set<RetentionRule.Force> = forces == 2 ? [.duty, .limit] : Bool.random(using: &random) ? [.limit] : [.duty]
    let periods: [String?] = ["P7Y", "P2Y", "P52W", "P0D", "P1M", "P7Y", "P2Y", nil]
    let period = periods.randomElement(using: &random) ?? nil
    return RetentionRule(
      name, category, keep: period, from: from.randomElement(using: &random) ?? .clock(nil), period == nil ? [] : force)
  }

  private mutating func fill(_ index: Int, _ random: inout SeededRandom) {
    for number in 0..<Int.random(in: 5...25, using: &random) {
      var row: [String: Cell] = ["id": .text("\(index)-\(number)"), "size": .integer(Int64.random(in: 0...2, using: &random))]
      row["kind"] = [.null, .text("absence"), .text("x"), .text("y"), .text("")].randomElement(using: &random)
      row["note"] = [.null, .text("iets"), .text("")].randomElement(using: &random)
      row["dicht"] = [.null, .text("ja"), .text("nee")].randomElement(using: &random)
      for clock in tables[index].clocks { row[clock.column] = clock.type.random(&random) }
      for reference in tables[index].references {
        row[reference.column] = name(index, number, reference, &random).map(Cell.text) ?? .null
      }
      tables[index].rows.append(row)
    }
  }

  /// The key of a row to name: in the own table one that came before, so that rows make no circles, or the row itself.
  private func name(
    _ index: Int, _ number: Int, _ reference: (column: String, target: String, isDeclared: Bool), _ random: inout SeededRandom
  ) -> String? {
    guard let target = tables.firstIndex(where: { $0.name == reference.target }) else { return nil }
    let choice = Int.random(in: 0..<10, using: &random)
    if choice < 2 { return nil }
    if choice == 2, !reference.isDeclared { return "weg" }
    let count = target == index ? number + 1 : tables[target].rows.count
    return "\(target)-\(Int.random(in: 0..<count, using: &random))"
  }
}

extension ClockType {
  /// A value that this column can hold in both engines, often one that shows no day.
  func random(_ random: inout SeededRandom) -> Cell {
    if Int.random(in: 0..<8, using: &random) == 0 { return .null }
    let seconds =
      Int.random(in: 0..<12, using: &random) < 8
      ? Int.random(in: 1_300_000_000...1_790_000_000, using: &random)
      : Self.edges.randomElement(using: &random) ?? 0
    let moment = Instant(seconds: seconds).description
    let (date, time) = (String(moment.prefix(10)), String(moment.dropFirst(11).prefix(8)))
    let isOdd = Int.random(in: 0..<4, using: &random) == 0
    switch self {
    case .civilText:
      if isOdd { return Self.oddTexts.randomElement(using: &random) ?? .null }
      return .text(
        [date, date, "\(date) \(time)", "\(date)T\(time)", "\(date) 10:00", "\(date)T10:00:00.5"].randomElement(using: &random) ?? "")
    case .utcText:
      if isOdd { return Self.oddTexts.randomElement(using: &random) ?? .null }
      return .text(
        [moment, "\(date) \(time)", "\(date)T\(time)+02:00", "\(date) \(time)-05:30", "\(date)T\(time).5Z"].randomElement(using: &random)
          ?? "")
    case .civilDate: return .text(isOdd ? ["0001-01-01", "9999-12-31", "infinity"].randomElement(using: &random) ?? "" : date)
    case .civilTimestamp: return .text(isOdd ? ["0001-01-01 00:00:00", "infinity"].randomElement(using: &random) ?? "" : "\(date) \(time)")
    case .utcMoment: return .text(isOdd ? ["9999-12-31T00:00:00Z", "infinity"].randomElement(using: &random) ?? "" : moment)
    case .seconds: return .integer(isOdd ? [0, -1, 99_999_999_999, .min, .max].randomElement(using: &random) ?? 0 : Int64(seconds))
    case .milliseconds:
      return .integer(isOdd ? [-1, 253_402_300_800_000, .min].randomElement(using: &random) ?? 0 : Int64(seconds) * 1000 + 999)
    }
  }

  /// Moments around midnight in Amsterdam, in winter, in summer, on the days on which the clocks change, and at year ends.
  private static let edges: [Int] = [
    "2018-12-31T22:59:59Z", "2018-12-31T23:00:00Z", "2024-06-30T21:59:59Z", "2024-06-30T22:00:00Z", "2025-03-30T00:59:59Z",
    "2025-03-29T23:00:00Z", "2025-10-26T00:59:59Z", "2025-10-25T22:00:00Z", "2019-04-05T21:59:59Z", "2019-04-05T22:00:00Z",
    "2024-02-29T12:00:00Z", "1969-12-31T22:59:59Z", "1900-01-01T12:00:00Z", "1899-12-31T12:00:00Z", "2199-12-31T12:00:00Z",
  ].compactMap { Instant($0)?.seconds }

  private static let oddTexts: [Cell] =
    [
      "2018-02-30", "01-02-2019", "2018-1-5", "", "onbekend", "0000-00-00", "0001-01-01", "9999-12-31", "2018-01-05 ", "2018-01-05T",
      "2018-01-05 24:00", "2018-01-05 10:60", "2018-01-05 10", "2018-01-05 10:00 ", "2018-01-05Z", "2018-01-05T10:00:00z", "now", "2458000",
      "2018-01-05 10:00:00.", "2018-01-05 10:00+0200", "2018-01-05 10:00:00+15:00", "2018-01-05x10:00", "20180105", "2018-13-01",
      "2019-02-29", "2100-02-29", " 2018-01-05", "2018-01-05\n", "2018-01-05 2458000.5", "1e3", "12:00",
    ].map(Cell.text) + [.integer(20_180_105), .integer(1_500_000_000), .bytes]
}
