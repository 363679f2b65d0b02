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

/// The modules that hold or borrow C handles tie statements, rows and transactions to their connection with `@_lifetime`.
let driver: [SwiftSetting] = strict + [.enableExperimentalFeature("Lifetimes")]

let package = Package(
  name: "wis",
  dependencies: [],
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "Retention", swiftSettings: strict),
    .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: driver),
    .target(name: "PostgreSQL", dependencies: ["CPostgreSQL"], swiftSettings: driver),
    .target(name: "Stores", dependencies: ["Retention", "SQLite", "PostgreSQL"], swiftSettings: driver),
    .target(name: "TestSupport", dependencies: ["Retention", "Stores"], path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "RetentionTests", dependencies: ["Retention", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "StoresTests", dependencies: ["Retention", "Stores", "SQLite", "PostgreSQL", "TestSupport"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
