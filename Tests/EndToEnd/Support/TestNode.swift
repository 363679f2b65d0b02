import Foundation
import Testing

/// A node in a folder of its own, made by `wis init`, removed afterwards.
struct TestNode {
  let folder: String

  var config: String { "\(folder)/node/wis.yaml" }
  var home: String { "\(folder)/node" }

  static func with(_ body: (TestNode) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/wis-e2e-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    try body(try make(in: folder))
  }

  /// Makes a node in a folder.
  static func make(in folder: String) throws -> TestNode {
    let node = TestNode(folder: folder)
    let made = try Wis.run(["init", node.home, "--issuer", "Example Hosting B.V.", "--kvk", "12345678"], in: folder)
    try #require(made.exit == 0, "\(made)")
    return node
  }

  /// A tenant's entry in the inventory.
  static func tenant(_ id: String, _ database: Database, agreement: String = "sample", map: String = "sample") -> String {
    tenant(id, store: database.store, agreement: agreement, map: map)
  }

  /// A tenant's entry in the inventory.
  static func tenant(_ id: String, store: String, agreement: String = "sample", map: String = "sample") -> String {
    """
      - id: \(id)
        controller: {name: Example Shop B.V., kvk: "87654321"}
        agreement: \(agreement)
        map: \(map)
        contract: {started: 2010-01-01}
        store: "\(store)"

    """
  }

  /// Gives the node its tenants. The brakes are wide open, except that the first run always waits.
  func configure(_ tenants: [String], brakes: String = "{rows: 100000000, percent: 100}") throws {
    let made = try String(contentsOfFile: config, encoding: .utf8)
    let end = try #require(made.range(of: "\npolicies: policies\n")?.upperBound)
    try write(made[..<end] + "brakes: \(brakes)\ntenants:\n" + tenants.joined(), to: config)
  }

  /// Writes a policy file, as `agreements/sample`.
  func policy(_ name: String, _ text: String) throws { try write(text, to: "\(home)/policies/\(name).yaml") }

  func write(_ text: some StringProtocol, to path: String) throws {
    try String(text).write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// Runs a command on the node.
  func wis(_ arguments: String...) throws -> Wis.Outcome { try Wis.run(arguments + ["--config", config], in: folder) }

  /// Starts a command on the node.
  func start(_ arguments: String...) throws -> Wis.Running { try Wis.start(arguments + ["--config", config], in: folder) }

  /// Plans for tenants, every one when none is named, and consents to each plan.
  func approvePlans(of tenants: String...) throws {
    let plans = try Wis.run(["plan"] + tenants + ["--json", "--config", config], in: folder).json()["tenants"].list
    try #require(!plans.isEmpty)
    for plan in plans {
      let approved = try wis("approve", try #require(plan["digest"].text), "--role", "privacy officer")
      #expect(approved.exit == 0, "\(approved)")
    }
  }

  /// The ids of a tenant's certificates.
  func certificates(_ tenant: String) throws -> [String] {
    try wis("certificate", "list", tenant, "--json").json()["certificates"].list.compactMap(\.["id"].text)
  }

  /// What a certificate says about each table: how many rows were erased and reduced, as it may be told.
  func counts(_ certificate: String) throws -> [String: (erased: JSON, reduced: JSON)] {
    let tables = try wis("certificate", "show", certificate, "--json").json()["scope"]["tables"].list
    return Dictionary(tables.map { (Database.plain($0["table"].text ?? ""), ($0["erased"], $0["reduced"])) }) { first, _ in first }
  }
}

/// Whether a certificate's count tells a number.
func tells(_ count: JSON?, _ number: Int) -> Bool {
  guard let count else { return number == 0 }
  return count.text == "<10" ? (1..<10).contains(number) : count.integer == number
}
