/// The commands that talk to a server, and how things look on a terminal. Read [Commands] first: it lists the commands;
/// each is a [Verb] that gets what was [Given] and a [Session] with the server and the [Screen].
@NullMarked
package tiphys.cli;

import org.jspecify.annotations.NullMarked;
