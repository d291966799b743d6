/// Who depends on whom: a directed acyclic graph over the places of components.
package struct DependencyGraph: Sendable {
    package let dependencies: [[Int]]
    package let dependents: [[Int]]
    /// How many edges lie at most between each place and one that depends on nothing. Where there is a cycle it means
    /// nothing.
    package let ranks: [Int]

    /// `edges[n]` are the places of those that `n` depends on.
    package init(_ edges: [[Int]]) {
        dependencies = edges
        var reversed = [[Int]](repeating: [], count: edges.count)
        for (dependent, targets) in edges.enumerated() {
            for target in targets { reversed[target].append(dependent) }
        }
        dependents = reversed
        ranks = Self.ranks(edges, reversed)
    }

    /// By Kahn's algorithm (Communications of the ACM 5, 1962).
    private static func ranks(_ edges: [[Int]], _ reversed: [[Int]]) -> [Int] {
        var ranks = [Int](repeating: 0, count: edges.count)
        var open = edges.map(\.count)
        var ready = edges.indices.filter { open[$0] == 0 }
        while let place = ready.popLast() {
            for dependent in reversed[place] {
                ranks[dependent] = max(ranks[dependent], ranks[place] + 1)
                open[dependent] -= 1
                if open[dependent] == 0 { ready.append(dependent) }
            }
        }
        return ranks
    }

    /// The places of one cycle, in order, or `nil` where there is none.
    package func findCycle() -> [Int]? {
        enum Mark { case fresh, open, done }
        var marks = [Mark](repeating: .fresh, count: dependencies.count)
        for start in dependencies.indices where marks[start] == .fresh {
            var path = [start]
            var next = [0]
            marks[start] = .open
            while let node = path.last {
                let edge = next[next.count - 1]
                guard edge < dependencies[node].count else {
                    marks[node] = .done
                    path.removeLast()
                    next.removeLast()
                    continue
                }
                next[next.count - 1] += 1
                let target = dependencies[node][edge]
                switch marks[target] {
                case .done: break
                case .open: return Array(path[path.firstIndex(of: target)!...])
                case .fresh:
                    marks[target] = .open
                    path.append(target)
                    next.append(0)
                }
            }
        }
        return nil
    }
}
