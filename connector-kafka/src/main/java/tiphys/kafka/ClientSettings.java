package tiphys.kafka;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tiphys.events.spec.Fields;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Value;
import tiphys.manifest.Yaml;

/// The field `config`: settings as YAML text in the words of the client that Argo Events uses, which are put into the words of ours. A
/// setting that has no other word is refused by name.
final class ClientSettings {
    /// A setting of the other client, with small letters, as it is called by ours.
    private static final Map<String, Setting> SETTINGS =
            Map.ofEntries(
                    Map.entry("clientid", new Setting("client.id", Form.TEXT)),
                    Map.entry("rackid", new Setting("client.rack", Form.TEXT)),
                    Map.entry("net.dialtimeout", new Setting("socket.connection.setup.timeout.ms", Form.DURATION)),
                    Map.entry("net.readtimeout", new Setting("request.timeout.ms", Form.DURATION)),
                    Map.entry("metadata.refreshfrequency", new Setting("metadata.max.age.ms", Form.DURATION)),
                    Map.entry("consumer.fetch.min", new Setting("fetch.min.bytes", Form.NUMBER)),
                    Map.entry("consumer.fetch.default", new Setting("max.partition.fetch.bytes", Form.NUMBER)),
                    Map.entry("consumer.fetch.max", new Setting("fetch.max.bytes", Form.NUMBER)),
                    Map.entry("consumer.maxwaittime", new Setting("fetch.max.wait.ms", Form.DURATION)),
                    Map.entry("consumer.isolationlevel", new Setting("isolation.level", Form.ISOLATION)),
                    Map.entry("consumer.group.session.timeout", new Setting("session.timeout.ms", Form.DURATION)),
                    Map.entry("consumer.group.heartbeat.interval", new Setting("heartbeat.interval.ms", Form.DURATION)),
                    Map.entry("consumer.group.rebalance.timeout", new Setting("max.poll.interval.ms", Form.DURATION)));

    private ClientSettings() {}

    private record Setting(String name, Form form) {}

    private enum Form {
        TEXT,
        NUMBER,
        DURATION,
        ISOLATION
    }

    /// Reads the field; what it holds that has no word in our client is an error of the field.
    static Map<String, String> read(Fields fields) {
        var text = fields.text("config");
        var settings = new LinkedHashMap<String, String>();
        if (!text.isBlank()) {
            try {
                for (var document : Yaml.parse(text.getBytes(StandardCharsets.UTF_8), fields.path("config"))) {
                    read(fields, "", document, settings);
                }
            } catch (InvalidInput e) {
                fields.invalid("config", "cannot be read as YAML: " + e.getMessage());
            }
        }
        return settings;
    }

    private static void read(Fields fields, String path, Value value, Map<String, String> into) {
        if (value instanceof Value.Mapping map) {
            map.fields().forEach((key, inner) -> read(fields, path.isEmpty() ? key : path + "." + key, inner, into));
            return;
        }
        var setting = SETTINGS.get(path.toLowerCase(Locale.ROOT));
        var text = scalar(value);
        if (setting == null || text.isEmpty()) {
            fields.invalid("config", "says " + path + ", which is not supported by this version");
            return;
        }
        var said = said(setting.form(), value, text.get());
        if (said.isEmpty()) {
            fields.invalid("config", "says \"" + text.get() + "\" for " + path + ", which cannot be read");
        }
        said.ifPresent(found -> into.put(setting.name(), found));
    }

    private static Optional<String> scalar(Value value) {
        return switch (value) {
            case Value.Text(var text, _) -> Optional.of(text);
            case Value.Number(var literal, _) -> Optional.of(literal);
            case Value.Bool(var truth, _) -> Optional.of(Boolean.toString(truth));
            case Value.Null _, Value.Sequence _, Value.Mapping _ -> Optional.empty();
        };
    }

    private static Optional<String> said(Form form, Value value, String text) {
        return switch (form) {
            case TEXT -> Optional.of(text);
            case NUMBER -> Optional.of(text).filter(number -> number.matches("[0-9]{1,9}"));
            case DURATION ->
                    (value instanceof Value.Number ? GoDuration.parse(text + "ns") : GoDuration.parse(text))
                            .filter(found -> !found.isNegative())
                            .map(found -> Long.toString(found.toMillis()));
            case ISOLATION ->
                    switch (text) {
                        case "0" -> Optional.of("read_uncommitted");
                        case "1" -> Optional.of("read_committed");
                        default -> Optional.empty();
                    };
        };
    }
}
