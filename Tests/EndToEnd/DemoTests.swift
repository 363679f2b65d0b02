import Foundation
import Testing

@Suite struct `The demonstration` {
  @Test func `handles five tenants, twice, and then has nothing to do`() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/wis-demo-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    let home = folder + "/demo"
    let shown = try Wis.run(["demo", home], in: folder)
    try #require(shown.exit == 0, "\(shown)")
    let made = try Wis.run(["demo", home, "--json"], in: folder)
    try #require(made.exit == 0, "\(made)")
    let answer = try made.json()
    #expect(answer["config"].text == home + "/wis.yaml")
    #expect(answer["tenants"].list.count == 5 && answer["tenants"].list.allSatisfy { !$0["certificates"].list.isEmpty })
    let config = ["--config", home + "/wis.yaml"]
    for _ in 0..<2 {
      let run = try Wis.run(["run"] + config, in: folder)
      #expect(run.exit == 0, "\(run)")
      #expect(run.output.split(separator: "\n").count == 5)
      for line in run.output.split(separator: "\n") { #expect(line.hasSuffix(": nothing due"), "\(run)") }
    }
    let status = try Wis.run(["status", "--json"] + config, in: folder)
    #expect(status.exit == 0, "\(status)")
    let tenants = try status.json()["tenants"].list
    #expect(tenants.count == 5)
    for tenant in tenants {
      let certificates = tenant["certificates"].list
      #expect(!certificates.isEmpty)
      for certificate in certificates {
        let id = try #require(certificate.text)
        let verified = try Wis.run(["certificate", "verify", id] + config, in: folder)
        #expect(verified.exit == 0, "\(verified)")
        // As its receiver does, with nothing but the bundle and the anchors.
        let bundle = try Wis.run(["certificate", "verify", "\(home)/certificates/\(id)", "--trust", home + "/trust"], in: folder)
        #expect(bundle.exit == 0, "\(bundle)")
      }
    }
    let log = try Wis.run(["log", "verify"] + config, in: folder)
    #expect(log.exit == 0, "\(log)")
    let people = try #require(try Database(engine: .sqlite, location: home + "/data/steiger.db").contents()["medewerker"])
    let key = try #require(people.compactMap(\.["id"]).first)
    let explained = try Wis.run(["explain", "steiger", "medewerker", key] + config, in: folder)
    #expect(explained.exit == 0, "\(explained)")
    #expect(explained.output.contains("clause"), "\(explained)")
  }
}
