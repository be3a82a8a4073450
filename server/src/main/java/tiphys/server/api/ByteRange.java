package tiphys.server.api;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// What a request wants of a file's bytes: one part of them, as browsers ask that seek and clients that go on with a download. Who asks for
/// several parts, or in words that are none, gets the whole, as HTTP allows.
sealed interface ByteRange {
    /// As the header `Range` says it.
    static ByteRange of(Optional<String> header) {
        var one = Whole.ONE.matcher(header.orElse("").strip());
        if (!one.matches() || (one.group(1).isEmpty() && one.group(2).isEmpty())) {
            return new Whole();
        }
        try {
            if (one.group(1).isEmpty()) {
                return new Last(Long.parseLong(one.group(2)));
            }
            long from = Long.parseLong(one.group(1));
            if (one.group(2).isEmpty()) {
                return new From(from, OptionalLong.empty());
            }
            long last = Long.parseLong(one.group(2));
            return last < from ? new Whole() : new From(from, OptionalLong.of(last));
        } catch (NumberFormatException _) {
            return new Whole();
        }
    }

    /// The bytes of a file of that length; empty if it has none of those.
    Optional<Part> in(long whole);

    /// The first byte that is surely not needed before; what a store is asked from.
    default long from() {
        return 0;
    }

    /// A part that there is.
    ///
    /// @param from its first byte
    record Part(long from, long bytes, long whole) {
        /// As the header `Content-Range` says it.
        String text() {
            return "bytes " + from + "-" + (from + bytes - 1) + "/" + whole;
        }
    }

    /// All of it.
    record Whole() implements ByteRange {
        private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

        @Override
        public Optional<Part> in(long whole) {
            return Optional.of(new Part(0, whole, whole));
        }
    }

    /// From a byte on.
    ///
    /// @param last that is wanted; empty for all that follow
    record From(long from, OptionalLong last) implements ByteRange {
        @Override
        public Optional<Part> in(long whole) {
            long until = Math.min(whole, last.orElse(whole - 1) + 1);
            return from >= whole ? Optional.empty() : Optional.of(new Part(from, until - from, whole));
        }
    }

    /// The end of it.
    record Last(long bytes) implements ByteRange {
        @Override
        public Optional<Part> in(long whole) {
            long length = Math.min(bytes, whole);
            return length == 0 ? Optional.empty() : Optional.of(new Part(whole - length, length, whole));
        }
    }
}
