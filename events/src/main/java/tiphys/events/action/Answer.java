package tiphys.events.action;

import tiphys.manifest.Value;

/// What came back.
///
/// @param status `200 OK`, `stored at 3/1742`: what the far side said, in a few words
/// @param text the beginning of its answer
/// @param object what was made or changed
public record Answer(String status, String text, ObjectRef object) {
    /// How many characters of an answer are kept.
    public static final int KEPT = 1024;

    public Answer {
        text = text.length() > KEPT ? text.substring(0, KEPT) : text;
    }

    /// An object of the API.
    public record ObjectRef(String kind, String namespace, String name, String uid) {
        public static final ObjectRef NONE = new ObjectRef("", "", "", "");

        /// As docs/api.md has it.
        public Value.Mapping json() {
            return Value.object("kind", kind, "namespace", namespace, "name", name, "uid", uid);
        }
    }

    public Answer(String status, String text) {
        this(status, text, ObjectRef.NONE);
    }

    /// Nothing to say.
    public static final Answer NONE = new Answer("", "");

    /// As it is recorded.
    public Value.Mapping json() {
        return Value.object("status", status, "text", text, "object", object.json());
    }

    /// What [#json] wrote.
    public static Answer of(Value json) {
        var object = json.mapAt("object");
        return new Answer(
                json.textAt("status").orElse(""),
                json.textAt("text").orElse(""),
                new ObjectRef(
                        object.textAt("kind").orElse(""),
                        object.textAt("namespace").orElse(""),
                        object.textAt("name").orElse(""),
                        object.textAt("uid").orElse("")));
    }
}
