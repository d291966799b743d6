import HaleEngine
import HaleModel
import NIOCore
import NIOPosix
import Testing

@testable import HaleMonitor

/// What arrives while the engine is behind.
@Suite struct InboxTests {
    @Test func theLastBeatOfEachComponentStays() async {
        let inbox = Inbox(eventLoop: MultiThreadedEventLoopGroup.singleton.next())
        for number in 0..<Inbox.capacity + 100 {
            inbox.post(.heartbeat(Heartbeat(component: "often", progress: Double(number))))
        }
        inbox.post(.heartbeat(Heartbeat(component: "once", progress: 1)))
        inbox.post(.checkFinished(run: 1, component: "often", check: "c", HealthCheckResult(.healthy, "late")))
        let beats = await inbox.take(waitingUntil: nil).compactMap { entry -> Heartbeat? in
            if case .input(.heartbeat(let beat)) = entry.content { beat } else { nil }
        }
        #expect(beats.count == Inbox.capacity + 1, "nothing is kept beyond the bound but the first beat of others")
        #expect(beats.last?.component == "once")
        #expect(beats.dropLast().last?.progress == Double(Inbox.capacity + 99))
        inbox.post(.heartbeat(Heartbeat(component: "often", progress: 5)))
        #expect(await inbox.take(waitingUntil: nil).count == 1)
    }
}
