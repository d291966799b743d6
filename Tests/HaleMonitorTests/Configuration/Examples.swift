/// A document that uses everything there is.
let fullExample = #"""
    server: {bind: "[::1]:8790"}
    data: ./state
    defaults: {interval: 20s, timeout: 15s, slow: 2s, failureThreshold: 5}
    components:
      postgres:
        layer: node
        vital: true
        labels: {role: db, port: 5432, zone: ${ZONE:-a b}, host: ${HOST}}
        check: {tcp: 127.0.0.1:5432, send: "x\n", expect: /ready|ok/}
        heal: {command: [./repair, --now], retries: 2, cooldown: 1m, limit: none, retryFailedEvery: never}
        autoHeal: false
      api:
        dependsOn: [postgres]
        checks:
          - http: https://api.example.org:8443/health?deep=1
            method: POST
            headers: {Authorization: "Bearer ${API_TOKEN:-abc}", Accept: application/json}
            body: '{"a": "$${x}"}'
            redirects: 3
            reuse: true
            verify: false
            interval: 5s
            expect: {status: [200, "301-302"], body: pong, json: {status: ok, items.0.count: 3, text: "3", none: null}}
          - &web
            tcp: localhost:80
            breaker: {failures: 3, open: 5m}
        run:
          command: [./api, --port, "8080", ""]
          env: {MODE: fast, DB_PASSWORD: x}
          directory: srv
          user: "1000"
          group: www-data
          limits: {nofile: 1024, as: 2GiB, core: unlimited}
          umask: "027"
          restart: on-failure
          instances: 2
          stopSignal: INT
          stopTimeout: 30s
          onExit: [{codes: [78, 79], do: giveUp}, {codes: [0], do: nothing}]
          log: {size: 1MiB, files: 3}
        heal:
          limit: 20/15m
          steps:
            - {restart: run, retries: 10, backoff: {base: 1s, factor: 3, max: 1h, jitter: 0.5}}
            - {command: [rollback], timeout: 2m, retries: 1, verifyAfter: 10s}
      worker: {run: [worker], dependsOn: api, checks: [*web], heal: {retries: 9, backoff: {base: 1s}, limit: 20/h}}
      poller: {run: {command: [./poll]}, heal: {command: [/bin/fix]}}
    """#

/// Every kind of check with every key of its own.
let checksExample = """
    components:
      disk:
        check: {command: [check_disk, -w, "10%"], directory: sub, env: {MODE: "${HOST}"}}
      worker:
        checks:
          - {process: worker, count: 2-8, memory: 2GiB, cpu: 150%}
          - {name: master, process: {pidFile: /run/a.pid, name: a}}
      name:
        check: {dns: example.org, server: "[::1]:5353", type: both, expect: [192.0.2.1, "2001:db8::1"]}
      mail:
        check: {tls: "mail.example.org:465", serverName: mail.example.org, expires: 30d, verify: true}
      web:
        check:
          http: https://example.org/
          certificate: {expires: 14d}
          expect: health
    """
