import Foundation
import PolicyLanguage
import Retention
import Testing

/// Each agreement decides about its application's real schema.
@Suite struct ApplicationTests {
  private struct DescribedTable: Decodable {
    struct Column: Decodable {
      let name: String
      let type: String
      let nullable: Bool
    }
    struct Reference: Decodable {
      let column: String
      let table: String
      let target: String
    }
    let name: String
    let columns: [Column]
    let key: [String]
    let references: [Reference]
  }

  @Test(arguments: ShippedFiles.applications.sorted { $0.key < $1.key }.map { [$0.key, $0.value] })
  func `every row of an application is decided, and nothing is uncovered`(names: [String]) throws {
    let policy = try policy(agreement: names[0], map: names[1])
    let today = try #require(CivilDate("2035-06-01"))
    let decision = try TenantDecision(policy: policy, schema: schema(of: names[1]), today: today, holds: [])
    #expect(decision.gaps.isEmpty)
    for table in decision.tables {
      let isUncovered = table.cases.contains { $0.disposition == .uncovered }
      #expect(!isUncovered, "\(table.table.name)")
    }
  }

  private func policy(agreement: String, map: String) throws -> TenantPolicy {
    let text = inventory(
      tenant: "    store: sqlite:a.db\n    file-roots: {documents: docs, attachments: files}"
    ).replacing("agreement: sample", with: "agreement: \(agreement)").replacing("map: sample", with: "map: \(map)")
      .replacing("policies: policies", with: "policies: Policies").replacing(
        "{started: 2020-01-01}", with: "{started: 2020-01-01, ended: 2024-06-30}")
    let node = try NodePolicy.load(inventoryAt: "wis.yaml", sources: .none) { path in
      path == "wis.yaml" ? text : try ShippedFiles.text(path)
    }
    return try #require(node.tenants.first)
  }

  private func schema(of name: String) throws -> Schema {
    let result = try python("describe.py", [ShippedFiles.root.appending(path: "Sources/wis/Demo/Schema/\(name).sql").path])
    let tables = try JSONDecoder().decode([DescribedTable].self, from: Data(result.output.utf8))
    return Schema(
      tables: tables.map { table in
        Table(
          name: table.name, kind: .table,
          columns: table.columns.map { Column(name: $0.name, type: $0.type, isNullable: $0.nullable, isGenerated: false) },
          primaryKey: table.key, uniqueKeys: [],
          references: table.references.map {
            Reference(table: table.name, columns: [$0.column], target: $0.table, targetColumns: [$0.target])
          },
          indexes: [], triggers: [])
      })
  }
}
