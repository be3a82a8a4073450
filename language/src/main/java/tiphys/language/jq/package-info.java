/// The jq language, as gojq (0.12) has it. Start at [tiphys.language.jq.Jq].
@NullMarked
package tiphys.language.jq;

import org.jspecify.annotations.NullMarked;
