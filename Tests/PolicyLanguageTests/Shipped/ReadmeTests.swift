import Foundation
import PolicyLanguage
import Retention
import Testing

@Suite struct ReadmeTests {
  private struct NoFile: Error, CustomStringConvertible { let description = "no such file" }

  @Test func `the example in the README is a complete node, accepted without a warning`() throws {
    let page = try ShippedFiles.text("README.md")
    let blocks = page.components(separatedBy: "\n```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "\n```\n").first }
    try #require(blocks.count == 4)
    var files = [
      "policies/agreements/payroll.yaml": blocks[0], "policies/maps/salary.yaml": blocks[1], "wis.yaml": blocks[2],
      "policies/statutory/nl.yaml": try ShippedFiles.text("Policies/statutory/nl.yaml"),
    ]
    let sources = TenantSources(
      names: { $0 == "/srv/tenants/" ? ["north.db"] : nil },
      rows: { _, _ in
        TenantRows(
          columns: ["id", "controller", "kvk", "started", "ended"],
          rows: [[.text("shop"), .text("Shop B.V."), .text("12345678"), .text("2021-01-01"), .null]])
      })
    func load() throws -> NodePolicy {
      try NodePolicy.load(inventoryAt: "wis.yaml", sources: sources) { [files] path in
        guard let text = files[path] else { throw NoFile() }
        return text
      }
    }
    let node = try load()
    #expect(node.warnings.isEmpty, "\(node.warnings)")
    #expect(node.tenants.first?.rules.map(\.name) == ["fiscal", "after-employment"])
    // The entries for many take the place of the one.
    let head = try #require(blocks[2].components(separatedBy: "tenants:\n").first)
    files["wis.yaml"] = head + blocks[3]
    let many = try load()
    #expect(many.warnings.isEmpty, "\(many.warnings)")
    #expect(many.tenants.map(\.tenant.store.database).first == .sqlite(path: "/srv/tenants/north.db"))
    #expect(many.tenants.map(\.tenant.store.schema) == [nil, "customer_shop"])
  }
}
