package tiphys.cli.server;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tiphys.cli.terminal.Visible;
import tiphys.manifest.Value;

/// A JSON object of the server as the commands read it: what is absent or of another type is empty, zero or false, so that
/// an older or a newer server still shows what it can.
public record Fields(Value.Mapping object) {
    public static Fields of(Value value) {
        return new Fields(value instanceof Value.Mapping map ? map : Value.Mapping.EMPTY);
    }

    /// The text of a field as it may be shown; numbers and truth values as they are written.
    public String text(String name) {
        return object.find(name).map(Fields::plain).map(Visible::of).orElse("");
    }

    public long number(String name) {
        return object.find(name).flatMap(Fields::whole).orElse(0L);
    }

    public boolean flag(String name) {
        return object.find(name).filter(found -> found instanceof Value.Bool(var truth, _) && truth).isPresent();
    }

    public boolean has(String name) {
        return object.find(name).filter(found -> !(found instanceof Value.Null)).isPresent();
    }

    public Fields in(String name) {
        return new Fields(object.mapAt(name));
    }

    public List<Fields> items(String name) {
        return object.listAt(name).stream().map(Fields::of).toList();
    }

    public List<String> texts(String name) {
        return object.listAt(name).stream().map(Fields::plain).map(Visible::of).toList();
    }

    public Optional<Instant> instant(String name) {
        var text = text(name);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty(); // an instant in an unknown form is shown as none
        }
    }

    /// A scalar as text; lists and objects as JSON; null as nothing.
    public static String plain(Value value) {
        return switch (value) {
            case Value.Null _ -> "";
            case Value.Bool(var truth, _) -> Boolean.toString(truth);
            case Value.Number(var literal, _) -> literal;
            case Value.Text(var text, _) -> text;
            case Value.Sequence list -> tiphys.manifest.Json.write(list);
            case Value.Mapping map -> tiphys.manifest.Json.write(map);
        };
    }

    /// The lines of a list's items, if it is one.
    static List<Fields> all(Value value) {
        var all = new ArrayList<Fields>();
        if (value instanceof Value.Sequence(var items, _)) {
            items.forEach(item -> all.add(of(item)));
        }
        return all;
    }

    private static Optional<Long> whole(Value value) {
        return value instanceof Value.Number number ? Optional.of(number.decimal().longValue()) : Optional.empty();
    }
}
