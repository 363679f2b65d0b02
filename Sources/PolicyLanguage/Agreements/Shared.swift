import Retention

extension Value {
  /// An ISO 8601 period of calendar units.
  func period() -> Period? {
    converted("an ISO 8601 period of years, months, weeks or days, as P7Y, P6M, P52W or P28D") { Period($0) }
  }

  /// An ISO 8601 term in calendar units or hours.
  func term() -> Term? { converted("an ISO 8601 term, as P28D, P1M or PT48H") { Term($0) } }

  /// A day that exists.
  func date() -> CivilDate? { converted("a date that exists, as 2024-01-31") { CivilDate($0) } }

  /// The day on which a fiscal year starts.
  func fiscalYearStart() -> FiscalYearStart? {
    converted("the day that a fiscal year starts on, as \"01-01\"; 29 February is in no ordinary year") { FiscalYearStart($0) }
  }

  /// A kind of data that people are known by; `none` is for data maps.
  func personalCategory() -> Category? {
    guard let name = name("a category") else { return nil }
    guard name != Category.impersonal.name else { return refused("'none' is data about nobody, which no rule speaks of") }
    return Category(name)
  }

  /// The name of an IANA time zone. Whether the zone exists is decided where zones are known.
  func timeZone() -> String? {
    converted("an IANA time zone, as Europe/Amsterdam") { text in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let fits = parts.allSatisfy { part in
        part.first?.isLetter ?? false && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_+-".contains($0)) }
      }
      return fits && (parts.count > 1 || text == "UTC") ? text : nil
    }
  }

  /// A company or public body.
  func legalPerson(_ what: String) -> LegalPerson? {
    guard let block = Block(self, what, keys: ["name", "kvk"]) else { return nil }
    let name = block.required("name", "write the name of \(what)")?.text("a name")
    let kvk = block.optional("kvk")?.converted("a KvK number of eight digits, in quotes") { text in
      text.count == 8 && text.allSatisfy { $0.isASCII && $0.isNumber } ? text : nil
    }
    return name.map { LegalPerson(name: $0, kvk: kvk) }
  }

  /// Parties that process for the processor.
  func subProcessors() -> [SubProcessor] {
    let parties = elements("a list of sub-processors, as {name: …, purpose: …}", allowEmpty: true) ?? []
    return parties.compactMap { party in
      guard let block = Block(party, "a sub-processor", keys: ["name", "purpose"]) else { return nil }
      let name = block.required("name", "write who it is")?.text("a name")
      let purpose = block.required("purpose", "write what it does")?.text("a purpose")
      guard let name, let purpose else { return nil }
      return SubProcessor(name: name, purpose: purpose)
    }
  }
}
