public import Retention

/// Gives a library of statutes by its name (`nl`); nil when there is none.
public typealias StatuteLibraries = (_ library: String) -> StatutoryLibrary?

/// A retention rule with the places that later checks point at.
struct ReadRule {
  let rule: RetentionRule
  let name: Value
  let entry: Block
  let statute: Statute?

  /// Where its period stands.
  var period: Value { entry.optional("keep-for") ?? name }
}

/// The words that a period counts from, besides the names of clocks.
enum CountedFromWord: String, CaseIterable {
  case clock
  case endOfCalendarYear = "end-of-calendar-year"
  case endOfFiscalYear = "end-of-fiscal-year"
  case endOfContract = "end-of-contract"
}

/// Reads the retention rules of an agreement or a tenant, and checks each by itself.
struct RetentionRules {
  let statutes: StatuteLibraries

  static let keys = [
    "rule", "clause", "applies-to", "keep-for", "counted-from", "clock", "keep-until", "force", "ground", "binds",
  ]

  func read(_ list: Value, categories: [Category], allowEmpty: Bool = false) -> [ReadRule] {
    let elements = list.elements("a list of retention rules", allowEmpty: allowEmpty) ?? []
    return elements.compactMap { readRule($0, categories: categories) }
  }

  private func readRule(_ value: Value, categories: [Category]) -> ReadRule? {
    guard let entry = Block(value, "a retention rule", keys: Self.keys) else { return nil }
    let nameValue = entry.required("rule", "give the rule a name, by which plans and certificates refer to it")
    let name = nameValue?.name("the name of the rule")
    let clause = entry.required("clause", "cite the clause that the rule comes from, as \"11.4\"")?.text("a clause, as \"11.4\"")
    let scope = entry.required("applies-to", "write all, or a list of categories")?.scope(among: categories)
    let keeping = readKeeping(entry)
    let force = readForce(entry)
    let statute = entry.optional("ground").flatMap(readGround)
    let binds = entry.optional("binds")?.choice("whom the rule binds", BoundParty.self) ?? statute?.statute.binds ?? .processor
    guard let nameValue, let name, let clause, let scope, let keeping, let force else { return nil }
    let rule = RetentionRule(
      name: name, clause: clause, scope: scope, keeping: keeping, force: force, ground: statute?.reference, binds: binds)
    let read = ReadRule(rule: rule, name: nameValue, entry: entry, statute: statute?.statute)
    if let statute { checkGround(of: read, against: statute.statute, reference: statute.reference) }
    return read
  }

  private func readKeeping(_ entry: Block) -> RetentionRule.Keeping? {
    if let until = entry.optional("keep-until") {
      for key in ["keep-for", "counted-from", "clock", "force", "ground", "binds"] {
        entry.key(key)?.refuse("does not go with keep-until, from which no date follows; leave one of the two out")
      }
      return until.converted("request, the only thing that data can be kept until") { $0 == "request" ? .untilRequest : nil }
    }
    let period = entry.required("keep-for", "write a period, as P7Y, or keep-until: request; there is no default period")?.period()
    let from = entry.required("counted-from", "write from when the period counts, as end-of-fiscal-year; there is no default")
    let countedFrom = from.flatMap { readCountedFrom($0, clock: entry.optional("clock")) }
    guard let period, let countedFrom else { return nil }
    return .period(period, from: countedFrom)
  }

  private func readCountedFrom(_ value: Value, clock: Value?) -> RetentionRule.CountedFrom? {
    let words = CountedFromWord.allCases.map(\.rawValue)
    guard let text = value.name("a clock's name or one of: \(words.joined(separator: ", "))") else { return nil }
    let clockName = clock?.name("the name of a clock in the data map")
    if clock != nil, clockName == nil { return nil }
    switch CountedFromWord(rawValue: text) {
    case .endOfCalendarYear: return .endOfCalendarYear(clock: clockName)
    case .endOfFiscalYear: return .endOfFiscalYear(clock: clockName)
    case .clock, .endOfContract, nil:
      if let clock {
        return clock.refused("goes only with counted-from: end-of-calendar-year or end-of-fiscal-year; name the clock there instead")
      }
      if text.hasPrefix("end-of-"), text != CountedFromWord.endOfContract.rawValue {
        return value.refused("not a point that periods count from\(Spelling.hint(for: text, among: words))")
      }
      return text == CountedFromWord.endOfContract.rawValue ? .endOfContract : .clock(text == "clock" ? nil : text)
    }
  }

  private func readForce(_ entry: Block) -> Set<RetentionRule.Force>? {
    if entry.optional("keep-until") != nil { return [] }
    let force = entry.required("force", "write [duty], [limit] or [duty, limit]: must data not go earlier, not stay longer, or both")
    return force?.force()
  }

  private func readGround(_ value: Value) -> (statute: Statute, reference: String)? {
    guard let reference = value.text("a statute, as nl/awr-52") else { return nil }
    let parts = reference.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let libraryName = parts.first, let name = parts.last else {
      return value.refused("expected a library and a statute, as nl/awr-52")
    }
    guard let library = statutes(libraryName) else {
      return value.refused(
        "there is no statutory library '\(libraryName)' that can be read; expected statutory/\(libraryName).yaml in the policies folder")
    }
    guard let statute = library.statutes.first(where: { $0.name == name }) else {
      let known = library.statutes.map { "\(libraryName)/\($0.name)" }
      return value.refused("the library has no such statute\(Spelling.hint(for: reference, among: known))")
    }
    if !statute.isVerified {
      value.complaints.warn(
        .unverifiedStatute, reference, at: value.place,
        "nobody has read the source of \(statute.article); have it checked before relying on it")
    }
    return (statute, reference)
  }
}

extension Value {
  /// What a rule forbids and demands.
  func force() -> Set<RetentionRule.Force>? {
    guard let words = elements("[duty], [limit] or [duty, limit]") else { return nil }
    var force: Set<RetentionRule.Force> = []
    for word in words {
      guard let part = word.choice("a force", RetentionRule.Force.self) else { return nil }
      if !force.insert(part).inserted { word.refuse("is in the list twice; keep one") }
    }
    return force
  }

  /// The categories that a rule speaks about: those that the agreement lists, where it lists any.
  fileprivate func scope(among categories: [Category]) -> CategoryScope? {
    if isScalar {
      return written == "all" ? .all : refused("expected all, or a list of categories, as [payroll, hours]")
    }
    let read = names("all, or a list of categories, as [payroll, hours]") { element in
      guard let category = element.personalCategory() else { return nil }
      guard categories.isEmpty || categories.contains(category) else {
        let known = categories.map(\.name)
        return element.refused("not a category of this agreement\(Spelling.hint(for: category.name, among: known))")
      }
      return category.name
    }
    return read.map { .only(Set($0.map { Category($0) })) }
  }
}
