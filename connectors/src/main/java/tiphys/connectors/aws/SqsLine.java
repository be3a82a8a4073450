package tiphys.connectors.aws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import tiphys.connectors.broker.Payload;
import tiphys.connectors.line.Desk;
import tiphys.connectors.line.Desk.Acknowledgement;
import tiphys.connectors.line.Line;
import tiphys.events.EventData;
import tiphys.manifest.Value;

/// Receives messages, and deletes them when their events are on disk. As long as they cannot be recorded they are kept hidden from others,
/// for they would come again. A message that can be no event is deleted, or left for the queue's dead letters if the manifest says so.
final class SqsLine implements Line {
    /// What one request brings at most.
    static final int AT_ONCE = 10;

    private final SqsKind.Settings settings;
    private final AwsClient aws;
    private final Duration visibility;
    private String url = "";

    private SqsLine(SqsKind.Settings settings, AwsClient aws, Duration visibility) {
        this.settings = settings;
        this.aws = aws;
        this.visibility = visibility;
    }

    static SqsLine dial(SqsKind.Settings settings, AwsClient aws, Duration visibility)
            throws IOException, InterruptedException {
        var line = new SqsLine(settings, aws, visibility);
        try {
            var account = settings.account();
            var found =
                    line.call(
                            "GetQueueUrl",
                            Value.object(
                                    "QueueName",
                                    settings.queue(),
                                    "QueueOwnerAWSAccountId",
                                    account.isEmpty() ? null : account));
            line.url = found.textAt("QueueUrl").orElseThrow(() -> new IOException("the queue has no URL"));
            return line;
        } catch (IOException | InterruptedException e) {
            aws.close();
            throw e;
        }
    }

    private Value.Mapping call(String operation, Value.Mapping arguments) throws IOException, InterruptedException {
        return aws.call(
                settings.endpoint(),
                "sqs",
                "AmazonSQS." + operation,
                url.isEmpty() ? arguments : arguments.with("QueueUrl", url));
    }

    @Override
    public void listen(Desk desk) throws IOException, InterruptedException {
        var receive =
                Value.object(
                        "MaxNumberOfMessages",
                        AT_ONCE,
                        "VisibilityTimeout",
                        visibility.toSeconds(),
                        "WaitTimeSeconds",
                        settings.waitSeconds(),
                        "MessageAttributeNames",
                        List.of("All"));
        while (true) {
            var done = new ArrayList<String>();
            for (var message : call("ReceiveMessage", receive).listAt("Messages")) {
                if (message instanceof Value.Mapping json && take(json, desk)) {
                    done.add(json.textAt("ReceiptHandle").orElse(""));
                }
            }
            if (done.isEmpty()) {
                continue;
            }
            while (!desk.settle(visibility.dividedBy(2))) {
                batch("ChangeMessageVisibilityBatch", done, Value.object("VisibilityTimeout", visibility.toSeconds()));
            }
            batch("DeleteMessageBatch", done, Value.Mapping.EMPTY);
        }
    }

    private void batch(String operation, List<String> handles, Value.Mapping more)
            throws IOException, InterruptedException {
        var entries = new ArrayList<Value>();
        for (var handle : handles) {
            entries.add(more.with("Id", "m" + entries.size()).with("ReceiptHandle", handle));
        }
        call(operation, Value.object("Entries", entries));
    }

    /// Hands a message in.
    ///
    /// @return whether it is to be deleted
    private boolean take(Value.Mapping message, Desk desk) throws InterruptedException {
        var id = message.textAt("MessageId").orElse("");
        var body = message.textAt("Body").orElse("").getBytes(StandardCharsets.UTF_8);
        var complaint = settings.jsonBody() ? Payload.complaint(body) : Optional.<String>empty();
        if (complaint.isPresent()) {
            desk.refuse(complaint.get(), Acknowledgement.NONE);
            return !settings.deadLetters();
        }
        desk.take(new Desk.Message(payload(id, message, body), Optional.of("sqs " + id)), Acknowledgement.NONE);
        return true;
    }

    private EventData payload(String id, Value.Mapping message, byte[] body) {
        return new Payload()
                .with("messageId", id)
                .with("messageAttributes", attributes(message.mapAt("MessageAttributes")))
                .body("body", body, settings.jsonBody())
                .of(settings);
    }

    /// As AWS' client for Go writes them.
    private static Value attributes(Value.Mapping given) {
        if (given.fields().isEmpty()) {
            return Value.nothing();
        }
        var all = new TreeMap<String, Object>();
        for (var name : given.fields().keySet()) {
            var attribute = given.mapAt(name);
            var shown = new LinkedHashMap<String, Object>();
            shown.put("BinaryListValues", Value.nothing());
            shown.put("BinaryValue", attribute.find("BinaryValue").orElse(Value.nothing()));
            shown.put("DataType", attribute.find("DataType").orElse(Value.nothing()));
            shown.put("StringListValues", Value.nothing());
            shown.put("StringValue", attribute.find("StringValue").orElse(Value.nothing()));
            all.put(name, shown);
        }
        return Value.of(all);
    }

    @Override
    public void close() {
        aws.close();
    }
}
