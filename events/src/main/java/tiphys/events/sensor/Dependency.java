package tiphys.events.sensor;

import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import tiphys.events.Event;
import tiphys.language.gotemplate.GoTemplate;
import tiphys.language.jq.Jq;
import tiphys.language.lua.Lua;

/// What a sensor listens to: one event of an event source, filtered.
///
/// @param eventSource literal or a glob (`*`, `?`, `[a-z]`, `{a,b}`), as is `eventName`
/// @param transform changes the event before anything looks at it
public record Dependency(
        String name, String eventSource, String eventName, Optional<Transform> transform, Filters filters) {
    /// Whether an event is meant, before any filter.
    public boolean listensTo(Event event) {
        return Glob.matches(eventSource, event.source()) && Glob.matches(eventName, event.subject());
    }

    /// Whether it may mean events of a source.
    public boolean listensTo(String source, String event) {
        return Glob.matches(eventSource, source) && Glob.matches(eventName, event);
    }

    /// How an event is changed.
    public sealed interface Transform {
        /// The first thing that a jq filter makes of it.
        record ByJq(Script<Jq> filter) implements Transform {}

        /// The table that a script returns last.
        record ByLua(Script<Lua> script) implements Transform {}
    }

    /// How the results of several parts make one.
    public enum Operator {
        AND,
        OR
    }

    /// The filters; each kind may be absent.
    ///
    /// @param present whether the manifest has filters, be they empty
    /// @param operator across the kinds
    public record Filters(
            boolean present,
            Operator operator,
            Operator dataOperator,
            Operator exprOperator,
            List<Data> data,
            List<Expr> exprs,
            Optional<Context> context,
            Optional<Time> time,
            Optional<Script<Lua>> script) {
        public Filters {
            data = List.copyOf(data);
            exprs = List.copyOf(exprs);
        }
    }

    /// A comparison of something in the data.
    ///
    /// @param type `bool`, `number`, `string`
    /// @param comparator never empty; `=` by default
    /// @param values the first that compares as wanted is enough
    /// @param template is made of the value before it is compared
    public record Data(
            String path, String type, String comparator, List<String> values, Optional<Script<GoTemplate>> template) {
        public Data {
            values = List.copyOf(values);
        }
    }

    /// A govaluate expression over fields of the data.
    public record Expr(String text, List<Field> fields) {
        public Expr {
            fields = List.copyOf(fields);
        }
    }

    /// A name that an expression uses, and the path of its value.
    public record Field(String name, String path) {}

    /// What attributes must be; an empty one may be anything.
    public record Context(String type, String subject, String source, String dataContentType) {}

    /// The hours of the day in which the event must have come: from `start` to just before `stop`, past midnight if that
    /// is earlier.
    ///
    /// @param start as it is written: `9:30:00`, perhaps with a fraction of the seconds
    /// @param timezone an IANA name; empty for UTC
    public record Time(String start, String stop, String timezone) {
        /// The time of day that a text is which [DependencyReader] took.
        public static LocalTime at(String text) {
            var parts = text.split("[:.,]", -1);
            var nanos = parts.length > 3 ? (parts[3] + "000000000").substring(0, 9) : "0";
            return LocalTime.of(
                    Integer.parseInt(parts[0]),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    Integer.parseInt(nanos));
        }
    }
}
