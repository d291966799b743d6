internal import HaleModel

/// What one component adds to the system's score.
struct Contribution: Hashable, Codable, Sendable {
    var state: HealthState
    var layer: Layer
    /// Counted in availability: 0 where nothing is known, or Hale doubts its network.
    var weight: Double
    var isVital: Bool
    var isBlocked: Bool
    var breakers = 0
    var breakerSum = 0.0
    var errorRate: Double?

    /// The weight of a state in availability; `nil`: not counted.
    static func value(_ state: HealthState) -> Double? {
        switch state {
        case .healthy: 1
        case .degraded, .starting, .recovering: 0.75
        case .unhealthy: 0.4
        case .restarting: 0.25
        case .down, .failed: 0
        case .unknown: nil
        }
    }

    /// Not usable, by itself.
    var isLost: Bool { weight > 0 && !isBlocked && state.isUsable == false }
}

/// Sums over all components, kept up by differences, so that nothing is counted anew when one changes.
struct SystemTally: Codable, Sendable {
    private(set) var counts: [Int] = Array(repeating: 0, count: HealthState.allCases.count)
    private(set) var layerCounts: [Int] = Array(repeating: 0, count: HealthState.allCases.count * Layer.allCases.count)
    private(set) var layerWeights = [Double](repeating: 0, count: Layer.allCases.count)
    private(set) var layerAvailability = [Double](repeating: 0, count: Layer.allCases.count)
    private(set) var weight = 0.0
    private(set) var availability = 0.0
    private(set) var breakers = 0
    private(set) var breakerSum = 0.0
    private(set) var errorRates = 0
    private(set) var errorRateSum = 0.0
    private(set) var lost = 0
    private(set) var vitalLost = 0
    private(set) var unblocked = 0

    mutating func replace(_ old: Contribution?, by new: Contribution?) {
        if let old { add(old, -1) }
        if let new { add(new, 1) }
    }

    private mutating func add(_ part: Contribution, _ sign: Int) {
        let state = part.state.place
        let layer = part.layer.place
        counts[state] += sign
        layerCounts[layer * HealthState.allCases.count + state] += sign
        if let value = Contribution.value(part.state), part.weight > 0 {
            weight += Double(sign) * part.weight
            availability += Double(sign) * part.weight * value
            layerWeights[layer] += Double(sign) * part.weight
            layerAvailability[layer] += Double(sign) * part.weight * value
        }
        breakers += sign * part.breakers
        breakerSum += Double(sign) * part.breakerSum
        if let rate = part.errorRate {
            errorRates += sign
            errorRateSum += Double(sign) * rate
        }
        if part.weight > 0, part.state == .down || part.state == .failed {
            lost += sign
            if part.isVital { vitalLost += sign }
        }
        if part.weight > 0, !part.isBlocked { unblocked += sign }
    }

    func count(_ state: HealthState) -> Int { counts[state.place] }

    func count(_ state: HealthState, in layer: Layer) -> Int {
        layerCounts[layer.place * HealthState.allCases.count + state.place]
    }

    func availability(of layer: Layer) -> Double? {
        let weight = layerWeights[layer.place]
        return weight > 1e-9 ? layerAvailability[layer.place] / weight : nil
    }
}

extension HealthState {
    fileprivate var place: Int {
        switch self {
        case .unknown: 0
        case .starting: 1
        case .healthy: 2
        case .degraded: 3
        case .unhealthy: 4
        case .down: 5
        case .recovering: 6
        case .restarting: 7
        case .failed: 8
        }
    }
}

extension Layer {
    fileprivate var place: Int {
        switch self {
        case .endpoint: 0
        case .daemon: 1
        case .node: 2
        case .pipeline: 3
        case .cluster: 4
        }
    }
}
