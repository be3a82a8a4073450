package tiphys.language;

import java.util.List;
import tiphys.manifest.Value;

/// Replaces `{{…}}` tags, simple ones and `{{=expressions}}`, by the rules of Argo's templates: the first `}}` closes,
/// `=` counts only right after the braces, values are written as JSON strings escape them.
public final class Tags {
    private Tags() {}

    /// What happens to a tag that cannot be resolved.
    public enum Unresolved {
        /// It stays as it is, for a later pass.
        KEEP,
        /// It fails the evaluation: `failed to resolve {{tag}}`.
        REFUSE
    }

    /// One tag in a text.
    ///
    /// @param offset of its first brace in the text, in characters
    /// @param expression whether it begins with `{{=`
    /// @param body what stands between the braces (after the `=`), trimmed
    public record Tag(int offset, int length, boolean expression, String body) {}

    /// The tags of a text in order, nested ones innermost first.
    public static List<Tag> find(String text) {
        throw new IllegalStateException("not here yet");
    }

    /// A text with its tags replaced.
    ///
    /// @throws EvaluationFailed in Argo's words
    public static String replace(String text, Scope scope, Unresolved unresolved, Budget budget) {
        throw new IllegalStateException("not here yet");
    }

    /// A tree with the tags in every string (keys too) replaced. Positions are kept.
    ///
    /// @throws EvaluationFailed in Argo's words
    public static Value replace(Value tree, Scope scope, Unresolved unresolved, Budget budget) {
        throw new IllegalStateException("not here yet");
    }
}
