import Foundation
import PostgreSQL
import SQLite

/// The database as it once was, to be put in its place again: a file, or a database of the server.
struct Backup {
  private let database: Database
  private let copy: Database

  init(of database: Database, in folder: String) throws {
    self.database = database
    switch database.engine {
    case .sqlite:
      copy = Database(engine: .sqlite, location: "\(folder)/backup.db")
      try SQLite.Connection(path: database.location, mode: .readWrite).run("VACUUM INTO ?1", [.text(copy.location)])
    case .postgreSQL: copy = try Database.make(on: try database.administration(), from: try database.name())
    }
  }

  func restore() throws {
    switch database.engine {
    case .sqlite:
      try FileManager.default.removeItem(atPath: database.location)
      try FileManager.default.copyItem(atPath: copy.location, toPath: database.location)
    case .postgreSQL:
      try database.drop()
      try PostgreSQL.Connection(url: try database.administration()).run(
        "CREATE DATABASE \(try database.name()) TEMPLATE \(try copy.name())")
    }
  }

  func remove() throws { if copy.engine == .postgreSQL { try copy.drop() } }
}
