package tiphys.language.expr.builtin;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotext.GoDuration;
import tiphys.language.value.Int64;
import tiphys.language.value.Plain;
import tiphys.language.value.PlainText;
import tiphys.language.value.Times;

/// The methods of Go's times, durations, months, weekdays and zones.
public final class TimeMethods {
    private static final Set<String> TIME =
            Set.of(
                    "Add",
                    "AddDate",
                    "After",
                    "Before",
                    "Compare",
                    "Day",
                    "Equal",
                    "Format",
                    "Hour",
                    "ISOWeek",
                    "In",
                    "IsZero",
                    "Local",
                    "Location",
                    "Minute",
                    "Month",
                    "Nanosecond",
                    "Round",
                    "Second",
                    "String",
                    "Sub",
                    "Truncate",
                    "UTC",
                    "Unix",
                    "UnixMicro",
                    "UnixMilli",
                    "UnixNano",
                    "Weekday",
                    "Year",
                    "YearDay",
                    "Zone");
    private static final Set<String> DURATION =
            Set.of(
                    "Abs",
                    "Hours",
                    "Microseconds",
                    "Milliseconds",
                    "Minutes",
                    "Nanoseconds",
                    "Round",
                    "Seconds",
                    "String",
                    "Truncate");
    private static final long THOUSAND = 1000;
    private static final double NANOS = 1e9;

    private TimeMethods() {}

    /// Whether a type has a method.
    public static boolean has(ExprType type, String method) {
        return switch (type.kind()) {
            case TIME -> TIME.contains(method);
            case DURATION -> DURATION.contains(method);
            case LOCATION, OTHER -> method.equals("String");
            default -> false;
        };
    }

    /// What a method gives.
    ///
    /// @throws EvaluationFailed if there is none of that name, or it takes other arguments
    public static Object call(Object target, String method, List<@Nullable Object> arguments) {
        try {
            return switch (target) {
                case ZonedDateTime time -> ofTime(time, method, arguments);
                case Duration duration -> ofDuration(duration, method, arguments);
                case Month _, DayOfWeek _ when method.equals("String") -> PlainText.print(target, Budget.standard());
                case ZoneId zone when method.equals("String") -> zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId();
                default -> throw new EvaluationFailed("cannot fetch " + method + " from " + Plain.type(target));
            };
        } catch (ClassCastException | IndexOutOfBoundsException _) {
            throw new EvaluationFailed(
                    "invalid arguments to call " + method + arguments.stream().map(Plain::type).toList());
        } catch (java.time.DateTimeException | ArithmeticException _) {
            throw new EvaluationFailed("the time is out of range");
        }
    }

    private static Object ofTime(ZonedDateTime time, String method, List<@Nullable Object> arguments) {
        return switch (method) {
            case "Year" -> (long) time.getYear();
            case "Month" -> time.getMonth();
            case "Day" -> (long) time.getDayOfMonth();
            case "Weekday" -> time.getDayOfWeek();
            case "YearDay" -> (long) time.getDayOfYear();
            case "Hour" -> (long) time.getHour();
            case "Minute" -> (long) time.getMinute();
            case "Second" -> (long) time.getSecond();
            case "Nanosecond" -> (long) time.getNano();
            case "ISOWeek" -> (long) time.get(IsoFields.WEEK_BASED_YEAR);
            case "Unix" -> new Int64(time.toEpochSecond());
            case "UnixMilli" -> new Int64(time.toInstant().toEpochMilli());
            case "UnixMicro" -> new Int64(time.toEpochSecond() * THOUSAND * THOUSAND + time.getNano() / THOUSAND);
            case "UnixNano" -> new Int64(time.toEpochSecond() * THOUSAND * THOUSAND * THOUSAND + time.getNano());
            case "UTC", "Local" -> time.withZoneSameInstant(ZoneOffset.UTC);
            case "In" -> time.withZoneSameInstant(of(ZoneId.class, arguments));
            case "Location" -> time.getZone();
            case "Zone" -> Times.format("MST", time);
            case "IsZero" -> time.toInstant().equals(Times.ZERO.toInstant());
            case "String" -> Times.print(time);
            case "Format" -> Times.format(of(String.class, arguments), time);
            case "Add" -> time.plus(of(Duration.class, arguments));
            case "AddDate" ->
                    time.plusMonths(12 * Operators.whole(arguments.get(0)) + Operators.whole(arguments.get(1)))
                            .plusDays(Operators.whole(arguments.get(2)));
            case "Sub" -> Duration.ofNanos(Duration.between(of(ZonedDateTime.class, arguments), time).toNanos());
            case "After" -> compare(time, arguments) > 0;
            case "Before" -> compare(time, arguments) < 0;
            case "Equal" -> compare(time, arguments) == 0;
            case "Compare" -> (long) compare(time, arguments);
            case "Truncate", "Round" -> rounded(time, of(Duration.class, arguments), method.equals("Round"));
            default -> throw new EvaluationFailed("cannot fetch " + method + " from time.Time");
        };
    }

    private static <T> T of(Class<T> type, List<@Nullable Object> arguments) {
        if (arguments.size() != 1) {
            throw new IndexOutOfBoundsException();
        }
        var argument = arguments.getFirst();
        if (argument == null) {
            throw new ClassCastException();
        }
        return type.cast(argument);
    }

    private static int compare(ZonedDateTime time, List<@Nullable Object> arguments) {
        return time.toInstant().compareTo(of(ZonedDateTime.class, arguments).toInstant());
    }

    /// Times are rounded from the zero of Go's times on.
    private static ZonedDateTime rounded(ZonedDateTime time, Duration unit, boolean up) {
        if (unit.isZero() || unit.isNegative()) {
            return time;
        }
        var since =
                java.math.BigInteger.valueOf(time.toEpochSecond() - Times.ZERO.toEpochSecond())
                        .multiply(java.math.BigInteger.valueOf((long) NANOS))
                        .add(java.math.BigInteger.valueOf(time.getNano()));
        long rest = since.mod(java.math.BigInteger.valueOf(unit.toNanos())).longValueExact();
        var down = time.minusNanos(rest);
        return up && rest * 2 >= unit.toNanos() ? down.plus(unit) : down;
    }

    private static Object ofDuration(Duration duration, String method, List<@Nullable Object> arguments) {
        long nanos = duration.toNanos();
        return switch (method) {
            case "Hours" -> nanos / (3600 * NANOS);
            case "Minutes" -> nanos / (60 * NANOS);
            case "Seconds" -> nanos / NANOS;
            case "Milliseconds" -> new Int64(nanos / (THOUSAND * THOUSAND));
            case "Microseconds" -> new Int64(nanos / THOUSAND);
            case "Nanoseconds" -> new Int64(nanos);
            case "Abs" -> duration.abs();
            case "String" -> GoDuration.write(duration);
            case "Truncate", "Round" -> {
                long unit = of(Duration.class, arguments).toNanos();
                if (unit <= 0) {
                    yield duration;
                }
                long down = nanos - nanos % unit;
                boolean further = method.equals("Round") && Math.abs(nanos % unit) * 2 >= unit;
                yield Duration.ofNanos(further ? down + (nanos < 0 ? -unit : unit) : down);
            }
            default -> throw new EvaluationFailed("cannot fetch " + method + " from time.Duration");
        };
    }
}
