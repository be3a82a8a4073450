package tiphys.engine.run.state;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// How nodes are called and numbered; users and tools look for exactly these (Argo's `NodeID`, `GeneratePodName`).
public final class NodeNames {
    private static final Pattern GROUP = Pattern.compile("^(\\[\\d+\\])?\\.");
    private static final int LONGEST_POD_PREFIX = 253 - 10 - 1;

    private NodeNames() {}

    /// The node's id: the workflow's name, a dash, and the FNV-1a hash of the node's name in decimal.
    public static String id(String workflow, String name) {
        return name.equals(workflow) ? workflow : workflow + "-" + hash(name);
    }

    /// FNV-1a with 32 bits, in decimal.
    static String hash(String name) {
        int hash = 0x811c9dc5;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash ^= b & 0xff;
            hash *= 0x01000193;
        }
        return Integer.toUnsignedString(hash);
    }

    /// The pod's name, format v2.
    public static String pod(String workflow, String name, String template) {
        if (name.equals(workflow)) {
            return workflow;
        }
        var prefix = template.isEmpty() ? workflow : workflow + "-" + template;
        if (prefix.length() > LONGEST_POD_PREFIX) {
            prefix = prefix.substring(0, LONGEST_POD_PREFIX);
        }
        return prefix + "-" + hash(name);
    }

    /// The name without the part that the boundary's name gives.
    static String display(String name, String boundary) {
        if (boundary.isEmpty() || !name.startsWith(boundary)) {
            return name;
        }
        return GROUP.matcher(name.substring(boundary.length())).replaceFirst("");
    }
}
