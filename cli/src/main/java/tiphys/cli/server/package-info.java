/// The server as commands use it. Start at [tiphys.cli.server.Api].
@NullMarked
package tiphys.cli.server;

import org.jspecify.annotations.NullMarked;
