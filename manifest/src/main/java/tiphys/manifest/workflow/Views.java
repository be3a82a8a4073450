package tiphys.manifest.workflow;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import tiphys.manifest.Value;

/// Reads single fields, leniently: what has another type than expected is treated as absent, for the schema's check has
/// told about it already.
final class Views {
    private Views() {}

    static Stream<Value.Mapping> maps(Value.Mapping json, String field) {
        return json.listAt(field).stream()
                .flatMap(item -> item instanceof Value.Mapping map ? Stream.of(map) : Stream.empty());
    }

    static OptionalLong number(Value.Mapping json, String field) {
        return json.find(field).map(Views::number).orElse(OptionalLong.empty());
    }

    static OptionalLong number(Value value) {
        try {
            return switch (value) {
                case Value.Number number -> OptionalLong.of(number.decimal().longValueExact());
                case Value.Text(var text, _) -> OptionalLong.of(Long.parseLong(text.strip()));
                case Value.Null _, Value.Bool _, Value.Sequence _, Value.Mapping _ -> OptionalLong.empty();
            };
        } catch (ArithmeticException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    static boolean flag(Value.Mapping json, String field) {
        return json.find(field)
                .map(value ->
                        switch (value) {
                            case Value.Bool(var truth, _) -> truth;
                            case Value.Text(var text, _) -> text.equals("true");
                            case Value.Null _, Value.Number _, Value.Sequence _, Value.Mapping _ -> false;
                        })
                .orElse(false);
    }

    /// A scalar as text: numbers and truth values by their literal.
    static Optional<String> scalar(Value.Mapping json, String field) {
        return json.find(field).flatMap(Views::scalar);
    }

    static Optional<String> scalar(Value value) {
        return switch (value) {
            case Value.Text(var text, _) -> Optional.of(text);
            case Value.Number number -> Optional.of(plain(number));
            case Value.Bool(var truth, _) -> Optional.of(Boolean.toString(truth));
            case Value.Null _, Value.Sequence _, Value.Mapping _ -> Optional.empty();
        };
    }

    private static String plain(Value.Number number) {
        var decimal = number.decimal().stripTrailingZeros();
        return decimal.toPlainString();
    }
}
