/// The Engine API that Docker and podman both speak, over a Unix socket. Start at [tiphys.container.api.Engine].
@NullMarked
package tiphys.container.api;

import org.jspecify.annotations.NullMarked;
