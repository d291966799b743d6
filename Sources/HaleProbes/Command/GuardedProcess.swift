import HaleModel
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A guard that runs: collects what its command writes, and is there when it ends.
///
/// The guard holds both pipes as long as it lives, and ends when nothing is left of its command.
final class GuardedProcess {
    /// Bytes of standard error that are kept.
    private static let maxErrors = 4 << 10
    /// How long a guard that has closed its pipes may take to end before it is asked again.
    private static let longestPause = TimeAmount.milliseconds(100)

    private let pid: pid_t
    private let eventLoop: any EventLoop
    private let output: PipeCollector
    private let errors: PipeCollector
    private let then: (CommandEnd) -> Void
    private var open = 2
    private var isReaped = false

    init(_ started: GuardSpawn.Started, on eventLoop: any EventLoop, then: @escaping (CommandEnd) -> Void) {
        pid = started.pid
        output = PipeCollector(started.output, limit: PluginOutput.maxBytes + 1)
        errors = PipeCollector(started.errors, limit: Self.maxErrors)
        self.eventLoop = eventLoop
        self.then = then
    }

    func start() {
        for collector in [output, errors] {
            collector.collect(on: eventLoop) { [self] in
                open -= 1
                if open == 0 { reap(pause: .milliseconds(1)) }
            }
        }
    }

    /// Asks the guard to end, which takes the command and all that it started along; killed, it could not.
    func terminate() {
        if !isReaped { kill(pid, SIGTERM) }
    }

    private func reap(pause: TimeAmount) {
        var status: CInt = 0
        let ended = waitpid(pid, &status, WNOHANG)
        if ended == 0 || ended < 0 && errno == EINTR {
            eventLoop.assumeIsolated().scheduleTask(in: pause) { [self] in
                reap(pause: min(pause * 2, Self.longestPause))
            }
            // The event loop shuts down: the guard is on its own.
            .futureResult.assumeIsolated().whenFailure { [self] _ in end(.lost(signal: nil)) }
            return
        }
        end(ended == pid ? Self.ending(status) : .lost(signal: nil))
    }

    private func end(_ ending: CommandEnd.Ending) {
        isReaped = true
        then(CommandEnd(ending: ending, output: output.bytes, errors: errors.bytes))
    }

    /// As `WIFSIGNALED` and its like take a status apart.
    private static func ending(_ status: CInt) -> CommandEnd.Ending {
        switch status & 0x7F {
        case 0: .code(Int(status >> 8 & 0xFF))
        case SIGALRM: .timedOut
        case SIGTERM: .ended
        case let signal: .lost(signal: Int(signal))
        }
    }
}

/// Reads a pipe to its end, so that its writer is never held up, and keeps the beginning.
private final class PipeCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let descriptor: CInt
    private let limit: Int
    private(set) var bytes: [UInt8] = []
    private var then: (() -> Void)?

    init(_ descriptor: CInt, limit: Int) {
        self.descriptor = descriptor
        self.limit = limit
    }

    func collect(on eventLoop: any EventLoop, then: @escaping () -> Void) {
        self.then = then
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        NIOPipeBootstrap(group: eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
            .assumeIsolated().whenFailure { [self] _ in
                close(descriptor)
                end()
            }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        bytes.append(contentsOf: part.readableBytesView.prefix(limit - bytes.count))
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func end() {
        then?()
        then = nil
    }
}
