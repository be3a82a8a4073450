package tiphys.language.sprig;

import java.util.Base64;
import java.util.UUID;
import tiphys.language.EvaluationFailed;

/// What is random. It follows from the moment's seed, the function and its arguments, so the same evaluation gives the same again.
final class Chance {
    private static final String DIGITS = "0123456789";
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int PRINTED_FROM = 32;
    private static final int PRINTED_TO = 127;
    private static final long VERSION_MASK = ~0xf000L;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final int UUID_LENGTH = 36;
    private static final long VERSION_4 = 0x4000L;

    private Chance() {}

    static void add(Sprig.Registry all) {
        all.put("randAlphaNum", "i", a -> drawn(a, LETTERS + DIGITS));
        all.put("randAlpha", "i", a -> drawn(a, LETTERS));
        all.put("randNumeric", "i", a -> drawn(a, DIGITS));
        all.put("randAscii", "i", a -> drawn(a, printed()));
        all.put("randInt", "ii", Chance::number);
        all.put(
                "randBytes",
                "i",
                a -> {
                    int count = count(a);
                    return Base64.getEncoder().encodeToString(random(a).bytes(count));
                });
        all.put("shuffle", "s", Chance::shuffled);
        all.put(
                "uuidv4",
                "",
                a -> {
                    a.budget().make(UUID_LENGTH);
                    var random = random(a);
                    long high = (random.next() & VERSION_MASK) | VERSION_4;
                    long low = (random.next() >>> 2) | Long.MIN_VALUE;
                    return new UUID(high, low).toString();
                });
    }

    /// A generator for each call; calls that are written alike in one expression must still differ, so the budget's count,
    /// which grows with every call, is a part of the seed.
    static Draw random(Arguments a) {
        return new Draw(a.known().seed() * 31 + a.name().hashCode() + a.budget().made() * GOLDEN);
    }

    /// Numbers that look random (SplitMix64).
    static final class Draw {
        private long state;

        private Draw(long seed) {
            state = seed;
        }

        long next() {
            state += GOLDEN;
            long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
            mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
            return mixed ^ (mixed >>> 31);
        }

        long below(long border) {
            return Long.remainderUnsigned(next(), border);
        }

        byte[] bytes(int count) {
            var bytes = new byte[count];
            for (int i = 0; i < count; i++) {
                bytes[i] = (byte) next();
            }
            return bytes;
        }
    }

    private static String printed() {
        var all = new StringBuilder();
        for (int c = PRINTED_FROM; c < PRINTED_TO; c++) {
            all.append((char) c);
        }
        return all.toString();
    }

    private static int count(Arguments a) {
        long count = a.whole(0);
        if (count < 0) {
            throw new EvaluationFailed("runtime error: makeslice: len out of range");
        }
        a.budget().spend(count);
        a.budget().make(2 * count + 1);
        return (int) count;
    }

    private static String drawn(Arguments a, String characters) {
        if (a.whole(0) < 0) {
            return "";
        }
        int count = count(a);
        var random = random(a);
        var out = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            out.append(characters.charAt((int) random.below(characters.length())));
        }
        return out.toString();
    }

    private static long number(Arguments a) {
        long size = a.whole(1) - a.whole(0);
        if (size <= 0) {
            throw new EvaluationFailed("invalid argument to Intn");
        }
        a.budget().make(1);
        return a.whole(0) + random(a).below(size);
    }

    private static String shuffled(Arguments a) {
        var letters = a.made(a.text(0)).codePoints().toArray();
        var random = random(a);
        for (int i = letters.length - 1; i > 0; i--) {
            int other = (int) random.below(i + 1L);
            int kept = letters[i];
            letters[i] = letters[other];
            letters[other] = kept;
        }
        return new String(letters, 0, letters.length);
    }
}
