import Retention

extension Value {
  /// A structured condition on a row's own columns.
  func predicate() -> Predicate? {
    let keys = ["column", "is", "in", "before", "and", "or", "not"]
    guard let block = Block(self, "a condition, as {column: c, is: v}", keys: keys) else { return nil }
    let acts = keys.dropFirst().compactMap { key in block.optional(key).map { (key, $0) } }
    guard acts.count == 1, let (act, value) = acts.first else {
      return refused("expected exactly one of is, in, before, and, or, not")
    }
    let combines = ["and", "or", "not"].contains(act)
    if combines { block.key("column")?.refuse("does not go with \(act); the conditions within name their columns") }
    let column = combines ? nil : block.required("column", "name the column that '\(act)' looks at")?.column()
    switch act {
    case "and": return value.conditions().map { .and($0) }
    case "or": return value.conditions().map { .or($0) }
    case "not": return value.predicate().map { .not($0) }
    case "before":
      guard let date = value.date(), let column else { return nil }
      return .before(column: column, date)
    case "in":
      guard let elements = value.elements("a list of values") else { return nil }
      let constants = elements.compactMap { $0.constant() }
      guard let column, constants.count == elements.count else { return nil }
      return .oneOf(column: column, constants)
    default:
      guard let constant = value.constant(), let column else { return nil }
      return .equals(column: column, constant)
    }
  }

  private func conditions() -> [Predicate]? {
    guard let elements = elements("a list of conditions") else { return nil }
    let conditions = elements.compactMap { $0.predicate() }
    return conditions.count == elements.count ? conditions : nil
  }

  /// A value as a database column holds it: null, true, false, a whole number, or text.
  func constant() -> PredicateValue? {
    guard isScalar else { return refused("expected null, true, false, a whole number or text") }
    guard isPlain else { return .text(written) }
    switch PlainScalar(written) {
    case .null: return written.isEmpty ? refused("nothing is given; write null, \"\" or a value") : .null
    case .boolean(let value): return .boolean(value)
    case .integer(let number): return .integer(number)
    case .text: return .text(written)
    case .ambiguous(let other):
      return refused("some readers of YAML take this for \(other); write true, false or a whole number, or text in quotes: \"\(written)\"")
    }
  }

  /// The name of a column.
  func column() -> String? { text("the name of a column") }

  /// The name of a table.
  func table() -> String? { text("the name of a table") }
}
