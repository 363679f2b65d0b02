import Foundation
import Testing

@Suite struct `The systemd units` {
  /// Copies the units to a folder, with a program that exists here in the place of wis.
  private func withUnits(_ body: (_ service: String, _ timer: String) throws -> Void) throws {
    try Shipped.withFolder { folder in
      let service = try Shipped.text("systemd/wis.service")
      let run = "ExecStart=/usr/bin/wis run --config /etc/wis/wis.yaml"
      try #require(service.components(separatedBy: run).count == 2)
      let files = [
        ("wis.service", service.replacingOccurrences(of: run, with: "ExecStart=/bin/true")),
        ("wis.timer", try Shipped.text("systemd/wis.timer")),
      ]
      for (name, text) in files { try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8) }
      try body(folder.appendingPathComponent("wis.service").path, folder.appendingPathComponent("wis.timer").path)
    }
  }

  @Test func `are understood to the last line`() throws {
    try withUnits { service, timer in
      let answer = try Shipped.run(["systemd-analyze", "verify", "--man=no", service, timer])
      #expect(answer.status == 0 && !answer.output.contains("wis."), "\(answer.output)")
    }
  }

  @Test func `leave the service little to be attacked with`() throws {
    try withUnits { service, _ in
      // Exposure in tenths: 15 is 1.5 of 10. What is left open is the network, and the host's own root folder.
      let answer = try Shipped.run(["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", service])
      #expect(answer.status == 0, "\(answer.output)")
    }
  }

  @Test func `begin every night, also after a night without power`() throws {
    let timer = try Shipped.text("systemd/wis.timer").split(separator: "\n")
    #expect(timer.contains("Persistent=true"))
    let when = try #require(timer.first { $0.hasPrefix("OnCalendar=") }).dropFirst("OnCalendar=".count)
    let answer = try Shipped.run(["systemd-analyze", "calendar", "--iterations=2", String(when)])
    #expect(answer.status == 0 && answer.output.contains("02:30:00"), "\(answer.output)")
  }

  @Test func `count waiting for a person as a good end, and nothing else`() throws {
    let service = try Shipped.text("systemd/wis.service").split(separator: "\n")
    #expect(service.filter { $0.hasPrefix("SuccessExitStatus=") } == ["SuccessExitStatus=3"])
  }
}
