package tiphys.sftp;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.client.config.hosts.KnownHostEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import tiphys.connectors.line.HostPort;
import tiphys.events.source.Checkpoint;
import tiphys.journal.CursorMove;

/// Whether a server is who it should be: it has one of the keys that a Secret names, or the one that it had when it was asked first, which
/// the journal remembers. For one connection.
final class HostKeys {
    private static final String PART = "hostkey";

    private final HostPort server;
    private final Optional<String> knownHosts;
    private final Checkpoint checkpoint;
    private volatile Optional<String> complaint = Optional.empty();
    private volatile Optional<CursorMove> first = Optional.empty();

    /// @param knownHosts lines of `known_hosts`
    HostKeys(HostPort server, Optional<String> knownHosts, Checkpoint checkpoint) {
        this.server = server;
        this.knownHosts = knownHosts;
        this.checkpoint = checkpoint;
    }

    boolean accept(PublicKey key) {
        try {
            complaint = knownHosts.isPresent() ? unnamed(knownHosts.get(), key) : other(key);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            complaint = Optional.of("the lines of known_hosts cannot be read: " + e.getMessage());
        }
        return complaint.isEmpty();
    }

    private Optional<String> unnamed(String lines, PublicKey key) throws IOException, GeneralSecurityException {
        var keys = new ArrayList<PublicKey>();
        for (var entry : entries(lines)) {
            if (entry.isHostMatch(server.host(), server.port()) && entry.getMarker() == null) {
                keys.add(entry.getKeyEntry().resolvePublicKey(null, PublicKeyEntryResolver.IGNORING));
            }
        }
        if (KeyUtils.findMatchingKey(key, keys) != null) {
            return Optional.empty();
        }
        return Optional.of(
                server
                        + " shows the key "
                        + KeyUtils.getFingerPrint(key)
                        + ", and the Secret of known hosts has "
                        + (keys.isEmpty() ? "none" : "another")
                        + " for it");
    }

    private static List<KnownHostEntry> entries(String lines) throws IOException {
        return KnownHostEntry.readKnownHostEntries(new StringReader(lines), true);
    }

    private Optional<String> other(PublicKey key) throws GeneralSecurityException {
        long shown = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(key.getEncoded())).getLong();
        long known = checkpoint.at(PART).orElse(0);
        if (known == 0) {
            first = Optional.of(checkpoint.to(PART, shown == 0 ? 1 : shown));
            return Optional.empty();
        }
        return shown == known
                ? Optional.empty()
                : Optional.of(
                        server
                                + " shows the key "
                                + KeyUtils.getFingerPrint(key)
                                + ", and had another when it was asked first. If that is right, name a Secret with its key by the annotation "
                                + SftpSettings.KNOWN_HOSTS);
    }

    /// Why the server was not believed.
    Optional<String> complaint() {
        return complaint;
    }

    /// What is to be remembered once the server let us in.
    Optional<CursorMove> first() {
        return first;
    }
}
