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
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
  ],
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .target(name: "Retention", swiftSettings: strict),
    .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: driver),
    .target(name: "PostgreSQL", dependencies: ["CPostgreSQL"], swiftSettings: driver),
    .target(name: "Stores", dependencies: ["Retention", "SQLite", "PostgreSQL"], swiftSettings: driver),
    .testTarget(name: "RetentionTests", dependencies: ["Retention"], swiftSettings: strict),
    .testTarget(name: "PolicyLanguageTests", dependencies: ["PolicyLanguage", "Retention"], exclude: ["Schemas"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
