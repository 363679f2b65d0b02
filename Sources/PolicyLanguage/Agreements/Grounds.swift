import Retention

extension RetentionRules {
  /// A rule that rests on a statute may not make its duty shorter or its limit longer.
  func checkGround(of read: ReadRule, against statute: Statute, reference: String) {
    guard case .period(let period, let from) = read.rule.keeping else { return }
    if read.rule.force.contains(.duty) {
      guard statute.force.contains(.duty) else {
        read.entry.optional("force")?.refuse("\(reference) is no duty to keep; write force: [limit], or another ground")
        return
      }
      if period.isShorter(than: statute.period) {
        read.period.refuse(
          "shorter than \(statute.article) allows: keep for \(statute.period) or longer, or take 'duty' out of force and 'ground' away")
      } else if !from.isNever(before: statute.countedFrom) {
        read.entry.optional("counted-from")?.refuse(
          "may begin earlier than \(statute.article) allows: count from \(statute.countedFrom.word)")
      }
    }
    if read.rule.force.contains(.limit), statute.force.contains(.limit), statute.period.isShorter(than: period) {
      read.period.refuse("longer than \(statute.article) allows: keep for \(statute.period) or shorter, or take 'limit' out of force")
    }
  }
}

extension RetentionRule.CountedFrom {
  /// The point as it is written in a policy, without a clock's name for a boundary term.
  var word: String {
    switch self {
    case .clock(let name): name ?? CountedFromWord.clock.rawValue
    case .endOfCalendarYear: CountedFromWord.endOfCalendarYear.rawValue
    case .endOfFiscalYear: CountedFromWord.endOfFiscalYear.rawValue
    case .endOfContract: CountedFromWord.endOfContract.rawValue
    }
  }
}
