import HaleModel

/// What the rest of a certificate's time means.
enum CertificateVerdict {
    /// The finding of a check that asks for the certificate alone.
    static func finding(_ certificate: CertificateFacts, at now: WallTime, warnsWithin span: TimeSpan?) -> Finding {
        let finding =
            complaint(certificate, at: now, warnsWithin: span)
            ?? .good("certificate valid for \(days(certificate.left(at: now)))")
        return finding.adding(certificate, at: now)
    }

    /// `nil` while there is time enough.
    static func complaint(_ certificate: CertificateFacts, at now: WallTime, warnsWithin span: TimeSpan?) -> Finding? {
        let left = certificate.left(at: now)
        if left < 0 { return .failed(.tls, "certificate expired \(days(-left)) ago") }
        guard let span, left < span.seconds else { return nil }
        return .degraded(.certificate, "certificate expires in \(days(left))")
    }

    private static func days(_ seconds: Double) -> String {
        let days = Int(seconds / 86_400)
        if days > 0 { return days == 1 ? "1 day" : "\(days) days" }
        let hours = Int(seconds / 3_600)
        return hours == 0 ? "less than an hour" : hours == 1 ? "1 hour" : "\(hours) hours"
    }
}

extension CertificateFacts {
    /// Seconds until its end, negative after it.
    func left(at now: WallTime) -> Double { Double(notAfter) - Double(now.nanoseconds) / 1e9 }

    /// The same with two decimals, in days.
    func daysLeft(at now: WallTime) -> Double { (left(at: now) / 864).rounded() / 100 }
}

extension Finding {
    /// The same finding with what a certificate says of its time.
    func adding(_ certificate: CertificateFacts?, at now: WallTime) -> Finding {
        guard let certificate else { return self }
        var copy = self
        if let expiry = certificate.expiry, copy.details["certificate_expires"] == nil {
            copy.details["certificate_expires"] = .string(expiry)
        }
        copy.metrics["certificate_days_left"] = certificate.daysLeft(at: now)
        return copy
    }
}
