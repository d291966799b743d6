import AsyncHTTPClient
import ArgumentParser
import HaleMonitor
print("x")
