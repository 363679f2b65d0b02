import Testing

@Suite struct `The cron file` {
  @Test func `sets its environment and has one entry, with a time, a user and a command`() throws {
    let text = try Shipped.text("cron.d/wis")
    // Without a last newline cron drops the last line.
    #expect(text.hasSuffix("\n") && !text.contains("\r"))
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
    let settings = lines.filter { $0.prefix { $0 != " " }.contains("=") }
    #expect(settings.map { $0.prefix { $0 != "=" } } == ["SHELL", "PATH", "MAILTO"])
    let entries = lines.filter { !settings.contains($0) }
    try #require(entries.count == 1)
    let fields = entries[0].split(separator: " ", maxSplits: 6, omittingEmptySubsequences: true).map(String.init)
    try #require(fields.count == 7)
    for (field, range) in zip(fields, [0...59, 0...23, 1...31, 1...12, 0...7]) {
      #expect(field == "*" || Int(field).map(range.contains) == true, "\(field)")
    }
    #expect(fields[5] == "wis")
    let command = fields[6]
    #expect(command.hasSuffix("/usr/bin/wis run --quiet --config /etc/wis/wis.yaml"))
    // In a crontab an unescaped % ends the command.
    #expect(!command.contains("%"))
    #expect(try Shipped.run(["sh", "-n", "-c", command]).status == 0)
  }
}
