// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "hale-benchmarks",
    platforms: [.macOS(.v15)],
    targets: [.executableTarget(name: "restart")],
    swiftLanguageModes: [.v6]
)
