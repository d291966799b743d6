#!/usr/bin/env bash
# Compiles every ```swift block of the articles and of the doc comments, and checks that policies in a senseless order do
# not compile. Usage: Tests/documentation/check.sh [build folder with HaleResilienceFoundation built]
# Doc comments of HaleResilienceObservability are compiled too if that is built there.
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

# Writes each block of a text as the body of a function of its own, with a breaker, a policy and a retry if it speaks of
# one that it does not make.
functions() {
    awk -v name="$1" '
        /^```swift$/ { block++; inside = 1; text = ""; next }
        /^```$/ && inside {
            inside = 0
            printf "func %s_%d() async throws {\n", name, block
            if (text ~ /breaker/ && text !~ /let breaker =/) print "    let breaker = CircuitBreaker(\"b\")"
            if (text ~ /policy[ .]/ && text !~ /let policy =/) print "    let policy = Policy { Retry() }"
            if (text ~ /retry[ .]/ && text !~ /let retry =/) print "    let retry = Retry()"
            printf "%s}\n", text
            next
        }
        inside { text = text $0 "\n" }
    '
}

# compile <what> <imports> <files, each a text with blocks>...
compile() {
    local what=$1 imports=$2 count=0 sources=()
    shift 2
    for text in "$@"; do
        local name=${text##*/}
        name=${name%.*}
        name=${name//[^A-Za-z]/_}
        local source=$work/$what-$name.swift
        { printf 'import %s\n' $imports; sed -nE 's/^ *\/\/\/ ?//; p' "$text" | functions "$name"; } >"$source"
        count=$((count + $(grep -c '^func .*_[0-9]*() async throws {$' "$source" || true)))
        sources+=("$source")
    done
    # Down to SIL, where ownership and concurrency are checked; types alone would let misuse of a permit pass.
    swiftc -emit-sil -o /dev/null -wmo -module-name documentation -swift-version 6 -parse-as-library -suppress-warnings -I "$modules" \
        "${sources[@]}" Tests/documentation/Prelude.swift
    ((count > 0)) || { echo "no code block found in the $what" >&2; exit 1; }
    echo "documentation: $count code blocks of the $what compile"
}

base="Foundation HaleModel HaleResilience HaleResilienceFoundation"
compile articles "Foundation HaleResilience HaleResilienceFoundation" Sources/HaleResilience/HaleResilience.docc/*.md
compile comments "$base" $(grep -rl '/// ```swift' Sources/HaleResilience Sources/HaleResilienceFoundation)
if [[ -e $modules/HaleResilienceObservability.swiftmodule ]]; then
    compile companion "$base HaleResilienceObservability Logging" \
        $(grep -rl '/// ```swift' Sources/HaleResilienceObservability)
fi

# Orders that make no sense do not compile, and say why; those that do make sense compile.
judge() {
    printf 'import HaleResilience\nfunc order(_ isOn: Bool) {\n    _ = Policy {\n        %s\n    }\n}\n' "$1" >"$work/order.swift"
    swiftc -typecheck -swift-version 6 -I "$modules" "$work/order.swift" 2>"$work/order.txt"
}
breaker='CircuitBreaker("b")'
wrong=(
    "$breaker; Retry()"
    'Bulkhead(maxConcurrent: 1); Retry()'
    'RateLimiter(1, per: .seconds(1)); Retry()'
    "$breaker; Timeout(.seconds(1)); Retry()"
    "Timeout(.seconds(9)); $breaker; Hedge(after: .seconds(1)); Timeout(.seconds(1)); Retry()"
    "Policy { $breaker; Timeout(.seconds(1)) }; Retry()"
    "if isOn { $breaker }; Retry()"
    "if isOn { $breaker } else { Timeout(.seconds(1)) }; Retry()"
    "if isOn { Timeout(.seconds(1)) } else { $breaker }; Retry()"
    "Retry(); $breaker; Retry()"
)
right=(
    "Timeout(.seconds(9)); Retry(); $breaker; Timeout(.seconds(1))"
    "$breaker; Policy { Retry() }"
    "$breaker; Bulkhead(maxConcurrent: 1); Timeout(.seconds(1))"
    'if isOn { Timeout(.seconds(1)) } else { Timeout(.seconds(2)) }; Retry()'
    "Retry(); if isOn { $breaker } else { Timeout(.seconds(1)) }"
    "Policy { Timeout(.seconds(1)); Hedge(after: .seconds(1)) }; Retry()"
)
for order in "${wrong[@]}"; do
    if judge "$order"; then
        echo "a wrong order compiled: $order" >&2
        exit 1
    fi
    grep -q "put the Retry first" "$work/order.txt" || { echo "$order" >&2; cat "$work/order.txt" >&2; exit 1; }
done
for order in "${right[@]}"; do
    judge "$order" || { echo "$order" >&2; cat "$work/order.txt" >&2; exit 1; }
done
echo "documentation: ${#wrong[@]} wrong orders do not compile and say why, ${#right[@]} right ones do"
