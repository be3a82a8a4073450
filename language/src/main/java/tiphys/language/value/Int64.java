package tiphys.language.value;

/// A whole number of Go's `int64`, beside `int` (a Long): they compute alike, but have other names, and a function that asks for
/// the one does not take the other.
public final class Int64 extends Number implements Comparable<Int64> {
    private static final long serialVersionUID = 1;

    private final long value;

    public Int64(long value) {
        this.value = value;
    }

    @Override
    public long longValue() {
        return value;
    }

    @Override
    public int intValue() {
        return (int) value;
    }

    @Override
    public double doubleValue() {
        return value;
    }

    @Override
    public float floatValue() {
        return value;
    }

    @Override
    public int compareTo(Int64 other) {
        return Long.compare(value, other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Int64 same && same.value == value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
