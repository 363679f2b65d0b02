import Foundation
import PolicyLanguage
import Retention
import Testing

@Suite struct ReadmeTests {
  private struct NoFile: Error, CustomStringConvertible { let description = "no such file" }

  @Test func `the example in the README is a complete node, accepted without a warning`() throws {
    let page = try ShippedFiles.text("README.md")
    let blocks = page.components(separatedBy: "\n```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "\n```\n").first }
    try #require(blocks.count == 3)
    let files = [
      "policies/agreements/payroll.yaml": blocks[0], "policies/maps/salary.yaml": blocks[1], "wis.yaml": blocks[2],
      "policies/statutory/nl.yaml": try ShippedFiles.text("Policies/statutory/nl.yaml"),
    ]
    let node = try NodePolicy.load(inventoryAt: "wis.yaml") { path in
      guard let text = files[path] else { throw NoFile() }
      return text
    }
    #expect(node.warnings.isEmpty, "\(node.warnings)")
    #expect(node.tenants.first?.rules.map(\.name) == ["fiscal", "after-employment"])
  }
}
