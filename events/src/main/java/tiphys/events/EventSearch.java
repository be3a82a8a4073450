package tiphys.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;

/// What a person looks for in events: words that stand somewhere in the payload, and `PATH=VALUE` for the value of one
/// field, such as `body.model=resnet`. Several must all hold; quotes keep spaces together. Upper and lower case are the same in
/// words, and different in values.
public record EventSearch(List<Term> terms) {
    private static final Pattern TERM = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\"?)+");
    private static final Pattern FIELD =
            Pattern.compile("((?:body|header|metadata)(?:\\.[^=]+)?)=(.*)", Pattern.DOTALL);

    public EventSearch {
        terms = List.copyOf(terms);
    }

    /// One thing that must hold.
    public sealed interface Term {
        /// @param text in lower case
        record Word(String text) implements Term {}

        /// @param path a gjson path in the event's data
        record Field(String path, String value) implements Term {}
    }

    /// What a text asks for; nothing, if it is blank.
    public static EventSearch of(String text) {
        var terms = new ArrayList<Term>();
        var parts = TERM.matcher(text);
        while (parts.find()) {
            var part = parts.group().replace("\"", "");
            var field = FIELD.matcher(part);
            if (field.matches()) {
                terms.add(new Term.Field(field.group(1), field.group(2)));
            } else if (!part.isEmpty()) {
                terms.add(new Term.Word(part.toLowerCase(Locale.ROOT)));
            }
        }
        return new EventSearch(terms);
    }

    /// Whether an event is what is looked for.
    public boolean matches(Event event) {
        Optional<String> text = Optional.empty();
        for (var term : terms) {
            switch (term) {
                case Term.Field(var path, var value) -> {
                    if (!found(event.payload(), path).equals(Optional.of(value))) {
                        return false;
                    }
                }
                case Term.Word(var word) -> {
                    text = text.or(() -> Optional.of(text(event)));
                    if (!text.get().contains(word)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static Optional<String> found(EventData data, String path) {
        try {
            var found = data.find(path, Budget.standard());
            return found.exists() ? Optional.of(found.text()) : Optional.empty();
        } catch (EvaluationFailed e) {
            return Optional.empty(); // a path that cannot be followed leads to nothing
        }
    }

    private static String text(Event event) {
        return (event.id() + " " + event.type() + " " + event.subject() + " " + event.payload().text())
                .toLowerCase(Locale.ROOT);
    }
}
