/// Programs under supervision, as shell scripts. Each keeps a journal of its own, outside Hale: who started, who ended
/// with which code, and whether a second copy was ever there.
enum Programs {
    static let prologue = """
        self="$E2E_DIR/$E2E_NAME.$HALE_INSTANCE"
        exec 9>"$self.lock"
        flock -n 9 || { echo "second $$" >> "$self.journal"; exit 99; }
        echo "start $$" >> "$self.journal"

        """

    /// Runs until it is ended.
    static let steady = """
        while :; do sleep 0.2 9>&-; done

        """

    /// Ends soon, each time with another code, until there is a file `calm`.
    static let crasher = """
        n=$(cat "$self.count" 2>/dev/null || echo 0)
        n=$((n + 1))
        echo $n > "$self.count"
        echo "run $n begins"
        sleep 0.3 9>&-
        while [ -e "$E2E_DIR/calm" ]; do sleep 0.1 9>&-; done
        echo "run $n ends"
        code=$((n % 100 + 1))
        echo "end $code" >> "$self.journal"
        exit $code

        """

    /// The remedy: writes down when, which attempt and why, and takes a while.
    static let remedy = """
        echo "$(date +%s.%N) $HALE_ATTEMPT $HALE_REASON" >> "$1"
        sleep 0.2

        """
}
