import Retention

extension Value {
  /// The columns that tell from when a row's periods count, by clock name.
  func clocks() -> [String: Clock] {
    guard let block = Block(self, "clocks, as {employment-end: uit_dienst}") else { return [:] }
    if block.isEmpty { refuse("no clock is named; leave 'clock' out or name one") }
    return block.entries.reduce(into: [:]) { clocks, entry in
      guard let name = entry.key.name("the name of a clock") else { return }
      guard CountedFromWord(rawValue: name) == nil, !name.hasPrefix("end-of-") else {
        entry.key.refuse(
          "policies use this word for something else; give the clock another name, as \(name.hasPrefix("end-of-") ? name.dropFirst(7) + "-end" : "event")"
        )
        return
      }
      clocks[name] = entry.value.clock()
    }
  }

  private func clock() -> Clock? {
    if isScalar { return column().map { Clock(column: $0) } }
    guard let block = Block(self, "a column, or {column, as, when-null}", keys: ["column", "as", "when-null"]) else { return nil }
    let column = block.required("column", "name the column")?.column()
    let encoding = block.optional("as")?.choice("how the column tells time", Clock.Encoding.self) ?? .civil
    let whenNull = block.optional("when-null")?.choice("what NULL means", Clock.WhenNull.self) ?? .undated
    return column.map { Clock(column: $0, encoding: encoding, whenNull: whenNull) }
  }
}
