#!/usr/bin/env python3
"""Many HTTP checks a second: Hale beside HAProxy, in one run, against the same nginx on loopback.

    Benchmarks/Checks/run.py PATH-OF-HALE [TARGETS] [SECONDS] [without-recorder]

Each checks every target once a second. nginx writes down when each request came; from that come the gaps between two
checks of one target, which should be one second (Hale moves each by up to 5 % on purpose). CPU and memory are the
kernel's figures for the process.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0


class Target:
    """nginx, which answers 200 and writes down when it was asked for what."""

    def __init__(self, folder):
        self.port = free_port()
        self.log = folder + "/access.log"
        with open(folder + "/nginx.conf", "w") as file:
            file.write(
                f"""
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 8192; }}
http {{
  log_format times '$msec $uri'; access_log {self.log} times buffer=64k flush=1s;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{self.port} backlog=8192; location / {{ return 200 "ok"; }} }}
}}
"""
            )
        self.process = subprocess.Popen(["nginx", "-c", folder + "/nginx.conf", "-p", folder])
        time.sleep(1)

    def mark(self):
        return os.path.getsize(self.log)

    def gaps(self, mark):
        """How far apart the requests for one target came, in seconds, and how many there were."""
        last, gaps, count = {}, [], 0
        with open(self.log) as file:
            file.seek(mark)
            file.readline()
            for line in file:
                parts = line.split()
                if len(parts) != 2:
                    continue
                at, path = float(parts[0]), parts[1]
                if path in last:
                    gaps.append(at - last[path])
                last[path] = at
                count += 1
        return sorted(gaps), count, len(last)


def hale(folder, path, port, targets):
    records = "false" if "without-recorder" in sys.argv else "true"
    lines = [f"server: {{bind: 127.0.0.1:{free_port()}}}", f"data: {folder}/data", "checksPerHost: 1000",
             f"recording: {{enabled: {records}}}", "components:"]
    for number in range(targets):
        lines.append(f"  t{number}: {{check: {{http: 'http://127.0.0.1:{port}/t{number}', interval: 1s, timeout: 900ms}}}}")
    with open(folder + "/hale.yaml", "w") as file:
        file.write("\n".join(lines) + "\n")
    return [path, "run", "--config", folder + "/hale.yaml", "--log-level", "critical"]


def haproxy(folder, _, port, targets):
    lines = ["global", f"  maxconn 4096", "defaults", "  mode http", "  timeout connect 1s", "  timeout client 1s",
             "  timeout server 1s", "  timeout check 900ms"]
    for number in range(targets):
        lines += [f"backend b{number}", f"  option httpchk GET /t{number}",
                  f"  server s 127.0.0.1:{port} check inter 1s"]
    lines += ["frontend f", f"  bind 127.0.0.1:{free_port()}", "  default_backend b0"]
    with open(folder + "/haproxy.cfg", "w") as file:
        file.write("\n".join(lines) + "\n")
    return ["haproxy", "-f", folder + "/haproxy.cfg", "-db", "-q"]


def measure(name, make, target, hale_path, targets, seconds):
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(make(folder, hale_path, target.port, targets), stdout=subprocess.DEVNULL)
        time.sleep(8)
        mark, before = target.mark(), cpu_seconds(process.pid)
        time.sleep(seconds)
        spent, memory = cpu_seconds(process.pid) - before, memory_mb(process.pid)
        process.terminate()
        process.wait()
        time.sleep(1.5)
        gaps, count, seen = target.gaps(mark)

    def share(part):
        return gaps[min(len(gaps) - 1, int(len(gaps) * part))] if gaps else 0

    print(
        f"{name:10} {count / seconds:8.0f} checks/s  {seen} targets  gap p1 {share(0.01):.3f}  median {share(0.5):.3f}"
        f"  p99 {share(0.99):.3f}  max {gaps[-1] if gaps else 0:.3f} s  CPU {100 * spent / seconds:.1f} %"
        f"  {1e6 * spent / max(count, 1):.0f} us/check  {memory:.0f} MB",
        flush=True,
    )


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    targets = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seconds = int(sys.argv[3]) if len(sys.argv) > 3 else 60
    with tempfile.TemporaryDirectory() as folder:
        target = Target(folder)
        try:
            measure("haproxy", haproxy, target, sys.argv[1], targets, seconds)
            measure("hale", hale, target, sys.argv[1], targets, seconds)
        finally:
            target.process.terminate()
            target.process.wait()


main()
