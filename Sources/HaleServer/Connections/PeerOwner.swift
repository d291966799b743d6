import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whose process is at the other end of a Unix socket: the mode of the socket keeps others out, and this does where
/// somebody has changed it.
enum PeerOwner {
    /// Whether it is this user's, or root's. What can't be told is not trusted.
    static func isTrusted(_ channel: any Channel) -> Bool {
        guard let provider = channel as? any SocketOptionProvider else { return false }
        #if canImport(Glibc)
            let option: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
                level: NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET), name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
            guard let peer = value(of: option)?.uid else { return false }
        #else
            let option: EventLoopFuture<xucred> = provider.unsafeGetSocketOption(
                level: NIOBSDSocket.OptionLevel(rawValue: 0), name: NIOBSDSocket.Option(rawValue: LOCAL_PEERCRED))
            guard let peer = value(of: option)?.cr_uid else { return false }
        #endif
        return peer == geteuid() || peer == 0
    }

    #if canImport(Glibc)
        /// `struct ucred` of Linux, which Glibc hides from Swift.
        private struct Credentials {
            var pid: pid_t = 0
            var uid: uid_t = 0
            var gid: gid_t = 0
        }
    #endif

    /// On the channel's own event loop the answer is there at once.
    private static func value<Value: Sendable>(of future: EventLoopFuture<Value>) -> Value? {
        let box = NIOLoopBoundBox<Value?>(nil, eventLoop: future.eventLoop)
        future.whenSuccess { box.value = $0 }
        return box.value
    }
}
