package tiphys.connectors.nsq;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.broker.TlsSettings;
import tiphys.connectors.line.HostPort;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Fields;
import tiphys.manifest.Value;

/// The type `nsq`: messages of one channel of a topic, from every nsqd that has the topic, as nsqlookupd tells.
public final class NsqKind extends LineKind<NsqKind.Settings> {
    private static final int LOOKUPD = 4161;
    private static final Pattern NAME = Pattern.compile("[.a-zA-Z0-9_-]{1,64}(#ephemeral)?");

    /// @param lookupd where nsqlookupd answers HTTP
    /// @param tls how nsqd is spoken with; empty if without
    record Settings(
            HostPort lookupd,
            String topic,
            String channel,
            boolean jsonBody,
            Optional<TlsSettings> tls,
            Backoff backoff,
            Optional<Value.Mapping> metadata)
            implements SourceSettings {
        @Override
        public List<SecretKey> secrets() {
            return tls.map(TlsSettings::secrets).orElse(List.of());
        }

        @Override
        public Value.Mapping shown() {
            return Value.object("topic", topic, "channel", channel, "tls", tls.isPresent());
        }
    }

    public NsqKind() {
        super(Settings.class);
    }

    @Override
    public String key() {
        return "nsq";
    }

    @Override
    public String claims() {
        return """
        events.NSQEventSource honoured hostAddress topic channel connectionBackoff jsonBody tls metadata filter
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        return new Settings(
                HostPort.read(fields, "hostAddress", LOOKUPD),
                name(fields, "topic"),
                name(fields, "channel"),
                fields.truth("jsonBody"),
                TlsSettings.read(fields),
                Backoff.read(fields, "connectionBackoff"),
                LineFields.metadata(fields));
    }

    private static String name(Fields fields, String field) {
        var name = fields.required(field);
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            fields.invalid(
                    field,
                    "must be a name of at most 64 letters, digits, dots, dashes and underscores, not \"" + name + "\"");
        }
        return name;
    }

    @Override
    protected String addressOf(Settings nsq) {
        return "nsq://" + nsq.lookupd() + "/" + nsq.topic() + " as " + nsq.channel();
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        return new LineSource.Plan(
                type(),
                NsqLine.MOST,
                LineSource.Memory.THEIRS,
                settings.backoff(),
                () -> NsqLine.dial(settings, assignment.secrets()));
    }
}
