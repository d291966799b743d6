#!/usr/bin/env bash
# A package outside the tree that depends on HaleResilience and its Foundation companion with `traits: []` must resolve
# no third-party package, build, and run; with the upcoming feature MemberImportVisibility too. Usage: Tests/consumer/check.sh [folder to build in]
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build=${1:-$work/build}
mkdir -p "$work/Sources/Consumer" "$work/Sources/StrictConsumer"
cat >"$work/Package.swift" <<MANIFEST
// swift-tools-version: 6.2
import PackageDescription

let products: [Target.Dependency] = [
    .product(name: "HaleResilience", package: "hale"), .product(name: "HaleResilienceFoundation", package: "hale"),
]
let package = Package(
    name: "consumer",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "hale", path: "$root", traits: [])],
    targets: [
        .executableTarget(name: "Consumer", dependencies: products),
        .executableTarget(
            name: "StrictConsumer", dependencies: products,
            swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")]),
    ]
)
MANIFEST
for target in Consumer StrictConsumer; do cp "$(dirname "$0")/Consumer.swift" "$work/Sources/$target/Consumer.swift"; done
cd "$work"
swift package --scratch-path "$build" show-dependencies --format json >"$work/dependencies.json"
if grep -Eo '"url": *"[^"]*(https?|git)[:@][^"]*"' "$work/dependencies.json"; then
    echo "a consumer with traits: [] resolves third-party packages" >&2
    exit 1
fi
if [[ -e "$work/Package.resolved" ]] && grep -q '"identity"' "$work/Package.resolved"; then
    echo "Package.resolved names packages" >&2
    exit 1
fi
swift build --scratch-path "$build"
for target in Consumer StrictConsumer; do
    answer=$("$build/debug/$target")
    [[ $answer == "answer 42, circuit open, down" ]] || { echo "the $target said: $answer" >&2; exit 1; }
done
echo "consumer: no third-party package resolved, built, ran"
