// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "guarded-http",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "hale", path: "../..", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "GuardedHTTP",
            dependencies: [
                .product(name: "HaleResilience", package: "hale"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
