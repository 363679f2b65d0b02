public import Retention

extension StatutoryLibrary {
  /// Reads a library of statutes.
  public static func read(_ text: String, file: String) throws(PolicyError) -> PolicyFile<StatutoryLibrary> {
    let complaints = Complaints(file: file)
    let keys = ["library", "statutes", "terms", "holidays"]
    guard let document = Document(text, complaints), let block = Block(document.root, "a statutory library", keys: keys)
    else { return try complaints.conclude(nil) }
    let name = block.required("library", "give the library its file's name")?.name("the name of the library")
    let list = block.required("statutes", "write the statutes")?.elements("a list of statutes") ?? []
    let statutes = list.compactMap { $0.statute() }
    let holidays = block.optional("holidays")?.holidays() ?? []
    let termList = block.optional("terms")?.elements("a list of terms", allowEmpty: true) ?? []
    let terms = termList.compactMap { $0.statutoryTerm(holidays: holidays) }
    RuleNames.refuseRepeated(statutes.map(\.name) + terms.map(\.name))
    complaints.places["library"] = block.optional("library")?.place
    return try complaints.conclude(
      name.map {
        StatutoryLibrary(
          name: $0, statutes: statutes.map(\.rule),
          terms: Dictionary(terms.map { ($0.name.written, $0.rule) }) { first, _ in first })
      })
  }
}

extension Value {
  /// Days on which nobody works, besides Saturdays and Sundays.
  fileprivate func holidays() -> Set<CivilDate> {
    Set((elements("a list of days, as [2026-12-25]", allowEmpty: true) ?? []).compactMap { $0.date() })
  }

  fileprivate func statutoryTerm(holidays: Set<CivilDate>) -> Named<StatutoryTerm>? {
    guard let block = Block(self, "a term that the law sets", keys: ["term", "article", "source", "verified", "within"]) else { return nil }
    let nameValue = block.required("term", "give the term a name, as gdpr-12-3")
    let name = nameValue?.name("the name of the term")
    let article = block.required("article", "cite the law and its article")?.text("an article")
    let source = block.required("source", "write where the law was read")?.text("a source")
    let verified = block.required("verified", "write whether a public source was read: true or false")?.boolean("whether it is verified")
    let within = block.required("within", "write the term, as P1M")?.period()
    guard let nameValue, name != nil, let article, source != nil, verified != nil, let within else { return nil }
    return Named(rule: StatutoryTerm(article: article, within: within, holidays: holidays), name: nameValue, entry: block)
  }

  fileprivate func statute() -> Named<Statute>? {
    let keys = ["statute", "title", "article", "source", "verified", "keep-for", "counted-from", "force", "binds"]
    guard let block = Block(self, "a statute", keys: keys) else { return nil }
    let nameValue = block.required("statute", "give the statute a name, as awr-52")
    let name = nameValue?.name("the name of the statute")
    let title = block.required("title", "write what it is about")?.text("a title")
    let article = block.required("article", "cite the law and its article")?.text("an article")
    let source = block.required("source", "write where the law was read")?.text("a source")
    let verified = block.required("verified", "write whether a public source was read: true or false")?.boolean("whether it is verified")
    let period = block.required("keep-for", "write the period")?.period()
    let from = block.required("counted-from", "write from when it counts")?.choice("a point that periods count from", CountedFromWord.self)
    let force = block.required("force", "write [duty], [limit] or [duty, limit]")?.force()
    let binds = block.required("binds", "write whom it binds: controller or processor")?.choice("whom it binds", BoundParty.self)
    guard let nameValue, let name, let title, let article, let source, let verified, let period, let from, let force, let binds else {
      return nil
    }
    let statute = Statute(
      name: name, title: title, article: article, source: source, isVerified: verified, period: period, countedFrom: from.countedFrom,
      force: force, binds: binds)
    return Named(rule: statute, name: nameValue, entry: block)
  }
}

extension CountedFromWord {
  /// The point, read from the record's only clock.
  fileprivate var countedFrom: RetentionRule.CountedFrom {
    switch self {
    case .clock: .clock(nil)
    case .endOfCalendarYear: .endOfCalendarYear(clock: nil)
    case .endOfFiscalYear: .endOfFiscalYear(clock: nil)
    case .endOfContract: .endOfContract
    }
  }
}
