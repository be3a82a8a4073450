package tiphys.sftp;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import tiphys.connectors.line.Causes;
import tiphys.connectors.line.HostPort;
import tiphys.connectors.watch.RemoteDirectory;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.Surroundings;

/// A connection to an SFTP server. What the user of this machine has in `~/.ssh` does not count.
final class SftpDirectory implements RemoteDirectory {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int SSH = 22;

    private final String directory;
    private final SshClient client;
    private final SftpClient sftp;

    private SftpDirectory(String directory, SshClient client, SftpClient sftp) {
        this.directory = directory;
        this.client = client;
        this.sftp = sftp;
    }

    /// Connects, looks at who is there, and logs in.
    static SftpDirectory open(SftpSettings settings, Map<SecretKey, String> secrets, Surroundings around)
            throws IOException, InterruptedException {
        var address = secrets.getOrDefault(settings.address(), "").strip();
        var server =
                HostPort.parse(address, SSH)
                        .orElseThrow(() ->
                                new IOException(
                                        settings.address().field()
                                                + ": the Secret must hold a host and a port such as sftp.example:22"));
        var known = settings.knownHosts().map(key -> secrets.getOrDefault(key, ""));
        var keys = new HostKeys(server, known, around.checkpoint());
        var client = SshClient.setUpDefaultClient();
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setServerKeyVerifier((_, _, key) -> keys.accept(key));
        client.start();
        try {
            var session =
                    client.connect(secrets.getOrDefault(settings.user(), "").strip(), server.host(), server.port())
                            .verify(PATIENCE)
                            .getSession();
            logIn(session, settings, secrets);
            var sftp = SftpClientFactory.instance().createSftpClient(session);
            if (keys.first().isPresent()) {
                around.intake()
                        .passOver(List.of(keys.first().get()), around.clock().instant())
                        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
            return new SftpDirectory(settings.filter().directory(), client, sftp);
        } catch (IOException e) {
            client.stop();
            throw keys.complaint()
                    .map(why -> new IOException(why))
                    .orElseGet(() -> new IOException(server + ": " + Causes.words(e), e));
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            client.stop();
            throw new IOException(server + ": " + Causes.words(e), e);
        } catch (InterruptedException e) {
            client.stop();
            throw e;
        }
    }

    private static void logIn(ClientSession session, SftpSettings settings, Map<SecretKey, String> secrets)
            throws IOException {
        if (settings.key().isPresent()) {
            for (var pair : pairs(settings.key().get(), secrets)) {
                session.addPublicKeyIdentity(pair);
            }
        }
        settings.password().ifPresent(key -> session.addPasswordIdentity(secrets.getOrDefault(key, "").strip()));
        session.auth().verify(PATIENCE);
    }

    private static List<KeyPair> pairs(SecretKey key, Map<SecretKey, String> secrets) throws IOException {
        var bytes = (secrets.getOrDefault(key, "").strip() + "\n").getBytes(StandardCharsets.UTF_8);
        var pairs = new ArrayList<KeyPair>();
        try {
            var read =
                    SecurityUtils.loadKeyPairIdentities(
                            null,
                            NamedResource.ofName(key.field()),
                            new ByteArrayInputStream(bytes),
                            FilePasswordProvider.EMPTY);
            if (read != null) {
                read.forEach(pairs::add);
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(key.field() + ": the Secret holds a key that cannot be used: " + e.getMessage(), e);
        }
        if (pairs.isEmpty()) {
            throw new IOException(
                    key.field() + ": the Secret holds no private key that can be read without a password");
        }
        return pairs;
    }

    @Override
    public List<RemoteFile> list() throws IOException {
        var files = new ArrayList<RemoteFile>();
        try {
            for (var entry : sftp.readDir(directory)) {
                var about = entry.getAttributes();
                if (!about.isDirectory()) {
                    var modified = about.getModifyTime();
                    files.add(
                            new RemoteFile(
                                    entry.getFilename(), about.getSize(), modified == null ? 0 : modified.toMillis()));
                }
            }
        } catch (RuntimeException e) {
            // readDir's iterator wraps what went wrong
            throw new IOException(directory + " cannot be read: " + Causes.words(e), e);
        } catch (IOException e) {
            throw new IOException(directory + " cannot be read: " + Causes.words(e), e);
        }
        return files;
    }

    @Override
    public void close() {
        client.stop();
    }
}
