// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled under the same strict rules (ARCHITECTURE.md, "The manifest").
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The two driver modules tie statements, rows and transactions to their connection with `@_lifetime`.
let driver: [SwiftSetting] = strict + [.enableExperimentalFeature("Lifetimes")]

let package = Package(
  name: "wis",
  dependencies: [],
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: driver),
    .target(name: "PostgreSQL", dependencies: ["CPostgreSQL"], swiftSettings: driver),
    .testTarget(name: "SQLiteTests", dependencies: ["SQLite"], swiftSettings: strict),
    .testTarget(name: "PostgreSQLTests", dependencies: ["PostgreSQL"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
