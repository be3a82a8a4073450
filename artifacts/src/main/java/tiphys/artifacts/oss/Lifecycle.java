package tiphys.artifacts.oss;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// When the objects below a key age: a rule of the bucket, beside those that it has.
///
/// @param rareAfter days until an object is stored for infrequent access; 0 for never
/// @param goneAfter days until it is deleted; 0 for never
record Lifecycle(String key, int rareAfter, int goneAfter) {
    private static final Pattern RULE = Pattern.compile("(?s)<Rule>.*?</Rule>");

    /// @throws Trouble if the rule says what cannot be
    static Lifecycle of(String key, Value.Mapping rule) throws Trouble {
        var lifecycle =
                new Lifecycle(key, days(rule, "markInfrequentAccessAfterDays"), days(rule, "markDeletionAfterDays"));
        if (lifecycle.rareAfter() > lifecycle.goneAfter()) {
            throw new Trouble(
                    Trouble.Kind.REFUSED, "markInfrequentAccessAfterDays cannot be large than markDeletionAfterDays");
        }
        return lifecycle;
    }

    private static int days(Value.Mapping rule, String field) throws Trouble {
        var text = rule.find(field).map(Json::text).orElse("0");
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new Trouble(Trouble.Kind.REFUSED, field + " must be a number of days, not " + text, e);
        }
    }

    boolean says() {
        return rareAfter > 0 || goneAfter > 0;
    }

    /// Of the key, so that another artifact's rule stands beside it.
    private String id() {
        var sum = new CRC32C();
        sum.update(key.getBytes(StandardCharsets.UTF_8));
        return "tiphys-" + HexFormat.of().toHexDigits((int) sum.getValue());
    }

    /// The bucket's rules with this one.
    ///
    /// @param before as the server told them; empty if there are none
    String with(String before) {
        var rules = new StringBuilder("<LifecycleConfiguration>");
        RULE.matcher(before)
                .results()
                .map(found -> found.group())
                .filter(rule -> !rule.contains("<ID>" + id() + "</ID>"))
                .forEach(rules::append);
        rules.append("<Rule><ID>").append(id()).append("</ID><Prefix>").append(escaped(key)).append("</Prefix>");
        rules.append("<Status>Enabled</Status>");
        if (rareAfter > 0) {
            rules.append("<Transition><Days>").append(rareAfter).append("</Days>");
            rules.append("<StorageClass>IA</StorageClass></Transition>");
        }
        if (goneAfter > 0) {
            rules.append("<Expiration><Days>").append(goneAfter).append("</Days></Expiration>");
        }
        return rules.append("</Rule></LifecycleConfiguration>").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
