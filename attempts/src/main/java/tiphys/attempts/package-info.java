/// What is kept on this machine of an attempt, whoever runs it: its claim, what it printed, its volumes, how it ended. Start at
/// [tiphys.attempts.AttemptFolder].
@NullMarked
package tiphys.attempts;

import org.jspecify.annotations.NullMarked;
