/// The commands that talk to a server, and how things look on a terminal.
@NullMarked
package tiphys.cli;

import org.jspecify.annotations.NullMarked;
