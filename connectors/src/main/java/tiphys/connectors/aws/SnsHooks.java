package tiphys.connectors.aws;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tiphys.events.hook.Hook;
import tiphys.events.hook.Registrar;
import tiphys.events.source.SourceSettings.SecretKey;
import tiphys.events.spec.Fields;

/// Subscriptions to topics of SNS. AWS sends a request to the URL that the event source confirms; until then it is asked again.
public final class SnsHooks implements Registrar {
    private static final int PAGES = 20;
    private static final Pattern MEMBER = Pattern.compile("<member>(.*?)</member>", Pattern.DOTALL);
    private static final Pattern NEXT = Pattern.compile("<NextToken>([^<]+)</NextToken>");

    /// A subscription that nobody confirmed has no name yet.
    private static final String NAMED = "arn:";

    private final Chain chain;

    public SnsHooks() {
        this(Chain.ofThisProcess());
    }

    /// @param chain where credentials are if a manifest names none
    SnsHooks(Chain chain) {
        this.chain = chain;
    }

    @Override
    public List<String> places(Hook hook) {
        return List.of(topic(hook));
    }

    private static String topic(Hook hook) {
        return hook.manifest().textAt("topicArn").orElse("");
    }

    @Override
    public void register(Hook hook, String place, Occasion occasion) throws IOException, InterruptedException {
        var settings = settings(hook);
        try (var aws = client(hook, settings)) {
            if (find(aws, settings, hook).filter(arn -> arn.startsWith(NAMED)).isEmpty()) {
                var form = form("Subscribe", hook);
                form.put("Protocol", hook.url().startsWith("https:") ? "https" : "http");
                form.put("Endpoint", hook.url());
                aws.query(uri(settings), "sns", form);
            }
        }
    }

    @Override
    public void remove(Hook hook, String place) throws IOException, InterruptedException {
        var settings = settings(hook);
        try (var aws = client(hook, settings)) {
            var arn = find(aws, settings, hook).filter(found -> found.startsWith(NAMED));
            if (arn.isPresent()) {
                var form = form("Unsubscribe", hook);
                form.remove("TopicArn");
                form.put("SubscriptionArn", arn.get());
                aws.query(uri(settings), "sns", form);
            }
        }
    }

    /// The subscription with the hook's URL.
    private static Optional<String> find(AwsClient aws, AwsSettings settings, Hook hook)
            throws IOException, InterruptedException {
        var form = form("ListSubscriptionsByTopic", hook);
        for (int page = 0; page < PAGES; page++) {
            var answer = aws.query(uri(settings), "sns", form);
            var members = MEMBER.matcher(answer);
            while (members.find()) {
                if (between(members.group(1), "Endpoint").equals(hook.url())) {
                    return Optional.of(between(members.group(1), "SubscriptionArn"));
                }
            }
            var next = NEXT.matcher(answer);
            if (!next.find()) {
                break;
            }
            form.put("NextToken", next.group(1));
        }
        return Optional.empty();
    }

    private static String between(String xml, String tag) {
        int from = xml.indexOf("<" + tag + ">");
        int to = xml.indexOf("</" + tag + ">");
        return from < 0 || to < from ? "" : xml.substring(from + tag.length() + 2, to).replace("&amp;", "&").strip();
    }

    private static Map<String, String> form(String action, Hook hook) {
        return new TreeMap<>(Map.of("Action", action, "Version", "2010-03-31", "TopicArn", topic(hook)));
    }

    private static AwsSettings settings(Hook hook) {
        return AwsSettings.read(new Fields(hook.manifest(), "", new ArrayList<>()));
    }

    private static URI uri(AwsSettings settings) {
        return settings.endpoint().orElseGet(() -> settings.of("sns"));
    }

    private AwsClient client(Hook hook, AwsSettings settings) {
        var secrets = new HashMap<SecretKey, String>();
        settings.accessKey().ifPresent(key -> secrets.put(key, hook.secret("accessKey")));
        settings.secretKey().ifPresent(key -> secrets.put(key, hook.secret("secretKey")));
        return new AwsClient(settings, secrets, chain, settings.of("sts"));
    }
}
