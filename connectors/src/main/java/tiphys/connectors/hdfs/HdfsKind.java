package tiphys.connectors.hdfs;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tiphys.connectors.broker.Backoff;
import tiphys.connectors.line.HostPort;
import tiphys.connectors.line.LineFields;
import tiphys.connectors.line.LineKind;
import tiphys.connectors.line.LineSource;
import tiphys.connectors.watch.Operation;
import tiphys.connectors.watch.PathFilter;
import tiphys.connectors.watch.Watch;
import tiphys.events.EventData;
import tiphys.events.source.Assignment;
import tiphys.events.source.SourceFields;
import tiphys.events.source.SourceSettings;
import tiphys.events.source.Surroundings;
import tiphys.events.spec.Codes;
import tiphys.events.spec.Fields;
import tiphys.language.gotext.GoDuration;
import tiphys.manifest.Value;

/// The type `hdfs`: files that are made, written and removed below a directory of HDFS. Argo Events speaks the protocol of Hadoop's own
/// clients; this looks over WebHDFS, which every name node has at another port.
public final class HdfsKind extends LineKind<HdfsKind.Settings> {
    /// Says where WebHDFS is, if not at the usual port of the name nodes.
    static final String WEBHDFS = "tiphys.io/webhdfs";

    private static final int WAITING = 1_000;
    private static final int USUAL = 9870;

    /// Where name nodes are asked by Hadoop's own clients.
    private static final Set<Integer> OF_CLIENTS = Set.of(8020, 9000);

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Set<Operation> SEEN = EnumSet.of(Operation.CREATE, Operation.WRITE, Operation.REMOVE);

    /// @param servers the name nodes, of which one answers
    /// @param user in whose name it is asked
    record Settings(
            PathFilter filter,
            Set<Operation> told,
            Duration every,
            List<URI> servers,
            String user,
            Optional<Value.Mapping> metadata)
            implements SourceSettings {
        Settings {
            told = Set.copyOf(told);
            servers = List.copyOf(servers);
        }

        @Override
        public Value.Mapping shown() {
            return Value.object(
                    "type", told.stream().map(Enum::name).sorted().toList(), "every", GoDuration.write(every));
        }
    }

    public HdfsKind() {
        super(Settings.class);
    }

    @Override
    public String key() {
        return "hdfs";
    }

    @Override
    public String claims() {
        return """
        events.HDFSEventSource honoured type checkInterval hdfsUser metadata filter
        events.WatchPathConfig honoured directory path pathRegexp
        events.HDFSEventSource emulated addresses : WebHDFS is asked at the same hosts, at port 9870 or where the annotation tiphys.io/webhdfs says
        events.HDFSEventSource refused krbCCacheSecret krbKeytabSecret krbUsername krbRealm krbConfigConfigMap krbServicePrincipalName : without Kerberos, by hdfsUser
        """;
    }

    @Override
    public SourceSettings read(SourceFields event) {
        var fields = event.fields();
        var interval = fields.text("checkInterval");
        var every = interval.isEmpty() ? Optional.of(MINUTE) : GoDuration.parse(interval);
        if (every.filter(Duration::isPositive).isEmpty()) {
            fields.invalid("checkInterval", "must be a duration such as 1m, not \"" + interval + "\"");
        }
        return new Settings(
                PathFilter.read(fields),
                told(fields),
                every.filter(Duration::isPositive).orElse(MINUTE),
                servers(fields, event.annotations()),
                fields.required("hdfsUser"),
                LineFields.metadata(fields));
    }

    private static Set<Operation> told(Fields fields) {
        var told = EnumSet.noneOf(Operation.class);
        for (var name : fields.required("type").split(Pattern.quote("|"), -1)) {
            try {
                var operation = name.isEmpty() ? Operation.CREATE : Operation.valueOf(name.strip());
                if (SEEN.contains(operation)) {
                    told.add(operation);
                } else {
                    fields.error(
                            Codes.UNSUPPORTED,
                            "type",
                            fields.path("type") + ": " + name + " is not supported by this version");
                }
            } catch (IllegalArgumentException _) {
                fields.invalid(
                        "type", "must be CREATE, WRITE or REMOVE, or several with | between, not \"" + name + "\"");
            }
        }
        return told;
    }

    private static List<URI> servers(Fields fields, Fields annotations) {
        var servers = new ArrayList<URI>();
        var said = annotations.text(WEBHDFS);
        for (var url : said.isEmpty() ? new String[0] : said.split("[,\\s]+", -1)) {
            if (url.matches("https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?/?")) {
                servers.add(URI.create(url.replaceFirst("/$", "")));
            } else {
                annotations.invalid(
                        WEBHDFS, "must name servers such as http://namenode.example:9870, not \"" + url + "\"");
            }
        }
        var addresses = fields.texts("addresses");
        if (addresses.isEmpty()) {
            fields.required("addresses");
        }
        for (var text : said.isEmpty() ? addresses : List.<String>of()) {
            var address = HostPort.parse(text, USUAL);
            if (address.isEmpty()) {
                fields.invalid("addresses", "must name name nodes such as namenode.example:8020, not \"" + text + "\"");
                continue;
            }
            int port = OF_CLIENTS.contains(address.get().port()) ? USUAL : address.get().port();
            servers.add(URI.create("http://" + new HostPort(address.get().host(), port)));
        }
        return servers;
    }

    @Override
    protected String addressOf(Settings hdfs) {
        var server = hdfs.servers().isEmpty() ? "hdfs" : hdfs.servers().getFirst().toString();
        return server + hdfs.filter().shown();
    }

    @Override
    protected LineSource.Plan plan(Settings settings, Assignment assignment, Surroundings around) {
        var how =
                new Watch.Plan(
                        settings.filter(),
                        settings.told(),
                        Operation.WRITE,
                        settings.every(),
                        (operation, name) -> payload(settings, operation, name));
        var watch = new Watch(how, around);
        return new LineSource.Plan(
                type(), WAITING, LineSource.Memory.OURS, Backoff.STANDARD, () -> watch.over(new WebHdfs(settings)));
    }

    /// `metadata` is there also if it is empty, as in Argo.
    private static EventData payload(Settings settings, Operation operation, String name) {
        return EventData.of(
                Value.object("name", settings.filter().whole(name), "op", operation.number())
                        .with("metadata", settings.metadata().<Value>map(found -> found).orElseGet(Value::nothing)));
    }
}
