import Retention

/// A rule that is read, with the value that gives its name.
struct Named<Rule> {
  let rule: Rule
  let name: Value
  let entry: Block
}

extension Value {
  /// The rules about requests.
  func requestRules(statutes: StatuteLibraries) -> [Named<RequestRule>] {
    (elements("a list of rules about requests", allowEmpty: true) ?? []).compactMap { $0.requestRule(statutes: statutes) }
  }

  private func requestRule(statutes: StatuteLibraries) -> Named<RequestRule>? {
    let keys = [
      "rule", "clause", "action", "from", "about", "after", "form", "asks-back", "lifts", "nature", "within", "by-law", "fee",
    ]
    guard let entry = Block(self, "a rule about requests", keys: keys) else { return nil }
    let common = entry.ruleAndClause()
    let action = entry.required("action", "write what is asked, as erase")?.choice("an action", RequestRule.Action.self)
    let from = entry.required("from", "write who may ask: controller or data-subject")?.choice("who asks", RequestRule.Asker.self)
    let form = entry.optional("form")?.choice("a form", RequestRule.Form.self)
    let lifts = entry.optional("lifts")?.names("the retention rules whose duty the request lifts") { $0.name("a rule") } ?? []
    let nature = entry.optional("nature")?.choice("raw or derived", Nature.self)
    if let action, action != .handOver, action != .transfer {
      entry.key("nature")?.refuse("goes only with data that is handed over: action return or transfer")
    }
    if let action, action != .erase { entry.key("lifts")?.refuse("goes only with action: erase; another request lifts no duty to keep") }
    let within = entry.optional("within")?.term()
    let law = entry.optional("by-law")?.statutoryTerm(in: statutes)
    if within != nil { entry.key("by-law")?.refuse("the clause names a term of its own under 'within'; leave one of the two out") }
    let about = entry.optional("about")?.choice("tenant or subject", RequestRule.Reach.self)
    let after: String? = entry.optional("after")?.converted("end-of-contract, the only thing that a clause waits for") {
      $0 == CountedFromWord.endOfContract.rawValue ? $0 : nil
    }
    // A request that lifts duties of the controller is not carried out at once, unless the contract says so.
    let asksBack = entry.optional("asks-back")?.boolean("whether the controller is warned and offered its data first") ?? !lifts.isEmpty
    if let action, action != .erase { entry.key("asks-back")?.refuse("goes only with action: erase") }
    let fee = entry.optional("fee")?.fee()
    guard let common, let action, let from else { return nil }
    let rule = RequestRule(
      name: common.name, clause: common.clause, action: action, from: from, form: form, lifts: lifts, nature: nature, within: within,
      law: law, about: about, isAfterContract: after != nil, asksBack: asksBack, fee: fee)
    return Named(rule: rule, name: common.value, entry: entry)
  }

  /// A term that a law sets, by its library and name.
  private func statutoryTerm(in statutes: StatuteLibraries) -> StatutoryTerm? {
    guard let reference = text("a term that the law sets, as nl/gdpr-12-3") else { return nil }
    let parts = reference.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let library = statutes(parts[0]) else { return refused("expected a library and a term, as nl/gdpr-12-3") }
    let known = library.terms.keys.sorted().map { "\(parts[0])/\($0)" }
    return library.terms[parts[1]] ?? refused("the library has no such term\(Spelling.hint(for: reference, among: known))")
  }

  /// The rules about the end of the contract.
  func endRules() -> [Named<EndRule>] {
    (elements("a list of rules about the end of the contract", allowEmpty: true) ?? []).compactMap { value in
      guard let entry = Block(value, "a rule about the end of the contract", keys: ["rule", "clause", "action", "within"]) else {
        return nil
      }
      let common = entry.ruleAndClause()
      let action = entry.required("action", "write what happens, as restrict")?.choice("an action", EndRule.Action.self)
      let within = entry.optional("within")?.term()
      guard let common, let action else { return nil }
      return Named(
        rule: EndRule(name: common.name, clause: common.clause, action: action, within: within), name: common.value, entry: entry)
    }
  }

  /// The deadlines that people must meet.
  func obligations() -> [Named<Obligation>] {
    (elements("a list of obligations", allowEmpty: true) ?? []).compactMap { value in
      guard let entry = Block(value, "an obligation", keys: ["rule", "clause", "within", "every", "what"]) else { return nil }
      let common = entry.ruleAndClause()
      let within = entry.optional("within")?.term()
      let every = entry.optional("every")?.period()
      let what = entry.required("what", "write what must be done")?.text("what must be done")
      guard let common, let what else { return nil }
      let rule = Obligation(name: common.name, clause: common.clause, within: within, every: every, what: what)
      return Named(rule: rule, name: common.value, entry: entry)
    }
  }

  private func fee() -> Fee? {
    guard let block = Block(self, "a fee", keys: ["clause", "amount", "currency"]) else { return nil }
    let clause = block.required("clause", "cite the clause that allows the fee")?.text("a clause")
    let cents = block.required("amount", "write the amount, as \"300.00\"")?.converted(
      "an amount with two decimals, as \"300.00\"", Fee.cents)
    let currency = block.required("currency", "write the currency, as EUR")?.converted("an ISO 4217 code, as EUR") { text in
      text.count == 3 && text.allSatisfy { ("A"..."Z").contains($0) } ? text : nil
    }
    guard let clause, let cents, let currency else { return nil }
    return Fee(clause: clause, cents: cents, currency: currency)
  }
}

extension Fee {
  fileprivate static func cents(_ text: String) -> Int? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...9).contains(parts[0].count), parts[1].count == 2,
      text.allSatisfy({ $0 == "." || ($0.isASCII && $0.isNumber) }), let units = Int(parts[0]), let cents = Int(parts[1])
    else { return nil }
    return units * 100 + cents
  }
}

extension Block {
  fileprivate func ruleAndClause() -> (name: String, value: Value, clause: String)? {
    let value = required("rule", "give the rule a name")
    let name = value?.name("the name of the rule")
    let clause = required("clause", "cite the clause that the rule comes from, as \"11.4\"")?.text("a clause, as \"11.4\"")
    guard let value, let name, let clause else { return nil }
    return (name, value, clause)
  }
}

extension Named where Rule == RequestRule {
  /// A request can only lift a duty that exists.
  func checkLifts(against retention: [ReadRule]) {
    for value in entry.optional("lifts")?.elements("rules") ?? [] {
      guard rule.lifts.contains(value.written) else { continue }
      guard let lifted = retention.first(where: { $0.rule.name == value.written }) else {
        let names = retention.map(\.rule.name)
        value.refuse("there is no such retention rule\(Spelling.hint(for: value.written, among: names))")
        continue
      }
      if !lifted.rule.force.contains(.duty) { value.refuse("the rule is no duty, so there is nothing to lift") }
    }
  }
}
