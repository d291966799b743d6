"""Gives every example of openapi.yaml to a running Hale and holds the answers to the document.

usage: examples.py URL TOKEN
"""
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

import jsonschema
import yaml

url, token = sys.argv[1:]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(NoRedirect)


def ask(method, path, body=None, kind="application/json"):
    headers = {"Authorization": f"Bearer {token}", "Connection": "close"}
    data = None
    if body is not None:
        data = json.dumps(body).encode() if kind == "application/json" else body.encode()
        headers["Content-Type"] = kind
    request = urllib.request.Request(url + path, data=data, method=method.upper(), headers=headers)
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get_content_type(), answer.read().decode()


document = yaml.safe_load(ask("get", "/openapi.yaml")[2])
parameters = document["components"]["parameters"]
problems = []


def resolved(part):
    return parameters[part["$ref"].split("/")[-1]] if "$ref" in part else part


def target(path, operation):
    query = {}
    for parameter in map(resolved, operation.get("parameters", [])):
        if parameter["in"] == "path":
            path = path.replace("{%s}" % parameter["name"], str(parameter["example"]))
        elif parameter["in"] == "query" and "example" in parameter:
            query[parameter["name"]] = parameter["example"]
    return path + ("?" + urllib.parse.urlencode(query) if query else "")


def check(method, path, operation):
    content = operation.get("requestBody", {}).get("content", {})
    kind = next(iter(content), "application/json")
    status, kind, text = ask(method, target(path, operation), content.get(kind, {}).get("example"), kind)
    name = f"{method.upper()} {path}: {status}"
    described = operation["responses"].get(str(status))
    if described is None:
        return problems.append(f"{name} is not described: {text[:300]}")
    if "$ref" in described:
        described = document["components"]["responses"][described["$ref"].split("/")[-1]]
    content = described.get("content")
    if content is None:
        return text and problems.append(f"{name}: a body that is not described: {text[:300]}")
    if kind not in content:
        return problems.append(f"{name}: {kind} is not described")
    if not kind.endswith("json"):
        return None
    schema = {**content[kind]["schema"], "components": document["components"]}
    for error in jsonschema.Draft202012Validator(schema).iter_errors(json.loads(text)):
        problems.append(f"{name}: {'/'.join(map(str, error.path))}: {error.message[:300]}")
    return None


# Endless, or the end of everything: these have tests of their own.
LEFT_OUT = {("get", "/api/v1/healing/events/stream"), ("post", "/api/v1/healing/shutdown")}
order = {"post": 0, "get": 1, "delete": 2}
count = 0
for path, operations in document["paths"].items():
    for method in sorted(operations, key=lambda method: order[method]):
        if (method, path) in LEFT_OUT:
            continue
        operation = operations[method]
        for parameter in map(resolved, operation.get("parameters", [])):
            if parameter["in"] == "path" and "example" not in parameter:
                problems.append(f"{method} {path}: no example of {parameter['name']}")
        if any("example" not in kind for kind in operation.get("requestBody", {}).get("content", {}).values()):
            problems.append(f"{method} {path}: no example of a body")
        check(method, path, operation)
        count += 1
print(f"{count} examples, {len(problems)} problems")
print("\n".join(problems))
sys.exit(1 if problems or count < 40 else 0)
