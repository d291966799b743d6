import Testing
import NIOEmbedded
@Test func a() {}
