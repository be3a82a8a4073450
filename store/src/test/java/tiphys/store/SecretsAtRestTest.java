package tiphys.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tiphys.journal.StoreUnavailable;
import tiphys.journal.Transaction;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectWrite;
import tiphys.objects.ResourceTypes;
import tiphys.store.write.KeyMissing;

final class SecretsAtRestTest {
    private static final String HELD = "cGFzc3dvcmQtb2YtdGhlLWJ1Y2tldA==";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    /// As kubectl stores it: the annotation repeats the data.
    private static final ApiObject SECRET =
            new ApiObject(
                    ResourceTypes.SECRET,
                    Value.object(
                            "metadata",
                            Value.object(
                                    "name",
                                    "s3",
                                    "namespace",
                                    "ns",
                                    "uid",
                                    "u1",
                                    "annotations",
                                    Value.object(LAST_APPLIED, "{\"data\":{\"key\":\"" + HELD + "\"}}")),
                            "data",
                            Value.object("key", HELD)));

    @TempDir Path directory;

    private SqliteStore open() {
        return SqliteStore.open(directory, SqliteStoreContractTest.OPTIONS);
    }

    private void writeSecret() {
        try (var store = open()) {
            store.commit(new Transaction(Instant.EPOCH, List.of(), List.of(), List.of(new ObjectWrite.Create(SECRET))))
                    .join();
        }
    }

    private boolean anyFileHolds(String text) throws IOException {
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                if (Files.isRegularFile(file) && new String(Files.readAllBytes(file), ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void holdsTheSecret() {
        try (var store = open()) {
            var found = store.get(SECRET.key()).orElseThrow().json();
            assertThat(found.textAt("data", "key")).contains(HELD);
            assertThat(found.textAt("metadata", "annotations", LAST_APPLIED))
                    .isEqualTo(SECRET.json().textAt("metadata", "annotations", LAST_APPLIED));
            assertThat(store.list(ResourceTypes.SECRET, Optional.empty(), Optional.empty(), 9).objects())
                    .extracting(ApiObject::json)
                    .containsExactly(found);
            assertThat(store.changes(ResourceTypes.SECRET, Optional.empty(), 0, 9).getLast().object().json())
                    .isEqualTo(found);
        }
    }

    @Test
    void no_file_of_the_directory_shows_what_a_secret_holds() throws IOException {
        writeSecret();
        assertThat(anyFileHolds(HELD)).isFalse();
        assertThat(anyFileHolds("password-of-the-bucket")).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("secret.key"))))
                .isEqualTo("rw-------");
        holdsTheSecret();
    }

    @Test
    void a_directory_without_secrets_has_no_key() {
        open().close();
        assertThat(directory.resolve("secret.key")).doesNotExist();
    }

    @Test
    void what_an_older_version_stored_openly_is_sealed_at_the_next_start() throws IOException, SQLException {
        writeSecret();
        var metadata = Value.object("metadata", SECRET.json().find("metadata").orElseThrow());
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("tiphys.db"));
                var secret = connection.prepareStatement("UPDATE secret SET data = ?");
                var object = connection.prepareStatement("UPDATE object SET json = ? WHERE secret IS NOT NULL");
                var change = connection.prepareStatement("UPDATE change SET json = ? WHERE secret IS NOT NULL")) {
            secret.setBytes(1, Json.bytes(Value.object("data", Value.object("key", HELD))));
            secret.executeUpdate();
            for (var rows : List.of(object, change)) {
                rows.setBytes(1, Json.bytes(metadata));
                rows.executeUpdate();
            }
        }
        assertThat(anyFileHolds(HELD)).isTrue();
        open().close();
        assertThat(anyFileHolds(HELD)).isFalse();
        holdsTheSecret();
    }

    @Test
    void a_lost_key_is_said_at_the_start() throws IOException {
        writeSecret();
        Files.move(directory.resolve("secret.key"), directory.resolve("elsewhere"));
        assertThatThrownBy(this::open)
                .isInstanceOf(KeyMissing.class)
                .hasMessageContaining("the key beside the database, secret.key, is missing; put it back");
        Files.move(directory.resolve("elsewhere"), directory.resolve("secret.key"));
        holdsTheSecret();
    }

    @Test
    void another_key_opens_nothing() throws IOException {
        writeSecret();
        Files.copy(directory.resolve("secret.key"), directory.resolve("right"), StandardCopyOption.REPLACE_EXISTING);
        Files.write(directory.resolve("secret.key"), "0123456789abcdef0123456789abcdef".getBytes(UTF_8));
        try (var store = open()) {
            assertThatThrownBy(() -> store.get(SECRET.key()))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("it was written with another key");
        }
        Files.move(directory.resolve("right"), directory.resolve("secret.key"), StandardCopyOption.REPLACE_EXISTING);
        holdsTheSecret();
    }
}
