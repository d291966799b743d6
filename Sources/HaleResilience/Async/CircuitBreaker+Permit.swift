extension CircuitBreaker {
    /// The right to one call, for work that is not a single closure: a stream, a connection.
    ///
    /// ```swift
    /// let permit = try breaker.acquire()
    /// let receipt = try await bank.charge(order)
    /// permit.succeed()
    /// ```
    ///
    /// It must be used up once; one that is merely dropped gives its place back and counts neither way.
    public struct Permit: ~Copyable, Sendable {
        private let breaker: CircuitBreaker
        private let permit: CircuitBreakerStateMachine.Permit
        private var isUsed = false

        init(_ breaker: CircuitBreaker, _ permit: CircuitBreakerStateMachine.Permit) {
            self.breaker = breaker
            self.permit = permit
        }

        public consuming func succeed() {
            breaker.settle(permit, .success, nil)
            isUsed = true
        }

        /// Reports the error, judged as one thrown by a guarded operation.
        public consuming func fail(_ error: any Error) {
            breaker.settle(permit, byError: error)
            isUsed = true
        }

        deinit {
            if !isUsed { breaker.settle(permit, .ignored, nil) }
        }
    }

    /// Asks for one call. With a store, call ``persist()`` after the permit was used.
    public func acquire() throws(CircuitOpenError) -> Permit {
        Permit(self, try admit().get())
    }
}
