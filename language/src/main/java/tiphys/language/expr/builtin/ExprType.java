package tiphys.language.expr.builtin;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.language.value.AnyKeys;
import tiphys.language.value.Int64;

/// What is known of a part's value before it is evaluated. Variables have the type of their values; what is inside of objects
/// and lists of variables is unknown, as in Go.
///
/// @param element of a list, where it is known
public record ExprType(Kind kind, Optional<ExprType> element) {
    /// What kind of value it is.
    public enum Kind {
        UNKNOWN("unknown"),
        NIL("unknown"),
        BOOL("bool"),
        INT("int"),
        INT64("int64"),
        FLOAT("float64"),
        STRING("string"),
        BYTES("[]uint8"),
        TIME("time.Time"),
        DURATION("time.Duration"),
        LOCATION("*time.Location"),
        OTHER("time.Month"),
        ARRAY("[]interface {}"),
        MAP("map[string]interface {}"),
        ANY_MAP("map[interface {}]interface {}"),
        FUNCTION("func(...interface {}) (interface {}, error)");

        private final String go;

        Kind(String go) {
            this.go = go;
        }
    }

    public static final ExprType UNKNOWN = of(Kind.UNKNOWN);
    public static final ExprType NIL = of(Kind.NIL);
    public static final ExprType BOOL = of(Kind.BOOL);
    public static final ExprType INT = of(Kind.INT);
    public static final ExprType FLOAT = of(Kind.FLOAT);
    public static final ExprType STRING = of(Kind.STRING);
    public static final ExprType BYTES = of(Kind.BYTES);
    public static final ExprType TIME = of(Kind.TIME);
    public static final ExprType DURATION = of(Kind.DURATION);
    public static final ExprType LOCATION = of(Kind.LOCATION);
    public static final ExprType ARRAY = of(Kind.ARRAY);
    public static final ExprType MAP = of(Kind.MAP);
    public static final ExprType ANY_MAP = of(Kind.ANY_MAP);
    public static final ExprType FUNCTION = of(Kind.FUNCTION);
    private static final ExprType INT64 = of(Kind.INT64);
    private static final ExprType OTHER = of(Kind.OTHER);

    private static ExprType of(Kind kind) {
        return new ExprType(kind, Optional.empty());
    }

    public static ExprType array(ExprType element) {
        return new ExprType(Kind.ARRAY, Optional.of(element));
    }

    /// The type of a value that is there.
    public static ExprType of(@Nullable Object value) {
        return switch (value) {
            case null -> NIL;
            case Boolean _ -> BOOL;
            case Long _ -> INT;
            case Int64 _ -> INT64;
            case Double _ -> FLOAT;
            case String _ -> STRING;
            case byte[] _ -> BYTES;
            case ZonedDateTime _ -> TIME;
            case Duration _ -> DURATION;
            case ZoneId _ -> LOCATION;
            case Month _, DayOfWeek _ -> OTHER;
            case List<?> _ -> ARRAY;
            case AnyKeys _ -> ANY_MAP;
            case Map<?, ?> _ -> MAP;
            default -> UNKNOWN;
        };
    }

    public boolean is(Kind kind) {
        return this.kind == kind;
    }

    public boolean isUnknown() {
        return kind == Kind.UNKNOWN;
    }

    public boolean isInteger() {
        return kind == Kind.INT || kind == Kind.INT64;
    }

    public boolean isNumber() {
        return isInteger() || kind == Kind.FLOAT;
    }

    public boolean isArray() {
        return kind == Kind.ARRAY || kind == Kind.BYTES;
    }

    public boolean isMap() {
        return kind == Kind.MAP || kind == Kind.ANY_MAP;
    }

    /// The type of its items.
    public ExprType items() {
        return kind == Kind.BYTES ? INT : element.orElse(UNKNOWN);
    }

    /// Whether `==` may compare them.
    public boolean comparable(ExprType other) {
        return isUnknown()
                || other.isUnknown()
                || kind == Kind.NIL
                || other.kind == Kind.NIL
                || (isNumber() && other.isNumber())
                || (isArray() && other.isArray())
                || kind == other.kind;
    }

    /// Its name in Go, for messages.
    public String go() {
        return kind.go;
    }
}
