// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "engine-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "hale", path: "../..", traits: [])],
    targets: [
        .executableTarget(
            name: "worlds",
            dependencies: [
                .product(name: "HaleModel", package: "hale"), .product(name: "HaleSimulator", package: "hale"),
            ]),
        .executableTarget(
            name: "alone",
            dependencies: [
                .product(name: "HaleModel", package: "hale"), .product(name: "HaleEngine", package: "hale"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
