import PolicyLanguage
import Retention
import Testing

@Suite struct ShippedPolicyTests {
  @Test func `each agreement is there with its application`() throws {
    #expect(try ShippedFiles.names(in: "Policies/agreements") == ShippedFiles.applications.keys.sorted())
    #expect(try ShippedFiles.names(in: "Policies/maps") == ShippedFiles.applications.values.sorted())
  }

  @Test(
    arguments: [
      ("flexsoftware", ["7.1", "7.2"]), ("hr365", ["9.1", "9.2", "annex 2"]),
      ("clockassist", ["3.6", "2.3", "11.1", "11.2", "11.3", "10.2", "10.3"]),
      ("felixx-loon", ["11.1", "11.2", "11.3", "11.4", "11.5", "11.7"]), ("flexensie-wil", ["4.6", "4.7", "9.2", "9.3", "7.6"]),
    ])
  func `an agreement cites each clause that its contract is known for`(name: String, clauses: [String]) throws {
    let agreement = try ShippedFiles.agreement(name).content
    let cited =
      agreement.retention.map(\.clause) + agreement.onRequest.map(\.clause) + agreement.onRequest.compactMap(\.fee?.clause)
      + agreement.endOfContract.map(\.clause) + agreement.obligations.map(\.clause)
    for clause in clauses { #expect(cited.contains(clause), "\(name) cites \(clause)") }
  }

  @Test(arguments: ShippedFiles.applications.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
  func `an agreement, its application and a tenant make a policy`(names: [String]) throws {
    let node = try load(agreement: names[0], map: names[1], "")
    let policy = try #require(node.tenants.first)
    #expect(policy.rules == policy.agreement.retention && !policy.rules.isEmpty)
    #expect(Set(policy.statutes.keys) == Set(policy.rules.compactMap(\.ground)))
  }

  @Test func `under HR365 the controller supplies the periods`() throws {
    let node = try load(
      agreement: "hr365", map: "hr",
      """
          retention:
            - {rule: personnel-file, clause: "9.2", applies-to: [employment, performance, emergency-contacts, contact], keep-for: P2Y,
               counted-from: employment-end, force: [limit]}
            - {rule: absence-file, clause: "9.2", applies-to: [absence], keep-for: P2Y, counted-from: recovery, force: [limit],
               ground: nl/ap-absence}
      """)
    #expect(node.tenants.first?.rules.map(\.name) == ["until-request", "wage-administration", "personnel-file", "absence-file"])
  }

  @Test func `no contract's exception leaks into another`() throws {
    let lifting = try ShippedFiles.applications.keys.sorted().filter { name in
      try ShippedFiles.agreement(name).content.onRequest.contains { !$0.lifts.isEmpty }
    }
    #expect(lifting == ["felixx-loon", "flexsoftware", "hr365"], "ClockAssist keeps what a law asks for; Flexensie has no duty")
    let felixx = try ShippedFiles.agreement("felixx-loon").content
    #expect(felixx.onRequest.filter { !$0.lifts.isEmpty }.map(\.form) == [.written])
    let atOnce = try ShippedFiles.applications.keys.sorted().filter { name in
      try ShippedFiles.agreement(name).content.retention.contains { $0.force.contains(.limit) }
    }
    #expect(atOnce == ["clockassist", "felixx-loon", "flexensie-wil"], "the others wait for a request")
  }

  @Test func `one term over everything is warned about where it stands`() throws {
    #expect(try ShippedFiles.agreement("felixx-loon").warnings.map(\.warning) == [.uniformTerm])
    let node = try load(agreement: "clockassist", map: "klok", "")
    #expect(node.warnings.contains { $0.warning == .uniformTerm && $0.expected.contains("absence, access-log, location") })
  }

  @Test func `the statutory library says of each period whether its source was read`() throws {
    let library = try #require(ShippedFiles.library("nl"))
    #expect(library.statutes.count == 15)
    #expect(library.statutes.filter { !$0.isVerified }.map(\.name) == ["wga-own-risk", "selection-list-benefit"])
    #expect(library.statutes.allSatisfy { $0.binds == .controller }, "no statute of the library binds a processor")
  }

  @Test(arguments: ["sqlite", "postgresql"])
  func `the Chinook fixtures make a policy`(engine: String) throws {
    let node = try load(
      agreement: "chinook", map: "chinook-\(engine)", "",
      files: ["agreements/chinook": "Tests/Fixtures/chinook/agreement", "maps/chinook-\(engine)": "Tests/Fixtures/chinook/map-\(engine)"])
    #expect(node.tenants.first?.map.tables.count == 11 && node.warnings.isEmpty)
  }

  private func load(agreement: String, map: String, _ rest: String, files: [String: String] = [:]) throws -> NodePolicy {
    let text = inventory(tenant: "    store: sqlite:a.db\n    file-roots: {documents: docs, attachments: files}\n\(rest)").replacing(
      "agreement: sample", with: "agreement: \(agreement)"
    )
    .replacing("map: sample", with: "map: \(map)").replacing("policies: policies", with: "policies: Policies")
    return try NodePolicy.load(inventoryAt: "wis.yaml", sources: .none) { path in
      guard path != "wis.yaml" else { return text }
      let name = String(path.dropFirst("Policies/".count).dropLast(".yaml".count))
      return try ShippedFiles.text(files[name].map { "\($0).yaml" } ?? path)
    }
  }
}
