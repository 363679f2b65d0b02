import Retention

/// One uniform term of seven years or more is a contract's default, not a justification
/// (GDPR 5(1)(e); domain notes 1.7, item 3).
enum UniformTerm {
  /// Kinds of data that law and practice keep for months or a few years at most.
  static let shortLived: [Category] = ["absence", "access-log", "applicants", "location"].map { Category($0) }

  /// The short-lived ones among `categories` that no rule but a long one over everything limits, by that rule.
  static func findings(in rules: [RetentionRule], categories: [Category]) -> [(rule: RetentionRule, categories: [Category])] {
    rules.filter(isUniform).compactMap { rule in
      let held = shortLived.filter { category in
        categories.contains(category) && !rules.contains { limitsEarlier($0, than: rule, category) }
      }
      return held.isEmpty ? nil : (rule, held)
    }
  }

  static func message(_ categories: [Category]) -> String {
    "one term for everything is no reason to keep \(categories.map(\.name).joined(separator: ", ")) that long; "
      + "agree a shorter limit for each, as the controller's rules in the inventory"
  }

  private static func isUniform(_ rule: RetentionRule) -> Bool {
    guard case .period(let period, _) = rule.keeping, rule.force.contains(.limit), rule.scope == .all else { return false }
    return period.months >= 84 || period.days >= 7 * 365
  }

  private static func limitsEarlier(_ rule: RetentionRule, than uniform: RetentionRule, _ category: Category) -> Bool {
    guard case .period(let period, _) = rule.keeping, case .period(let long, _) = uniform.keeping else { return false }
    return rule.force.contains(.limit) && rule.scope.contains(category) && period.isShorter(than: long)
  }
}
