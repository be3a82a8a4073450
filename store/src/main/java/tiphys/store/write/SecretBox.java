package tiphys.store.write;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tiphys.journal.StoreUnavailable;

/// Encrypts what Secrets hold, with a key that lies beside the database and not in it: whoever gets the database or a copy of it
/// alone gets no secret. The key is made with the first Secret, and read when one is read, so that a server without any pays
/// nothing. AES-256 in GCM, with a random nonce for each row. Safe for every thread.
public final class SecretBox {
    /// The key's file in the data directory; only its owner may read it.
    public static final String KEY_FILE = "secret.key";

    /// The first byte of what was sealed. What was stored before there was a key begins with `{`.
    private static final byte SEALED = 1;

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String CIPHER = "AES/GCM/NoPadding";

    private final Path file;
    private volatile @Nullable SecretKey known;

    public SecretBox(Path directory) {
        file = directory.resolve(KEY_FILE);
    }

    /// Whether the key was made.
    public boolean hasKey() {
        return Files.exists(file);
    }

    /// @throws StoreUnavailable if the key can neither be read nor made
    public byte[] seal(byte[] plain) {
        try {
            var nonce = new byte[NONCE_BYTES];
            new SecureRandom().nextBytes(nonce);
            var sealed = cipher(Cipher.ENCRYPT_MODE, hasKey() ? key() : make(), ByteBuffer.wrap(nonce)).doFinal(plain);
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length).put(SEALED).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @throws StoreUnavailable if the key is not there, or another one sealed it
    public byte[] open(byte[] stored) {
        if (stored.length == 0 || stored[0] != SEALED) {
            return stored;
        }
        try {
            var in = ByteBuffer.wrap(stored, 1, stored.length - 1);
            var cipher = cipher(Cipher.DECRYPT_MODE, key(), in.slice(1, NONCE_BYTES));
            return cipher.doFinal(stored, 1 + NONCE_BYTES, stored.length - 1 - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new StoreUnavailable(
                    "a Secret cannot be read with " + file + ": it was written with another key; restore that file", e);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, ByteBuffer nonce) throws GeneralSecurityException {
        var bytes = new byte[NONCE_BYTES];
        nonce.get(bytes);
        var cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, bytes));
        return cipher;
    }

    private SecretKey key() {
        var key = known;
        if (key == null) {
            try {
                var bytes = Files.readAllBytes(file);
                if (bytes.length != KEY_BYTES) {
                    throw new StoreUnavailable(
                            file + " is no key: it has " + bytes.length + " bytes, not " + KEY_BYTES,
                            new IOException());
                }
                key = new SecretKeySpec(bytes, "AES");
            } catch (NoSuchFileException e) {
                throw new StoreUnavailable("Secrets cannot be read without " + file + ": restore that file", e);
            } catch (IOException e) {
                throw new StoreUnavailable(file + " cannot be read: " + e, e);
            }
            known = key;
        }
        return key;
    }

    /// Makes the key: whole and on disk before anything is sealed with it.
    private synchronized SecretKey make() {
        if (hasKey()) {
            return key();
        }
        var bytes = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(bytes);
        var directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        var draft = directory.resolve(KEY_FILE + ".new");
        try {
            Files.deleteIfExists(draft);
            try (var out =
                    FileChannel.open(
                            draft, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(draft))) {
                out.write(ByteBuffer.wrap(bytes));
                out.force(true);
            }
            Files.move(draft, file);
            flush(directory);
        } catch (FileAlreadyExistsException _) {
            return key();
        } catch (IOException e) {
            throw new StoreUnavailable(file + " cannot be written: " + e, e);
        }
        return key();
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void flush(Path directory) {
        try (var channel = FileChannel.open(directory)) {
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
