package tiphys.connectors.redis;

import java.util.List;
import tiphys.language.gotext.GoText;

/// What a Redis server says.
sealed interface Reply {
    record Bytes(byte[] bytes) implements Reply {}

    record Number(long number) implements Reply {}

    record Many(List<Reply> items) implements Reply {}

    record Nothing() implements Reply {}

    /// Its text; empty if it has none.
    default String text() {
        return switch (this) {
            case Bytes(var bytes) -> GoText.utf8(bytes);
            case Number(var number) -> Long.toString(number);
            case Many _, Nothing _ -> "";
        };
    }

    default byte[] bytes() {
        return this instanceof Bytes(var bytes) ? bytes : new byte[0];
    }

    /// Its items; none if it has none.
    default List<Reply> items() {
        return this instanceof Many(var items) ? items : List.of();
    }
}
