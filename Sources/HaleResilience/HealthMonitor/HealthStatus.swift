// `import HaleResilience` names the status and its cases; nothing else of the model comes with it.
@_exported public import enum HaleModel.HealthStatus
