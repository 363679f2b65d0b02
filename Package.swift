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

let package = Package(
  name: "wis",
  dependencies: [
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2")
  ],
  targets: [
    .target(name: "Retention", swiftSettings: strict),
    .target(
      name: "PolicyLanguage", dependencies: ["Retention", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .testTarget(name: "RetentionTests", dependencies: ["Retention"], swiftSettings: strict),
    .testTarget(name: "PolicyLanguageTests", dependencies: ["PolicyLanguage", "Retention"], exclude: ["Schemas"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
