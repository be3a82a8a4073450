/// How things look on a terminal, and how commands fail. Start at [tiphys.cli.terminal.Screen].
@NullMarked
package tiphys.cli.terminal;

import org.jspecify.annotations.NullMarked;
