public import Retention

extension Agreement {
  static let keys = [
    "agreement", "title", "source", "time-zone", "fiscal-year-starts", "level", "categories", "retention", "on-request", "end-of-contract",
    "sub-processors", "obligations",
  ]

  /// Reads an agreement. `statutes` gives the libraries that grounds refer to.
  ///
  /// Everything that is wrong with the text is reported at once.
  public static func read(_ text: String, file: String, statutes: @escaping StatuteLibraries) throws(PolicyError) -> PolicyFile<Agreement> {
    let complaints = Complaints(file: file)
    guard let document = Document(text, complaints), let block = Block(document.root, "an agreement", keys: keys) else {
      return try complaints.conclude(nil)
    }
    return try complaints.conclude(Agreement(block, statutes: statutes))
  }

  private init?(_ block: Block, statutes: @escaping StatuteLibraries) {
    let name = block.required("agreement", "give the agreement its file's name")?.name("the name of the agreement")
    let title = block.required("title", "write the title of the contract")?.text("a title")
    let source = block.required("source", "name the document and its version")?.source()
    let timeZone = block.required("time-zone", "write the zone whose dates the contract counts in, as Europe/Amsterdam")?.timeZone()
    let start = block.required("fiscal-year-starts", "write \"01-01\" for the calendar year")?.fiscalYearStart()
    let level = block.optional("level")?.choice("how far an erasure goes", ErasureLevel.self)
    let categories = block.optional("categories")?.names("a list of categories") { $0.personalCategory()?.name }
    let known = (categories ?? []).map { Category($0) }
    let list = block.required("retention", "write how long data is kept; there is no default")
    let retention = list.map { RetentionRules(statutes: statutes).read($0, categories: known) } ?? []
    let requests = block.optional("on-request")?.requestRules(statutes: statutes) ?? []
    let ends = block.optional("end-of-contract")?.endRules() ?? []
    let parties = block.optional("sub-processors")?.subProcessors() ?? []
    let obligations = block.optional("obligations")?.obligations() ?? []
    RuleNames.refuseRepeated(retention.map(\.name) + requests.map(\.name) + ends.map(\.name) + obligations.map(\.name))
    Contradictions.refuse(among: retention)
    for request in requests { request.checkLifts(against: retention) }
    for finding in UniformTerm.findings(in: retention.map(\.rule), categories: known) {
      guard let read = retention.first(where: { $0.rule.name == finding.rule.name }) else { continue }
      read.period.complaints.warn(
        .uniformTerm, read.period.written, at: read.period.place, UniformTerm.message(finding.categories))
    }
    for rule in retention { block.value.complaints.places["retention/\(rule.rule.name)"] = rule.name.place }
    block.value.complaints.places["agreement"] = block.optional("agreement")?.place
    guard let name, let title, let source, let timeZone, let start else { return nil }
    self.init(
      name: name, title: title, source: source, timeZone: timeZone, fiscalYearStart: start, retention: retention.map(\.rule),
      onRequest: requests.map(\.rule), endOfContract: ends.map(\.rule), subProcessors: parties, obligations: obligations.map(\.rule),
      categories: Set(known), level: level)
  }
}

/// The names of the rules of one agreement, which no two share: `lifts`, plans and certificates refer to them.
enum RuleNames {
  static func refuseRepeated(_ names: [Value]) {
    var seen: [String: Place] = [:]
    for name in names {
      if let first = seen[name.written] {
        name.refuse("the name is taken by the rule in line \(first.line); give each rule a name of its own")
      } else {
        seen[name.written] = name.place
      }
    }
  }
}

extension Value {
  fileprivate func source() -> Agreement.Source? {
    guard let block = Block(self, "a source", keys: ["document", "version"]) else { return nil }
    let document = block.required("document", "name the document")?.text("the name of a document")
    let version = block.required("version", "write its version or date")?.text("a version or date")
    guard let document, let version else { return nil }
    return Agreement.Source(document: document, version: version)
  }
}
