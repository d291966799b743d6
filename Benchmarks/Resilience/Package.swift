// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "resilience-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "hale", path: "../..", traits: [])],
    targets: [
        .executableTarget(
            name: "ResilienceBenchmarks", dependencies: [.product(name: "HaleResilience", package: "hale")],
            swiftSettings: [.enableUpcomingFeature("NonisolatedNonsendingByDefault")])
    ],
    swiftLanguageModes: [.v6]
)
