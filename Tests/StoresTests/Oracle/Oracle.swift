import Foundation
import Retention
import Stores
import TestSupport

/// The definition in the design's policy chapter, row by row and without any cleverness.
struct Oracle {
  let world: World
  let today: CivilDate

  /// A row: its table and its key.
  struct Place: Hashable {
    let table: String
    let id: String
  }

  private var rows: [Place: [String: Cell]] = [:]
  private var tables: [String: WorldTable] = [:]

  init(_ world: World) {
    self.world = world
    today = day(world.today)
    for table in world.tables {
      tables[table.name] = table
      for row in table.rows { if case .text(let id) = row["id"] { rows[Place(table: table.name, id: id)] = row } }
    }
  }

  /// What happens to every row.
  func dispositions() -> [Place: Disposition] {
    let due = Set(rows.keys.filter { terms(of: $0).map { $0.limitReached && $0.dutiesOver } ?? false })
    var needed: Set<Place> = []
    while true {
      var more: Set<Place> = []
      for place in rows.keys where !due.contains(place) || needed.contains(place) {
        more.formUnion(named(by: place).filter { $0 != place })
      }
      if more.isSubset(of: needed) { break }
      needed.formUnion(more)
    }
    return rows.keys.reduce(into: [:]) { $0[$1] = disposition(of: $1, isDue: due.contains($1), isNeeded: needed.contains($1)) }
  }

  /// Whether the map names a mark for a table.
  func isMarked(_ table: String) -> Bool { tables[table]?.isMarked ?? false }

  /// A row as it is after it was marked, where its table has a mark.
  func marked(_ place: Place) -> [String: Cell] {
    guard var row = rows[place] else { return [:] }
    if tables[place.table]?.isMarked ?? false { row["dicht"] = .text("ja") }
    return row
  }

  /// A row as it is after it was reduced.
  func reduced(_ place: Place) -> [String: Cell] {
    guard let table = tables[place.table], let kept = table.reducesTo else { return [:] }
    var row = marked(place)
    for column in blanked(table, kept) { row[column] = column == "size" ? .integer(0) : .null }
    return row
  }

  private func blanked(_ table: WorldTable, _ kept: [String]) -> [String] {
    (["kind", "note", "size"] + (table.isMarked ? [] : ["dicht"])).filter {
      !kept.contains($0) && !($0 == "kind" && !table.variants.isEmpty)
    }
  }

  private func disposition(of place: Place, isDue: Bool, isNeeded: Bool) -> Disposition {
    guard let table = tables[place.table], table.category != nil, let category = category(of: place) else { return .uncovered }
    if category == .impersonal { return .keep }
    guard world.sample.rules.contains(where: { $0.scope.contains(category) }) else { return .uncovered }
    guard let terms = terms(of: place) else { return .undated }
    if isDue {
      guard isNeeded else { return .erase }
      if table.reducesTo != nil { return reduced(place) != rows[place] ? .reduce : .restrict }
      return livesWithOthers(place, category) ? .keep : .restrict
    }
    if terms.limitReached { return .restrict }
    if let end = world.sample.contractEnd, end < today, !world.sample.endOfContract.isEmpty { return .restrict }
    return .keep
  }

  /// Whether a limit ends with the rows for whose sake this one exists.
  private func livesWithOthers(_ place: Place, _ category: Category) -> Bool {
    guard let table = tables[place.table], !table.livesWith.isEmpty else { return false }
    return world.sample.rules.contains { rule in
      guard rule.scope.contains(category), rule.force.contains(.limit), case .absent = reading(rule, place) else { return false }
      return true
    }
  }

  private func named(by place: Place) -> [Place] {
    (tables[place.table]?.references ?? []).compactMap { reference in
      guard case .text(let id) = rows[place]?[reference.column] else { return nil }
      return Place(table: reference.target, id: id)
    }
  }

  private func isNamed(_ place: Place, by owners: [String]) -> Bool {
    rows.keys.contains { $0 != place && owners.contains($0.table) && named(by: $0).contains(place) }
  }

  private func category(of place: Place) -> Category? {
    guard let table = tables[place.table], let category = table.category else { return nil }
    return table.variants.first { rows[place]?["kind"] == .text($0.kind) }?.category ?? category
  }

  /// Whether a limit is reached and whether all duties are over; nil when a clock is missing.
  private func terms(of place: Place) -> (limitReached: Bool, dutiesOver: Bool)? {
    guard let category = category(of: place), category != .impersonal, let table = tables[place.table] else { return (false, true) }
    var limitReached = false
    var isUnnamed = false
    var dutiesOver = !world.holds.contains { $0.isOpen(on: today) && ($0.table == nil || $0.table == place.table) }
    for rule in world.sample.rules where rule.scope.contains(category) {
      var isOver = false
      switch reading(rule, place) {
      case .absent where !table.livesWith.isEmpty:
        guard rule.force.contains(.limit) else { continue }
        if isNamed(place, by: table.livesWith) { limitReached = true } else { isUnnamed = true }
        continue
      case .absent, .missing: return nil
      case .never: break
      case .end(let end): isOver = end <= today
      }
      if isOver, rule.force.contains(.limit) { limitReached = true }
      if !isOver, rule.force.contains(.duty) { dutiesOver = false }
    }
    if isUnnamed, !limitReached { return nil }
    return (limitReached, dutiesOver)
  }

  private enum Reading { case absent, missing, never, end(CivilDate) }

  /// The first day on which a rule is over for a row.
  private func reading(_ rule: RetentionRule, _ place: Place) -> Reading {
    guard case .period(let period, let from) = rule.keeping else { return .never }
    let start: FiscalYearStart?
    switch from {
    case .endOfContract: return world.sample.contractEnd.flatMap { ($0 + period)?.adding(days: 1) }.map(Reading.end) ?? .never
    case .clock: start = nil
    case .endOfCalendarYear: start = .calendarYear
    case .endOfFiscalYear: start = world.sample.fiscalYearStart
    }
    // The clock of the row, or of the row that it belongs to.
    var place = place
    while let table = tables[place.table] {
      if let clock = table.clocks.first {
        guard let row = rows[place], let value = row[clock.column] else { return .missing }
        if value == .null { return clock.whenNull == .ongoing ? .never : .missing }
        guard let shown = Self.dayShown(by: value, clock.type), Condition.plausibleClock.contains(shown) else { return .missing }
        let end = start.map { $0.nextStart(after: shown).flatMap { $0 + period } } ?? (shown + period)?.adding(days: 1)
        return end.map(Reading.end) ?? .never
      }
      guard let owner = table.belongsTo, let reference = table.references.first(where: { $0.target == owner }) else { return .absent }
      guard case .text(let id) = rows[place]?[reference.column] else { return .missing }
      place = Place(table: owner, id: id)
    }
    return .missing
  }

  /// The day that a value shows, read without regular expressions or a database.
  private static func dayShown(by value: Cell, _ type: ClockType) -> CivilDate? {
    switch (value, type) {
    case (.integer(let number), .seconds): instant(Double(number))
    case (.integer(let number), .milliseconds): instant((Double(number) / 1000).rounded(.down))
    case (.text(let text), .civilText), (.text(let text), .civilDate), (.text(let text), .civilTimestamp):
      text.utf8.count == 10 ? CivilDate(text) : isTime(text.dropFirst(10)) ? CivilDate(text.prefix(10)) : nil
    case (.text(let text), .utcText), (.text(let text), .utcMoment): moment(text)
    default: nil
    }
  }

  private static func instant(_ seconds: Double) -> CivilDate? {
    abs(seconds) < 1e12 ? ZoneRules.amsterdam.day(Instant(seconds: Int(seconds))) : nil
  }

  /// `[T ]HH:MM`, perhaps with seconds, perhaps with a fraction of them.
  private static func isTime(_ text: Substring) -> Bool {
    guard let mark = text.first, mark == "T" || mark == " " else { return false }
    let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, isNumber(parts[0], below: 24), isNumber(parts[1], below: 60) else { return false }
    guard parts.count == 3 else { return true }
    let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
    return isNumber(seconds[0], below: 60)
      && (seconds.count == 1 || seconds.count == 2 && !seconds[1].isEmpty && seconds[1].allSatisfy(isDigit))
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

  private static func isNumber(_ text: Substring, below limit: Int) -> Bool {
    text.count == 2 && text.allSatisfy(isDigit) && Int(text).map { $0 < limit } ?? false
  }

  private static func moment(_ text: String) -> CivilDate? {
    guard let date = CivilDate(text.prefix(10)) else { return nil }
    var rest = text.dropFirst(10)
    var offset = 0
    if rest.hasSuffix("Z") {
      rest = rest.dropLast()
    } else if let sign = rest.lastIndex(where: { $0 == "+" || $0 == "-" }) {
      let parts = rest[sign...].dropFirst().split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, isNumber(parts[0], below: 15), isNumber(parts[1], below: 60) else { return nil }
      offset = ((Int(parts[0]) ?? 0) * 60 + (Int(parts[1]) ?? 0)) * (rest[sign] == "+" ? 60 : -60)
      rest = rest[..<sign]
    }
    guard isTime(rest) else { return nil }
    let numbers = rest.dropFirst().split(separator: ":").map { Int(Double($0) ?? 0) }
    let seconds = date.dayNumber * 86_400 + numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0) - offset
    return ZoneRules.amsterdam.day(Instant(seconds: seconds))
  }
}
