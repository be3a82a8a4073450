package tiphys.events.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.events.spec.Read;
import tiphys.manifest.Diagnostic;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// An EventSource object: the events that are to come in.
///
/// @param uid empty in a manifest
public record SourceSpec(
        String namespace, String name, String uid, String bus, String serviceAccount, List<Event> events) {
    public SourceSpec {
        events = List.copyOf(events);
    }

    /// One event and how it comes in.
    ///
    /// @param redaction which values of its payload are not recorded
    public record Event(
            SourceName name,
            SourceKind kind,
            SourceSettings settings,
            Optional<EventFilter> filter,
            Redaction redaction) {}

    /// What annotations say, by the event's name.
    private static Map<String, Fields> derived(SourceKind kind, Fields annotations, List<Diagnostic> found) {
        var all = new LinkedHashMap<String, Fields>();
        for (var annotation : annotations.json().fields().keySet()) {
            if (annotation.startsWith(kind.key() + ".")) {
                var text = annotations.text(annotation);
                try {
                    var parsed = Yaml.parse(text.getBytes(StandardCharsets.UTF_8), "annotation " + annotation);
                    var json =
                            parsed.size() == 1 && parsed.getFirst() instanceof Value.Mapping map
                                    ? map
                                    : Value.Mapping.EMPTY;
                    all.put(
                            annotation.substring(kind.key().length() + 1),
                            new Fields(json, annotations.path(annotation), found));
                } catch (InvalidInput e) {
                    annotations.error(
                            Codes.INVALID,
                            annotation,
                            "the annotation "
                                    + annotation
                                    + " cannot be read: "
                                    + e.diagnostics().getFirst().message());
                }
            }
        }
        return all;
    }

    /// Reads an EventSource object.
    public static Read<SourceSpec> read(Value.Mapping json, SourceKinds kinds) {
        var found = new ArrayList<Diagnostic>();
        var spec = new Fields(json.mapAt("spec"), "spec", found);
        spec.refuseUnclaimed("events.EventSourceSpec", kinds.claims());
        var namespace = json.textAt("metadata", "namespace").orElse("");
        var name = json.textAt("metadata", "name").orElse("");
        var annotations = new Fields(json.mapAt("metadata", "annotations"), "metadata.annotations", found);
        var redaction = Redaction.read(annotations);
        var events = new LinkedHashMap<String, Event>();
        var places = new HashMap<String, String>();
        for (var kind : kinds.all()) {
            var map = spec.at(kind.key());
            for (var event : map.json().fields().keySet()) {
                var settings = kind.read(new SourceFields(event, map.at(event), annotations, places));
                var filter =
                        kind.filtersByExpression() ? EventFilter.read(map.at(event)) : Optional.<EventFilter>empty();
                var read = new Event(new SourceName(namespace, name, event), kind, settings, filter, redaction);
                if (events.putIfAbsent(event, read) != null) {
                    map.error(Codes.TWICE, event, "the event \"" + event + "\" is there twice in the event source");
                }
            }
        }
        kinds.byAnnotation()
                .ifPresent(kind ->
                        derived(kind, annotations, found)
                                .forEach((event, fields) -> {
                                    var settings = kind.read(new SourceFields(event, fields, annotations, places));
                                    var named = new SourceName(namespace, name, event);
                                    var read = new Event(named, kind, settings, Optional.empty(), Redaction.none());
                                    if (events.putIfAbsent(event, read) != null) {
                                        annotations.error(
                                                Codes.TWICE,
                                                kind.key() + "." + event,
                                                "the event \"" + event + "\" is there twice in the event source");
                                    }
                                }));
        if (events.isEmpty() && found.isEmpty()) {
            var keys = kinds.all().stream().map(SourceKind::key).collect(Collectors.joining(", "));
            found.add(
                    Diagnostic.error(
                            Codes.MISSING,
                            "spec has no event source: it needs an event under one of " + keys,
                            json.at(),
                            "spec"));
        }
        var bus = spec.text("eventBusName");
        var account = spec.at("template").text("serviceAccountName");
        return new Read<>(
                new SourceSpec(
                        namespace,
                        name,
                        json.textAt("metadata", "uid").orElse(""),
                        bus.isEmpty() ? "default" : bus,
                        account.isEmpty() ? "default" : account,
                        List.copyOf(events.values())),
                found.stream().distinct().toList());
    }
}
