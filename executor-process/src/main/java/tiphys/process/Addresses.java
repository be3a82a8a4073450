package tiphys.process;

import java.util.Locale;
import tiphys.engine.AttemptId;

/// Where daemons can be reached: each at an address of its own out of 127.0.0.0/8, all of which are this machine's on Linux. So two of
/// them can listen on the same port, if they listen on their address alone; one that listens on all addresses is reached at
/// its own, too. Elsewhere there is only 127.0.0.1.
final class Addresses {
    private static final String ONLY = "127.0.0.1";
    private static final boolean LINUX = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("linux");

    private Addresses() {}

    /// The address of an attempt, always the same.
    static String of(AttemptId attempt) {
        if (!LINUX) {
            return ONLY;
        }
        int hash = attempt.text().hashCode() * 0x9E3779B1;
        return "127.%d.%d.%d".formatted(1 + (hash >>> 24) % 254, (hash >>> 16) & 0xff, 1 + ((hash >>> 8) & 0xff) % 254);
    }
}
