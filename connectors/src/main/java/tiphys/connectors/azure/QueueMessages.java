package tiphys.connectors.azure;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// What the queue answers: a flat list in XML, each of whose texts has its special characters escaped.
final class QueueMessages {
    private static final Pattern FIELD = Pattern.compile("<([A-Za-z]+)(?:\\s*/>|>([^<]*)</\\1>)");
    private static final Pattern ESCAPE = Pattern.compile("&(#x?)?([0-9A-Za-z]+);");
    private static final Map<String, String> NAMED =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'");

    private QueueMessages() {}

    /// A message that was received.
    ///
    /// @param receipt by which it is deleted, or kept hidden
    record Received(String id, String receipt, Instant inserted, String text) {
        Received with(String next) {
            return new Received(id, next, inserted, text);
        }
    }

    /// Reads a list of messages.
    ///
    /// @throws IOException if it is none
    static List<Received> read(String xml) throws IOException {
        if (!xml.contains("<QueueMessagesList")) {
            throw new IOException("it does not speak as Azure Storage");
        }
        var all = new ArrayList<Received>();
        for (var part : xml.split("</QueueMessage>", -1)) {
            int begin = part.indexOf("<QueueMessage>");
            if (begin < 0) {
                continue;
            }
            String id = "";
            String receipt = "";
            String inserted = "";
            String text = "";
            for (var field = FIELD.matcher(part).region(begin, part.length()); field.find(); ) {
                var value = field.group(2) == null ? "" : plain(field.group(2));
                switch (field.group(1)) {
                    case "MessageId" -> id = value;
                    case "PopReceipt" -> receipt = value;
                    case "InsertionTime" -> inserted = value;
                    case "MessageText" -> text = value;
                    default -> {} // when it was received, and how often
                }
            }
            all.add(new Received(id, receipt, time(inserted), text));
        }
        return all;
    }

    private static Instant time(String text) throws IOException {
        try {
            return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.US).parse(text));
        } catch (DateTimeException e) {
            throw new IOException("it says a time that is none: " + text, e);
        }
    }

    private static String plain(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(found -> {
                    var name = found.group(2);
                    var plain =
                            found.group(1) == null
                                    ? NAMED.getOrDefault(name, found.group())
                                    : Character.toString(Integer.parseInt(name, found.group(1).equals("#") ? 10 : 16));
                    return java.util.regex.Matcher.quoteReplacement(plain);
                });
    }
}
