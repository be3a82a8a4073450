package tiphys.connectors.hook;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tiphys.manifest.Value;

/// Lists of hooks as APIs answer them.
final class Hooks {
    /// So many pages of a hundred are read at most.
    static final int PAGES = 20;

    private Hooks() {}

    /// The first with that text in a field.
    static Optional<Value.Mapping> with(List<Value> hooks, String text, String first, String... rest) {
        return objects(hooks).filter(hook -> hook.textAt(first, rest).equals(Optional.of(text))).findFirst();
    }

    static Stream<Value.Mapping> objects(List<Value> all) {
        return all.stream().filter(Value.Mapping.class::isInstance).map(Value.Mapping.class::cast);
    }

    /// The texts in a list, whatever their order.
    static boolean areSame(List<Value> one, List<Value> other) {
        return new HashSet<>(one).equals(new HashSet<>(other));
    }

    /// A number or a text as it is written in a path.
    static String id(Value.Mapping hook) {
        return hook.find("id")
                .map(id ->
                        switch (id) {
                            case Value.Number(var literal, _) -> literal;
                            case Value.Text(var text, _) -> text;
                            case Value.Bool _, Value.Null _, Value.Sequence _, Value.Mapping _ -> "";
                        })
                .orElse("");
    }

    static boolean isTrue(Value.Mapping json, String field) {
        return json.find(field).filter(Value.bool(true)::equals).isPresent();
    }

    /// A list that is a whole answer.
    static List<Value> items(Value answer) {
        return answer instanceof Value.Sequence(var items, _) ? items : List.of();
    }

    static Value.Mapping object(Value answer) {
        return answer instanceof Value.Mapping object ? object : Value.Mapping.EMPTY;
    }
}
