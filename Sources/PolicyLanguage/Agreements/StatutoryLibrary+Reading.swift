public import Retention

extension StatutoryLibrary {
  /// Reads a library of statutes.
  public static func read(_ text: String, file: String) throws(PolicyError) -> PolicyFile<StatutoryLibrary> {
    let complaints = Complaints(file: file)
    guard let document = Document(text, complaints), let block = Block(document.root, "a statutory library", keys: ["library", "statutes"])
    else { return try complaints.conclude(nil) }
    let name = block.required("library", "give the library its file's name")?.name("the name of the library")
    let list = block.required("statutes", "write the statutes")?.elements("a list of statutes") ?? []
    let statutes = list.compactMap { $0.statute() }
    RuleNames.refuseRepeated(statutes.map(\.name))
    complaints.places["library"] = block.optional("library")?.place
    return try complaints.conclude(name.map { StatutoryLibrary(name: $0, statutes: statutes.map(\.rule)) })
  }
}

extension Value {
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
