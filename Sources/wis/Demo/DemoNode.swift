import Agent
import Evidence
import Foundation
import PolicyLanguage
import Retention
import SQLite

/// Makes the node of the demonstration with the databases of its tenants.
struct DemoNode {
  /// The folder.
  let folder: String

  /// Makes everything, in the place of an earlier demonstration if there is one.
  func make(environment: [String: String]) throws -> Node {
    let policies = try PolicyFiles.shippedFolder()
    try clear()
    let now = Clock.now()
    let moment = Moment(seconds: Int64(now.seconds))
    guard let today = CivilDate(moment.day.description) else { throw UsageError(text: "the clock shows a day outside the calendar") }
    let setup = NodeSetup(
      folder: folder, configuration: DemoConfiguration.text(today: today), policies: policies, environment: environment)
    let policy = try setup.make(at: moment)
    try DurableFile.makeFolder("\(folder)/data", mode: 0o700)
    for root in policy.inventory.tenants.flatMap(\.fileRoots.values) { try DurableFile.makeFolder(root, mode: 0o700) }
    for (index, tenant) in DemoConfiguration.tenants.enumerated() {
      var source = DemoSource(today: today, seed: UInt64(index + 1))
      let path = "\(folder)/data/\(tenant.id).db"
      try DurableFile.create([], at: path, mode: 0o600)
      try DemoDatabase.make(at: path, schema: Self.schema(tenant.schema)) { try Self.fill(tenant.schema, $0, &source) }
      for made in policy.tenants where made.tenant.id == tenant.id { try Self.writeFiles(of: made, in: path) }
    }
    return try Node(config: setup.config, now: Clock.now)
  }

  private static func schema(_ name: String) -> [UInt8] {
    switch name {
    case "uitzenden": PackageResources.uitzenden_sql
    case "hr": PackageResources.hr_sql
    case "klok": PackageResources.klok_sql
    case "loon": PackageResources.loon_sql
    case "flexensie": PackageResources.flexensie_sql
    default: preconditionFailure("the demonstration has no schema \(name)")
    }
  }

  private static func fill(_ name: String, _ database: DemoDatabase, _ source: inout DemoSource) throws {
    switch name {
    case "uitzenden": try StaffingData.fill(database, &source)
    case "hr": try PersonnelData.fill(database, &source)
    case "klok": try ClockData.fill(database, &source)
    case "loon": try PayrollData.fill(database, &source)
    case "flexensie": try BenefitData.fill(database, &source)
    default: preconditionFailure("the demonstration has no data for \(name)")
    }
  }

  /// Writes the files that rows name.
  private static func writeFiles(of tenant: TenantPolicy, in path: String) throws {
    let database = try SQLite.Connection(path: path, mode: .readWrite, busyTimeout: .seconds(5))
    for (table, files) in tenant.map.tables.flatMap({ table, mapped in mapped.files.map { (table, $0) } }) {
      guard let root = tenant.tenant.fileRoots[files.root] else { continue }
      try database.query("SELECT DISTINCT \"\(files.path)\" FROM \"\(table)\" WHERE \"\(files.path)\" IS NOT NULL") { row in
        let file = URL(fileURLWithPath: "\(root)/\(try row.text(0))")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("An invented document of the demonstration.\n".utf8).write(to: file)
        return .continue
      }
    }
  }

  /// Removes an earlier demonstration; refuses a folder with anything else in it.
  private func clear() throws {
    let files = FileManager.default
    guard files.fileExists(atPath: folder) else { return }
    let names: [String]
    do {
      names = try files.contentsOfDirectory(atPath: folder)
    } catch {
      throw UsageError(text: "\(folder) is not a folder that can be read; choose another one for the demonstration")
    }
    if names.isEmpty { return }
    guard let text = try DurableFile.readIfPresent("\(folder)/wis.yaml"), text.starts(with: DemoConfiguration.mark.utf8) else {
      throw UsageError(text: "\(folder) is not empty and holds no earlier demonstration; choose another folder")
    }
    let made = [
      "data", "archives", "archive-keys", "certificates", "locks", "run-keys", "keys", "notices", "log", "trust", "policies", "state.db",
      "state.db-wal",
      "state.db-shm", "stop",
      "wis.yaml",
    ]
    for name in made where names.contains(name) {
      do {
        try files.removeItem(atPath: "\(folder)/\(name)")
      } catch {
        throw UsageError(text: "\(folder)/\(name) of the earlier demonstration cannot be removed; remove it or choose another folder")
      }
    }
  }
}
