package tiphys.language;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import tiphys.manifest.Value;

/// The variables that an evaluation sees, by their flat dotted names as Argo spells them: `inputs.parameters.model`,
/// `tasks.train-model.outputs.result`. A variable may be there and hold null (a skipped step's output without default).
public interface Scope {
    /// The variable's value; empty if there is no such variable.
    Optional<Value> find(String name);

    /// Every name, for messages ("did you mean") and for expressions, which see the names as nested objects.
    Set<String> names();

    /// The time and the chance that expressions may ask for; empty where they may not.
    default Optional<Moment> moment() {
        return Optional.empty();
    }

    /// A variable that is a time, not a value as JSON has it; only expressions see it as one.
    default Optional<Instant> time(String name) {
        return Optional.empty();
    }

    /// This scope, in which some variables are times.
    default Scope withTimes(java.util.Map<String, Instant> times) {
        var values = this;
        var copy = java.util.Map.copyOf(times);
        return new Scope() {
            @Override
            public Optional<Value> find(String name) {
                return Optional.ofNullable(copy.get(name))
                        .<Value>map(time -> Value.text(time.toString()))
                        .or(() -> values.find(name));
            }

            @Override
            public Optional<Instant> time(String name) {
                return Optional.ofNullable(copy.get(name)).or(() -> values.time(name));
            }

            @Override
            public Set<String> names() {
                var all = new java.util.LinkedHashSet<>(values.names());
                all.addAll(copy.keySet());
                return all;
            }

            @Override
            public Optional<Moment> moment() {
                return values.moment();
            }
        };
    }

    /// This scope with another looked at first.
    default Scope over(Scope first) {
        var second = this;
        return new Scope() {
            @Override
            public Optional<Value> find(String name) {
                var found = first.find(name);
                return found.isPresent() ? found : second.find(name);
            }

            @Override
            public Optional<Instant> time(String name) {
                return first.find(name).isPresent() ? first.time(name) : second.time(name);
            }

            @Override
            public Set<String> names() {
                var all = new java.util.LinkedHashSet<>(first.names());
                all.addAll(second.names());
                return all;
            }

            @Override
            public Optional<Moment> moment() {
                var moment = first.moment();
                return moment.isPresent() ? moment : second.moment();
            }
        };
    }

    /// This scope, in which expressions may ask for the time and for chance.
    default Scope at(Moment moment) {
        var names = this;
        return new Scope() {
            @Override
            public Optional<Value> find(String name) {
                return names.find(name);
            }

            @Override
            public Optional<Instant> time(String name) {
                return names.time(name);
            }

            @Override
            public Set<String> names() {
                return names.names();
            }

            @Override
            public Optional<Moment> moment() {
                return Optional.of(moment);
            }
        };
    }

    /// A scope of fixed variables.
    static Scope of(java.util.Map<String, ? extends Value> variables) {
        var copy = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<String, Value>(variables));
        return new Scope() {
            @Override
            public Optional<Value> find(String name) {
                return Optional.ofNullable(copy.get(name));
            }

            @Override
            public Set<String> names() {
                return copy.keySet();
            }
        };
    }
}
