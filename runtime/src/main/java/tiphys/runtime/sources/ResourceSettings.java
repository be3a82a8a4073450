package tiphys.runtime.sources;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tiphys.events.source.SourceSettings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.regex.GoRegex;
import tiphys.manifest.Json;
import tiphys.manifest.Value;
import tiphys.objects.ApiObject;
import tiphys.objects.ObjectChange;
import tiphys.objects.ResourceType;
import tiphys.objects.ResourceTypes;

/// Which changes of which objects become events.
///
/// @param namespace empty for every one
/// @param createdBy objects that were made after it do not count
/// @param afterStart whether objects that are there when the source starts for the first time do not count
record ResourceSettings(
        ResourceType type,
        String namespace,
        Set<Change> changes,
        String prefix,
        List<LabelClause> labels,
        List<FieldClause> fields,
        Optional<Instant> createdBy,
        boolean afterStart,
        Optional<Value.Mapping> metadata)
        implements SourceSettings {

    ResourceSettings {
        changes = Set.copyOf(changes);
        labels = List.copyOf(labels);
        fields = List.copyOf(fields);
    }

    /// What may happen to an object, in the manifest's words.
    enum Change {
        ADD,
        UPDATE,
        DELETE;

        static Change of(ObjectChange.Type type) {
            return switch (type) {
                case ADDED -> ADD;
                case MODIFIED -> UPDATE;
                case DELETED -> DELETE;
            };
        }
    }

    static ResourceSettings read(Fields fields) {
        var filter = fields.at("filter");
        var metadata = fields.at("metadata").json();
        return new ResourceSettings(
                type(fields),
                fields.text("namespace"),
                changes(fields),
                filter.text("prefix"),
                filter.each("labels").stream().map(ResourceSettings::label).toList(),
                filter.each("fields").stream().map(ResourceSettings::field).toList(),
                time(filter),
                filter.truth("afterStart"),
                metadata.fields().isEmpty() ? Optional.empty() : Optional.of(metadata));
    }

    private static ResourceType type(Fields fields) {
        var group = fields.text("group");
        var version = fields.required("version");
        var resource = fields.required("resource").toLowerCase(Locale.ROOT);
        if (version.isEmpty() || resource.isEmpty()) {
            return ResourceTypes.WORKFLOW;
        }
        var type = ResourceTypes.byPlural(group, resource).filter(found -> found.version().equals(version));
        if (type.isEmpty() || type.get().equals(ResourceTypes.POD) || type.get().equals(ResourceTypes.EVENT)) {
            fields.error(
                    Codes.UNSUPPORTED,
                    "resource",
                    "%s %s in %s is nothing that this server keeps"
                            .formatted(
                                    fields.path("resource"),
                                    resource,
                                    group.isEmpty() ? version : group + "/" + version));
        } else if (type.get().equals(ResourceTypes.SECRET)) {
            fields.error(
                    Codes.UNSUPPORTED,
                    "resource",
                    fields.path("resource") + " secrets is not supported: their data would lie in events");
        }
        return type.orElse(ResourceTypes.WORKFLOW);
    }

    private static Set<Change> changes(Fields fields) {
        var changes = EnumSet.noneOf(Change.class);
        for (var text : fields.texts("eventTypes")) {
            try {
                changes.add(Change.valueOf(text));
            } catch (IllegalArgumentException _) {
                fields.invalid("eventTypes", "must be ADD, UPDATE or DELETE, not \"" + text + "\"");
            }
        }
        if (changes.isEmpty()) {
            fields.error(Codes.MISSING, "eventTypes", fields.path("eventTypes") + " needs ADD, UPDATE or DELETE");
        }
        return changes;
    }

    private static LabelClause label(Fields fields) {
        var operation = fields.text("operation");
        var used = operation.isEmpty() ? "=" : operation;
        if (!LabelClause.OPERATIONS.contains(used)) {
            fields.invalid("operation", "must be one of =, ==, !=, in, notin, exists, !, gt, lt, not \"" + used + "\"");
        }
        return new LabelClause(fields.required("key"), used, fields.text("value"));
    }

    private static FieldClause field(Fields fields) {
        var operation = fields.text("operation");
        if (!FieldClause.OPERATIONS.contains(operation)) {
            fields.invalid("operation", "must be =, == or !=, not \"" + operation + "\"");
        }
        var pattern = fields.text("value");
        try {
            GoRegex.find(pattern, "", Budget.standard());
        } catch (EvaluationFailed e) {
            fields.invalid("value", "is no regular expression: " + e.getMessage());
        }
        return new FieldClause(fields.required("key"), operation, pattern);
    }

    private static Optional<Instant> time(Fields filter) {
        var text = filter.text("createdBy");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException _) {
            filter.invalid("createdBy", "must be a time such as 2026-12-24T18:00:00Z, not \"" + text + "\"");
            return Optional.empty();
        }
    }

    /// Whether a change of an object becomes an event.
    boolean takes(Change change, ApiObject object) {
        return changes.contains(change)
                && object.name().startsWith(prefix)
                && labels.stream().allMatch(clause -> clause.holds(object.labels()))
                && createdBy.filter(limit -> created(object).filter(at -> at.isAfter(limit)).isPresent()).isEmpty()
                && (fields.isEmpty() || hold(Json.write(object.json())));
    }

    private boolean hold(String json) {
        return fields.stream().allMatch(clause -> clause.holds(json));
    }

    private static Optional<Instant> created(ApiObject object) {
        return object.json().textAt("metadata", "creationTimestamp").map(Instant::parse);
    }

    @Override
    public Value.Mapping shown() {
        return Value.object(
                "resource", type.groupResource(), "changes", changes.stream().map(Enum::name).sorted().toList());
    }
}
