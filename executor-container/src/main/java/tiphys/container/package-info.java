/// Steps in containers of podman or Docker. Start reading at [tiphys.container.ContainerExecutor], then [tiphys.container.Attempt].
@NullMarked
package tiphys.container;

import org.jspecify.annotations.NullMarked;
