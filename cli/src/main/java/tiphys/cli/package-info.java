/// The commands that talk to a server, and how things look on a terminal. Read [Commands] first: it lists the commands;
/// each is a [tiphys.cli.command.Verb] that gets what was [tiphys.cli.command.ProvidedArguments] and a [tiphys.cli.command.Session] with the server and the [tiphys.cli.terminal.Screen].
@NullMarked
package tiphys.cli;

import org.jspecify.annotations.NullMarked;
