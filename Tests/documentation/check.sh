#!/usr/bin/env bash
# Compiles every ```swift block of the articles. Usage: Tests/documentation/check.sh [build folder with HaleResilience built]
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-.build}
modules=$build/debug/Modules
[[ -e $modules/HaleResilienceFoundation.swiftmodule ]] || {
    echo "no modules in $modules: build HaleResilienceFoundation first" >&2
    exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
for article in Sources/HaleResilience/HaleResilience.docc/*.md; do
    name=$(basename "$article" .md)
    # Each block is the body of a function of its own; every article but those that make one has a breaker and a policy.
    awk -v name="$name" '
        /^```swift$/ { block++; inside = 1; text = ""; next }
        /^```$/ && inside {
            inside = 0
            printf "func %s_%d() async throws {\n", name, block
            if (earlier !~ /let breaker =/ && text !~ /let breaker =/) print "    let breaker = CircuitBreaker(\"b\"); _ = breaker"
            if (text ~ /policy[ .]/ && text !~ /let policy =/) print "    let policy = Policy { Retry() }"
            if (text ~ /retry[ .]/ && text !~ /let retry =/) print "    let retry = Retry()"
            if (name == "HaleResilience" || name == "BreakingCircuits" || name == "Observing")
                if (text !~ /let breaker =/ && earlier ~ /let breaker =/) print "    let breaker = CircuitBreaker(\"b\")"
            printf "%s}\n", text
            earlier = earlier text
            next
        }
        inside { text = text $0 "\n" }
    ' "$article" >"$work/$name.swift"
    count=$((count + $(grep -c '^func .*_[0-9]*() async throws {$' "$work/$name.swift" || true)))
    sed -i.bak '1i import Foundation\nimport HaleResilience\nimport HaleResilienceFoundation' "$work/$name.swift" && rm "$work/$name.swift.bak"
done
swiftc -typecheck -swift-version 6 -parse-as-library -suppress-warnings -I "$modules" "$work"/*.swift Tests/documentation/Prelude.swift
echo "documentation: $count code blocks compile"

# An order that makes no sense must not compile, and say why.
cat >"$work/order.swift" <<'SWIFT'
import HaleResilience
let wrong = Policy {
    CircuitBreaker("b")
    Retry()
}
SWIFT
if swiftc -typecheck -swift-version 6 -I "$modules" "$work/order.swift" 2>"$work/order.txt"; then
    echo "a breaker right around a retry compiled" >&2
    exit 1
fi
grep -q "put the Retry first" "$work/order.txt" || { cat "$work/order.txt" >&2; exit 1; }
echo "documentation: a wrong order does not compile, and says why"
