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

/// The modules that speak to C tie statements, rows and transactions to their connection with `@_lifetime`.
let driver: [SwiftSetting] = strict + [.enableExperimentalFeature("Lifetimes")]

let package = Package(
  name: "wis",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CPostgreSQL", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
    .target(name: "Retention", swiftSettings: strict),
    .target(name: "Residue", swiftSettings: strict),
    .target(
      name: "PolicyLanguage", dependencies: ["Retention", .product(name: "Yams", package: "Yams")], swiftSettings: strict),
    .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: driver),
    .target(name: "PostgreSQL", dependencies: ["CPostgreSQL"], swiftSettings: driver),
    .target(name: "Stores", dependencies: ["Residue", "Retention", "SQLite", "PostgreSQL"], swiftSettings: driver),
    .target(
      name: "Evidence",
      dependencies: [
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "X509", package: "swift-certificates"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
      ], swiftSettings: strict),
    .target(
      name: "Portability", dependencies: ["CISAL", "Retention", "Stores", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(name: "Enforcement", dependencies: ["Residue", "Retention", "Stores", "Evidence"], swiftSettings: strict),
    .target(
      name: "Agent",
      dependencies: ["Enforcement", "Evidence", "PolicyLanguage", "Portability", "Residue", "Retention", "SQLite", "Stores"],
      swiftSettings: driver),
    .executableTarget(
      name: "wis",
      dependencies: [
        "Agent", "Enforcement", "Evidence", "PolicyLanguage", "Portability", "PostgreSQL", "Retention", "SQLite", "Stores",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], resources: [.embedInCode("Demo/Schema")], swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: ["Agent", "Enforcement", "Evidence", "Portability", "PostgreSQL", "Residue", "Retention", "SQLite", "Stores"],
      path: "Benchmarks", exclude: ["RESULTS.md"], swiftSettings: strict),
    .target(name: "TestSupport", dependencies: ["Retention", "Stores"], path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "ResidueTests", dependencies: ["Residue", "SQLite", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "RetentionTests", dependencies: ["Retention", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "PolicyLanguageTests", dependencies: ["PolicyLanguage", "Retention"], exclude: ["Schemas"], swiftSettings: strict),
    .testTarget(name: "SQLiteTests", dependencies: ["SQLite"], swiftSettings: strict),
    .testTarget(name: "PostgreSQLTests", dependencies: ["PostgreSQL"], swiftSettings: strict),
    .testTarget(
      name: "StoresTests", dependencies: ["Enforcement", "Evidence", "Retention", "Stores", "SQLite", "PostgreSQL", "TestSupport"],
      swiftSettings: strict),
    .testTarget(name: "EnforcementTests", dependencies: ["Enforcement", "Retention", "Stores", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "EvidenceTests", dependencies: ["Evidence"], swiftSettings: strict),
    .testTarget(name: "PortabilityTests", dependencies: ["Portability", "Retention", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests", dependencies: ["wis", "Agent", "PostgreSQL", "Retention", "SQLite", "TestSupport"], path: "Tests/EndToEnd",
      exclude: ["Clock", "Package"], swiftSettings: strict),
    .testTarget(
      name: "FaultTests", dependencies: ["wis", "PostgreSQL", "SQLite", "TestSupport"], path: "Tests/Faults", swiftSettings: strict),
    .testTarget(
      name: "DeployTests", dependencies: ["PostgreSQL", "Retention", "Stores", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
