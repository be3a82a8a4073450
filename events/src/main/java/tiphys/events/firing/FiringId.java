package tiphys.events.firing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// What makes a firing itself: namespace, sensor, trigger, the events in order and the replay's number. The same inputs
/// give the same id after every crash, and no others do.
public final class FiringId {
    private static final char[] BASE_32 = "abcdefghijklmnopqrstuvwxyz234567".toCharArray();
    private static final int NAME_CHARACTERS = 13;
    private static final int ID_BYTES = 16;

    private FiringId() {}

    /// The id, 32 hex digits.
    public static String of(String namespace, String sensorUid, String trigger, List<String> eventIds, int replay) {
        var parts = new StringBuilder();
        for (var part : List.of(namespace, sensorUid, trigger)) {
            parts.append(part).append('\n');
        }
        eventIds.forEach(id -> parts.append(id).append('\n'));
        parts.append(replay);
        return HexFormat.of().formatHex(sha256(parts.toString()), 0, ID_BYTES);
    }

    /// The end of a generated name, 13 base-32 characters.
    ///
    /// @param suffix 0; then 1, 2 … when another firing's object has the name already
    static String nameEnd(String firing, int suffix) {
        var hash = sha256(suffix == 0 ? firing : firing + "\n" + suffix);
        var out = new StringBuilder();
        int bits = 0;
        int held = 0;
        for (int i = 0; out.length() < NAME_CHARACTERS; ) {
            if (held < 5) {
                bits = (bits << 8) | (hash[i++] & 0xff);
                held += 8;
            }
            out.append(BASE_32[(bits >> (held - 5)) & 31]);
            held -= 5;
        }
        return out.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
