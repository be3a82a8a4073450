package tiphys.language.tags;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Scope;
import tiphys.manifest.Value;

/// Replaces `{{…}}` tags, simple ones and `{{=expressions}}`, by the rules of Argo's templates: the first `}}` closes,
/// `=` counts only right after the braces. A text of a tree is replaced as it is read, not as JSON writes it, so no
/// value can break out of its string.
public final class Tags {
    static final String OPEN = "{{";
    static final String CLOSE = "}}";

    private Tags() {}

    /// What happens to a tag that cannot be resolved: it depends on whether a later pass may know more.
    public enum Unresolved {
        /// It stays as it is, for a later pass; an expression that exceeds its budget fails the evaluation here too.
        KEEP,

        /// It stays if it waits for a name that is given later (`item`, `retries`, `lastRetry`, `pod.name` …); an expression that
        /// fails for any other reason can never get its value, so it fails the evaluation. Simple tags stay.
        KEEP_LATE,

        /// Nothing comes after: an expression without a value fails the evaluation, and so does a simple tag that begins with
        /// one of Argo's own names (`inputs`, `steps`, `workflow` …). What is left is not meant for Argo (`{{ .Names }}`) and
        /// stays, as it does there.
        LAST,

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
        var tags = new ArrayList<Tag>();
        var open = new ArrayDeque<Integer>();
        int at = text.indexOf(OPEN);
        while (at >= 0 && at < text.length()) {
            if (text.startsWith(OPEN + "=", at)) {
                int end = text.indexOf(CLOSE, at);
                if (end < 0) {
                    break;
                }
                tags.add(new Tag(at, end + 2 - at, true, text.substring(at + 3, end).strip()));
                at = next(text, end + 2);
            } else if (text.startsWith(OPEN, at)) {
                open.push(at);
                at = next(text, at + 2);
            } else {
                var start = open.poll();
                if (start != null) {
                    tags.add(new Tag(start, at + 2 - start, false, text.substring(start + 2, at).strip()));
                }
                at = next(text, at + 2);
            }
        }
        return tags;
    }

    private static int next(String text, int from) {
        int open = text.indexOf(OPEN, from);
        int close = text.indexOf(CLOSE, from);
        return open < 0 ? close : close < 0 ? open : Math.min(open, close);
    }

    /// A text with its tags replaced, in one pass: of nested tags the innermost.
    ///
    /// @throws EvaluationFailed in Argo's words
    public static String replace(String text, Scope scope, Unresolved unresolved, Budget budget) {
        return new Replacement(scope, Refusal.of(unresolved), budget).text(text);
    }

    /// A tree with the tags in every string (keys too) replaced. Positions are kept.
    ///
    /// @throws EvaluationFailed in Argo's words; where nothing comes after ([Unresolved#LAST]) they begin with the place in
    ///     the tree: `container.args[0] (4:12): failed to resolve {{inputs.parameters.x}}`
    public static Value replace(Value tree, Scope scope, Unresolved unresolved, Budget budget) {
        var replacement = new Replacement(scope, Refusal.of(unresolved), budget);
        return unresolved == Unresolved.LAST ? replacement.placed(tree) : replacement.tree(tree);
    }

    /// A tree with its tags replaced, where a tag must resolve if its first name is one of these (`tasks`, `steps`), and
    /// is kept if not. Tags of artifacts may stay in any case.
    ///
    /// @throws EvaluationFailed in Argo's words
    public static Value replaceStrictly(Value tree, Scope scope, Set<String> prefixes, Budget budget) {
        return new Replacement(scope, Refusal.of(prefixes), budget).tree(tree);
    }

    /// A tree with its tags replaced, where a tag of Argo's own names (`inputs`, `steps`, `workflow` …) must resolve, and an
    /// expression must have a value, unless it waits for one of these names, which are given later. Tags of artifacts may
    /// stay in any case.
    ///
    /// @throws EvaluationFailed in Argo's words
    public static Value replaceExcept(Value tree, Scope scope, Set<String> later, Budget budget) {
        return new Replacement(scope, Refusal.except(later), budget).tree(tree);
    }
}
