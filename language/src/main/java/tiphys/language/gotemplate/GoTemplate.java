package tiphys.language.gotemplate;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tiphys.language.Budget;
import tiphys.language.EvaluationFailed;
import tiphys.language.Moment;

/// A template, parsed once. Immutable.
///
/// What it has of Go's: all actions and functions, and Sprig's but `env` and `expandenv`, which would show what this process was given.
/// Values are those of [tiphys.language.value.Plain]; of a time or a version its methods cannot be called.
public final class GoTemplate {
    private final TemplateNode.Body root;
    private final Map<String, TemplateNode.Body> named;

    GoTemplate(TemplateNode.Body root, Map<String, TemplateNode.Body> named) {
        this.root = root;
        this.named = Map.copyOf(named);
    }

    /// Reads a template.
    ///
    /// @throws EvaluationFailed if it cannot be read, also for a function that is not there
    public static GoTemplate parse(String text) {
        return new TemplateParser(text).whole();
    }

    /// The text that it makes of some data.
    ///
    /// @param data see [tiphys.language.value.Plain]
    /// @param moment what `now` and what is random ask for
    /// @throws EvaluationFailed at the first error
    public String execute(@Nullable Object data, Budget budget, Moment moment) {
        try {
            return new TemplateRun(named, budget, moment).whole(root, data);
        } catch (StackOverflowError e) {
            throw new EvaluationFailed("the template is nested too deeply");
        }
    }
}
