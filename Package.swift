// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
]

/// A third-party product that only the daemon needs. Every reference to a package carries a trait condition, so that a
/// consumer with `traits: []` resolves no third-party package at all.
func daemon(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package, condition: .when(traits: ["Daemon"]))
}

/// A third-party product that only the resilience library's observability companion needs.
func observability(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package, condition: .when(traits: ["Observability"]))
}

let package = Package(
    name: "hale",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "HaleModel", targets: ["HaleModel"]),
        .library(name: "HaleResilience", targets: ["HaleResilience"]),
        .library(name: "HaleResilienceFoundation", targets: ["HaleResilienceFoundation"]),
        .library(name: "HaleResilienceObservability", targets: ["HaleResilienceObservability"]),
        .library(name: "HaleEngine", targets: ["HaleEngine"]),
        .library(name: "HaleSimulator", targets: ["HaleSimulator"]),
        .library(name: "HaleMonitor", targets: ["HaleMonitor"]),
        .executable(name: "hale", targets: ["hale"]),
        .executable(name: "hale-keeper", targets: ["hale-keeper"]),
    ],
    traits: [
        .trait(name: "Client", description: "Clients that programs use to report to Hale"),
        .trait(name: "Observability", description: "Logs and metrics for the resilience library"),
        .trait(
            name: "Daemon", description: "The daemon and all that it needs", enabledTraits: ["Client", "Observability"]),
        .default(enabledTraits: ["Daemon"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        .target(name: "HaleModel", swiftSettings: swiftSettings),
        .target(name: "HaleResilience", dependencies: ["HaleModel"], swiftSettings: swiftSettings),
        .target(name: "HaleResilienceFoundation", dependencies: ["HaleResilience"], swiftSettings: swiftSettings),
        .target(
            name: "HaleResilienceObservability",
            dependencies: [
                "HaleResilience", observability("Logging", "swift-log"), observability("Metrics", "swift-metrics"),
                observability("Tracing", "swift-distributed-tracing"),
            ],
            swiftSettings: swiftSettings),
        .target(name: "HaleEngine", dependencies: ["HaleModel", "HaleResilience"], swiftSettings: swiftSettings),
        .target(
            name: "HaleSimulator", dependencies: ["HaleModel", "HaleEngine", "HaleResilience"],
            swiftSettings: swiftSettings),
        .target(
            name: "HaleProbes",
            dependencies: [
                "HaleModel",
                daemon("NIOCore", "swift-nio"), daemon("NIOPosix", "swift-nio"), daemon("NIOHTTP1", "swift-nio"),
                daemon("NIOTLS", "swift-nio"), daemon("NIOSSL", "swift-nio-ssl"),
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "HaleServices",
            dependencies: [
                "HaleModel",
                daemon("NIOCore", "swift-nio"), daemon("NIOPosix", "swift-nio"),
                daemon("Subprocess", "swift-subprocess"), daemon("Logging", "swift-log"),
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "HaleStore",
            dependencies: ["HaleModel", daemon("GRDB", "GRDB.swift")],
            swiftSettings: swiftSettings),
        .target(
            name: "HaleServer",
            dependencies: [
                "HaleModel",
                daemon("Hummingbird", "hummingbird"), daemon("HummingbirdCore", "hummingbird"),
                daemon("HTTPTypes", "swift-http-types"), daemon("NIOHTTPTypes", "swift-nio-extras"),
                daemon("NIOHTTPTypesHTTP1", "swift-nio-extras"), daemon("NIOCore", "swift-nio"),
                daemon("NIOHTTP1", "swift-nio"), daemon("NIOWebSocket", "swift-nio"),
                daemon("NIOSSL", "swift-nio-ssl"),
                daemon("ServiceLifecycle", "swift-service-lifecycle"), daemon("Logging", "swift-log"),
            ],
            resources: [.embedInCode("Description/openapi.yaml")],
            swiftSettings: swiftSettings),
        .target(
            name: "HaleMonitor",
            dependencies: [
                "HaleModel", "HaleResilience", "HaleEngine", "HaleSimulator", "HaleProbes", "HaleServices", "HaleStore",
                "HaleServer",
                daemon("NIOCore", "swift-nio"), daemon("NIOPosix", "swift-nio"), daemon("Yams", "Yams"),
                daemon("Crypto", "swift-crypto"),
                daemon("ServiceLifecycle", "swift-service-lifecycle"), daemon("Logging", "swift-log"),
            ],
            swiftSettings: swiftSettings),
        .executableTarget(name: "hale-keeper"),
        .executableTarget(
            name: "hale",
            dependencies: [
                "HaleMonitor", "HaleModel", "HaleEngine", "HaleSimulator",
                daemon("ArgumentParser", "swift-argument-parser"),
                daemon("AsyncHTTPClient", "async-http-client"), daemon("NIOCore", "swift-nio"),
                daemon("NIOHTTP1", "swift-nio"),
                daemon("ServiceLifecycle", "swift-service-lifecycle"), daemon("UnixSignals", "swift-service-lifecycle"),
                daemon("Hummingbird", "hummingbird"), daemon("Logging", "swift-log"),
            ],
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "EmbeddedExample",
            dependencies: [
                "HaleMonitor", "HaleModel",
                daemon("ServiceLifecycle", "swift-service-lifecycle"), daemon("Logging", "swift-log"),
                daemon("AsyncHTTPClient", "async-http-client"), daemon("NIOCore", "swift-nio"),
                daemon("Hummingbird", "hummingbird"),
            ],
            path: "Examples/embedded", exclude: ["README.md"]),
        .testTarget(name: "HaleModelTests", dependencies: ["HaleModel"], swiftSettings: swiftSettings),
        .testTarget(name: "HaleStoreTests", dependencies: ["HaleStore", "HaleModel"], swiftSettings: swiftSettings),
        .testTarget(
            name: "HaleServicesTests",
            dependencies: [
                "HaleServices", "HaleModel", "hale-keeper",
                daemon("NIOPosix", "swift-nio"), daemon("Logging", "swift-log"),
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "HaleProbesTests",
            dependencies: [
                "HaleProbes", "HaleModel", "hale-keeper",
                daemon("NIOCore", "swift-nio"), daemon("NIOPosix", "swift-nio"), daemon("NIOHTTP1", "swift-nio"),
                daemon("NIOEmbedded", "swift-nio"), daemon("NIOSSL", "swift-nio-ssl"),
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "HaleSimulatorTests",
            dependencies: ["HaleSimulator", "HaleModel", "HaleResilience", "HaleEngine"], swiftSettings: swiftSettings),
        .testTarget(
            name: "HaleEngineTests", dependencies: ["HaleEngine", "HaleModel", "HaleResilience"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "HaleServerTests",
            dependencies: [
                "HaleServer", "HaleModel", daemon("NIOCore", "swift-nio"), daemon("NIOPosix", "swift-nio"),
                daemon("Logging", "swift-log"),
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "HaleMonitorTests",
            dependencies: [
                "HaleMonitor", "HaleModel", "HaleResilience", "HaleEngine", "HaleSimulator",
                daemon("Logging", "swift-log"), daemon("NIOCore", "swift-nio"), daemon("NIOPosix", "swift-nio"),
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "HaleResilienceTests", dependencies: ["HaleResilience", "HaleModel"], swiftSettings: swiftSettings),
        .testTarget(
            name: "HaleResilienceFoundationTests", dependencies: ["HaleResilienceFoundation", "HaleResilience"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "HaleResilienceObservabilityTests",
            dependencies: [
                "HaleResilience",
                .target(name: "HaleResilienceObservability", condition: .when(traits: ["Observability"])),
                observability("Logging", "swift-log"), observability("Metrics", "swift-metrics"),
            ],
            swiftSettings: swiftSettings),
    ],
    swiftLanguageModes: [.v6]
)

#if os(Linux)
    // The real programs, judged by what /proc says.
    package.targets.append(
        .testTarget(
            name: "EndToEndTests", dependencies: ["HaleModel", "hale", "hale-keeper", "EmbeddedExample"],
            swiftSettings: swiftSettings))
#endif
