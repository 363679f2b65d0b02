import Foundation
import PolicyLanguage
import Retention
import Stores

extension TenantSources {
  /// The places that a node's tenants are taken from, as they are now.
  static let live = TenantSources(
    names: { folder in
      guard FileManager.default.fileExists(atPath: folder) else { return nil }
      do {
        let target = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
        guard try FileManager.default.attributesOfItem(atPath: target)[.type] as? FileAttributeType == .typeDirectory else { return nil }
        return try FileManager.default.contentsOfDirectory(atPath: folder)
      } catch {
        throw SourceFailure(description: "the folder \(folder) cannot be read; check its permissions")
      }
    },
    rows: { sql, database in
      do throws(StoreError) {
        return try TenantRegister.rows(of: sql, in: database)
      } catch {
        let place =
          switch database {
          case .sqlite(let path): "\(path): "
          case .postgreSQL: ""
          }
        throw SourceFailure(description: place + (error.engineMessage ?? "it cannot be read"))
      }
    })
}

/// Why a place cannot be looked into, in words that a complaint about it quotes.
private struct SourceFailure: Error, CustomStringConvertible {
  let description: String
}
