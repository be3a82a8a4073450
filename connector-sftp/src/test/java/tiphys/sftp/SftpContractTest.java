package tiphys.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.events.Arrival;
import tiphys.events.source.Source;
import tiphys.events.source.SourceContract;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.source.SourceState;
import tiphys.events.source.SourceWorld;
import tiphys.manifest.Value;
import tiphys.testkit.Eventually;

/// What happens is that a file comes.
class SftpContractTest extends SourceContract {
    private static final String CREATED =
            """
            {eventType: CREATE, watchPathConfig: {directory: /in, pathRegexp: '^n[0-9]+$'}, pollIntervalDuration: 20ms,
             address: {name: s, key: address}, username: {name: s, key: user}, password: {name: s, key: password}}
            """;

    private static final KeyPair OURS = keys("RSA");

    private final SftpKind kind = new SftpKind();
    private final Map<String, String> secrets = new HashMap<>(Map.of("user", "ada", "password", "open sesame\n"));
    private String manifest = CREATED;

    @TempDir Path root;
    private SshServer server;
    private int port;

    SftpContractTest() {
        super(Thread::startVirtualThread);
    }

    private static KeyPair keys(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void open() throws IOException {
        Files.createDirectory(root.resolve("in"));
        serve(keys("EC"));
    }

    private void serve(KeyPair host) throws IOException {
        server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setPort(port);
        server.setKeyPairProvider(KeyPairProvider.wrap(host));
        server.setPasswordAuthenticator((user, password, _) -> user.equals("ada") && password.equals("open sesame"));
        server.setPublickeyAuthenticator(
                (user, key, _) -> user.equals("ada") && KeyUtils.compareKeys(key, OURS.getPublic()));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(root));
        server.start();
        port = server.getPort();
    }

    @AfterEach
    void shut() throws IOException {
        server.stop(true);
    }

    @Override
    protected Source start() {
        var settings = SourceWorld.read(kind, manifest);
        if (secrets.containsKey("known")) {
            var plain = (SftpSettings) settings;
            settings =
                    new SftpSettings(
                            plain.filter(),
                            plain.told(),
                            plain.every(),
                            plain.address(),
                            plain.user(),
                            plain.password(),
                            plain.key(),
                            Optional.of(new SecretKey(SftpSettings.KNOWN_HOSTS, "s", "known")),
                            plain.metadata());
        }
        secrets.put("address", "127.0.0.1:" + port);
        var values = new HashMap<SecretKey, String>();
        settings.secrets().forEach(key -> values.put(key, secrets.get(key.key())));
        return world.start(kind, settings, values);
    }

    /// It has looked once, so that what comes now is new.
    @Override
    protected Source begin() {
        var source = super.begin();
        Eventually.within(SOON, "it has looked", () -> world.cursor("begun") > 0);
        return source;
    }

    @Override
    protected void happen(int n) {
        write("n" + n, "x");
    }

    private void write(String name, String text) {
        try {
            Files.writeString(root.resolve("in").resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected int number(Arrival arrival) {
        return Integer.parseInt(name(arrival).substring(1));
    }

    private static String name(Arrival arrival) {
        return ((Value.Mapping) arrival.payload().value()).textAt("name").orElseThrow();
    }

    @Override
    protected boolean remembers() {
        return true;
    }

    private void awaitEvents(int count) {
        Eventually.within(SOON, count + " events have come in", () -> world.recorded().size() >= count);
    }

    @Test
    void what_was_there_before_is_not_told_and_a_file_that_changes_is_told_again() {
        write("n7", "old");
        begin();
        write("other", "does not match");
        write("n7", "new content");
        awaitEvents(1);
        write("n8", "x");
        awaitEvents(2);
        assertThat(world.recorded().stream().map(SftpContractTest::name)).containsExactly("n7", "n8");
        assertThat(world.recorded().getFirst().payload().text())
                .isEqualTo("{\"name\":\"n7\",\"op\":1,\"metadata\":null}");
        assertThat(world.recorded().getFirst().type()).isEqualTo("sftp");
    }

    @Test
    void files_that_go_are_told_also_those_that_went_meanwhile_and_are_forgotten() throws IOException {
        manifest = CREATED.replace("CREATE", "REMOVE").replace("password: {name", "metadata: {k: v}, password: {name");
        write("n1", "x");
        write("n2", "x");
        var source = begin();
        Files.delete(root.resolve("in/n1"));
        awaitEvents(1);
        source.close();
        Files.delete(root.resolve("in/n2"));
        begin();
        awaitEvents(2);
        assertThat(world.recorded().stream().map(SftpContractTest::name)).containsExactly("n1", "n2");
        assertThat(world.recorded().getLast().payload().text())
                .isEqualTo("{\"name\":\"n2\",\"op\":4,\"metadata\":{\"k\":\"v\"}}");
        assertThat(world.cursor("file/n1") + world.cursor("file/n2")).isZero();
    }

    @Test
    void a_file_that_goes_and_comes_back_is_new() throws IOException {
        write("n1", "x");
        begin();
        Files.delete(root.resolve("in/n1"));
        Eventually.within(SOON, "it is forgotten", () -> world.cursor("file/n1") == 0);
        write("n1", "x");
        awaitEvents(1);
    }

    @Test
    void a_server_that_goes_and_comes_back_is_looked_at_again() throws Exception {
        var host = server.getKeyPairProvider();
        var source = begin();
        server.stop(true);
        Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
        write("n1", "x");
        serve(host.loadKeys(null).iterator().next());
        awaitEvents(1);
        Eventually.within(SOON, "it runs", () -> source.state() instanceof SourceState.Running);
    }

    @Test
    void wrong_credentials_are_told_without_them() {
        secrets.put("password", "t0p");
        var source = start();
        try (source) {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow()).contains("127.0.0.1:" + port).doesNotContain("t0p");
        }
        secrets.put("password", "open sesame");
        begin();
    }

    @Test
    void a_private_key_lets_one_in() {
        var pem = Base64.getMimeEncoder().encodeToString(OURS.getPrivate().getEncoded());
        secrets.put("key", "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n");
        manifest = CREATED.replace("password: {name: s, key: password}", "sshKeySecret: {name: s, key: key}");
        begin();
        happen(1);
        awaitEvents(1);
    }

    @Test
    void what_is_no_key_is_told() {
        secrets.put("key", "nonsense");
        manifest = CREATED.replace("password: {name: s, key: password}", "sshKeySecret: {name: s, key: key}");
        try (var source = start()) {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow())
                    .contains("sshKeySecret")
                    .contains("holds no private key")
                    .doesNotContain("nonsense");
        }
    }

    @Test
    void a_server_with_another_key_than_before_is_not_believed() throws IOException {
        var source = begin();
        server.stop(true);
        serve(keys("EC"));
        Eventually.within(
                SOON,
                "it says so",
                () -> source.state().problem().orElse("").contains("had another when it was asked first"));
    }

    @Test
    void only_a_server_of_the_known_hosts_is_believed() throws Exception {
        secrets.put("known", "[127.0.0.1]:" + port + " " + PublicKeyEntry.toString(keys("EC").getPublic()) + "\n");
        try (var source = start()) {
            Eventually.within(SOON, "it says so", () -> source.state() instanceof SourceState.BackingOff);
            assertThat(source.state().problem().orElseThrow()).contains("the Secret of known hosts has another for it");
        }
        PublicKey own = server.getKeyPairProvider().loadKeys(null).iterator().next().getPublic();
        secrets.put("known", "# ours\n[127.0.0.1]:" + port + " " + PublicKeyEntry.toString(own) + "\n");
        begin();
    }
}
