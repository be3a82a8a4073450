package tiphys.language.value;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;

/// A value that has methods of its own, as a version has `Major()`.
public interface WithMethods {
    /// What a method gives.
    ///
    /// @throws EvaluationFailed if there is no such method, or it takes other arguments
    @Nullable Object call(String method, List<@Nullable Object> arguments);

    /// Its text, as it is printed and written.
    String text();

    /// The name of its type in Go.
    String goType();
}
