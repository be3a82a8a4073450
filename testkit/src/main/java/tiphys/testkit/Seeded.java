package tiphys.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// Runs a test once for each of many seeds. The test takes a [java.util.random.RandomGenerator] and must draw every
/// choice from it, so that a failure is replayed by its seed alone: `-Dseed=...`.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SeededExtension.class)
public @interface Seeded {
    /// How many seeds to try.
    int tries() default 100;
}
