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
  dependencies: [],
  targets: [
    .target(name: "Retention", swiftSettings: strict),
    .testTarget(name: "RetentionTests", dependencies: ["Retention"], swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
