package tiphys.events.sensor;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.gotemplate.GoTemplate;
import tiphys.language.jq.Jq;
import tiphys.language.lua.Lua;

/// A text of a manifest in a language of its own, read once. Two are equal if their texts are.
public final class Script<T> {
    private final String text;
    private final @Nullable T program;
    private final String problem;

    private Script(String text, @Nullable T program, String problem) {
        this.text = text;
        this.program = program;
        this.problem = problem;
    }

    private interface Reader<T> {
        T read(String text);
    }

    private static <T> Script<T> read(String text, Reader<T> reader) {
        try {
            return new Script<>(text, reader.read(text), "");
        } catch (EvaluationFailed e) {
            return new Script<>(text, null, String.valueOf(e.getMessage()));
        }
    }

    static Script<Jq> jq(String text) {
        return read(text, Jq::parse);
    }

    static Script<Lua> lua(String text) {
        return read(text, Lua::parse);
    }

    static Script<GoTemplate> template(String text) {
        return read(text, GoTemplate::parse);
    }

    /// Why it cannot be read, if it cannot.
    Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    /// What was read.
    ///
    /// @throws EvaluationFailed if it cannot be read
    public T program() {
        if (program == null) {
            throw new EvaluationFailed("it cannot be read: " + problem);
        }
        return program;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Script<?> script && script.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
