/// What `hale demo` runs; the same text as `Examples/quickstart/hale.yaml`.
enum DemoConfiguration {
    static let text = """
        # Three small real services that Hale starts, watches and heals.
        # ${HALE_EXECUTABLE} is the path of the running hale, which brings them along.

        server: {bind: 127.0.0.1:8790}
        data: ./hale-data                 # database, socket, logs

        defaults: {interval: 2s, timeout: 1s, startPeriod: 15s}

        components:
          store:                          # crashes every 20 s or so
            run: ["${HALE_EXECUTABLE}", demo-service, store, --port, "18081", --crash-every, 20s]
            check: {http: "http://127.0.0.1:18081/health"}
            heal: {retries: 10, backoff: {base: 1s, max: 5s}, verifyAfter: 1s, stableFor: 30s}

          search:                         # turns slow every minute, and then fails for a while
            run: ["${HALE_EXECUTABLE}", demo-service, search, --port, "18082", --trouble-every, 60s]
            check:
              http: "http://127.0.0.1:18082/health"
              slow: 200ms                 # slower than this is degraded, never down
              breaker: {failures: 5, open: 5s, max: 10s}
            heal: {retries: 10, backoff: {base: 5s}, verifyAfter: 1s, cooldown: 10s}

          shop:                           # asks the store, and can't work without it
            run: ["${HALE_EXECUTABLE}", demo-service, shop, --port, "18083", --needs, "http://127.0.0.1:18081/health"]
            check: {http: "http://127.0.0.1:18083/health", expect: {json: {status: UP}}}
            dependsOn: [store]            # while the store is down, the shop is not healed

        """
}
